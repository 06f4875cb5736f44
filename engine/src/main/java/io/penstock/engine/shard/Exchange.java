package io.penstock.engine.shard;

import static io.penstock.engine.shard.ExchangeDescriptor.ABOUT;
import static io.penstock.engine.shard.ExchangeDescriptor.DUE;
import static io.penstock.engine.shard.ExchangeDescriptor.EVENT;
import static io.penstock.engine.shard.ExchangeDescriptor.FAILURE;
import static io.penstock.engine.shard.ExchangeDescriptor.FIRST;
import static io.penstock.engine.shard.ExchangeDescriptor.KEY_LENGTH;
import static io.penstock.engine.shard.ExchangeDescriptor.KIND;
import static io.penstock.engine.shard.ExchangeDescriptor.LENGTH;
import static io.penstock.engine.shard.ExchangeDescriptor.MESSAGE_LENGTH;
import static io.penstock.engine.shard.ExchangeDescriptor.PLACE;
import static io.penstock.engine.shard.ExchangeDescriptor.SPILL;
import static io.penstock.engine.shard.ExchangeDescriptor.STEP;
import static io.penstock.engine.shard.ExchangeDescriptor.TARGET;
import static io.penstock.engine.shard.ExchangeDescriptor.WORD_1;
import static io.penstock.engine.shard.ExchangeDescriptor.WORD_2;
import static io.penstock.engine.shard.ExchangeDescriptor.WORD_3;
import static io.penstock.engine.shard.ExchangeDescriptor.WORD_4;
import static io.penstock.engine.shard.ExchangeDescriptor.recordLength;

import com.lmax.disruptor.Sequence;
import io.penstock.engine.memory.StagedRing;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.StepPath;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * What one shard hands to the core behind the shards: the events that cross, each with its place in
 * the order of one thread, and how far the shard has come.
 *
 * <p>The shard stages a step's events and publishes them together with the step. A step that needs
 * more than the ring has left puts the rest into memory of its own, which the other side frees: a
 * step never waits in its middle. Progress is published behind the events, so whoever sees it sees
 * them.
 *
 * <p>One producing and one consuming thread.
 */
@HotPath
public final class Exchange extends StagedRing {
    /** Progress of a shard that has failed: it holds nobody back. */
    private static final long FAILED = Long.MAX_VALUE;

    private static final int CLAIM_DIVISOR = 4;
    private static final int MAX_CLAIM_BYTES = 16 << 10;
    private static final int SPILL_LENGTH = recordLength(0, 0);

    private final int claimBytes;
    private final Sequence progress = new Sequence(0);
    private final Spill spill = new Spill();
    private final SpillReader spilled = new SpillReader();
    private boolean hasStaged;
    private ShardFailure failure;

    private long knownProgress;
    private UnsafeBuffer headBuffer;
    private int headOffset = NOTHING;

    /**
     * Allocates an exchange.
     *
     * @param capacity bytes of its ring, a power of two from 1,024
     */
    public Exchange(int capacity) {
        super("exchange ring", capacity);
        this.claimBytes = Math.min(capacity / CLAIM_DIVISOR, MAX_CLAIM_BYTES);
    }

    /** Producer: claims space for a step; without it no step may begin. */
    public boolean hasSpace() {
        return hasSpace(claimBytes);
    }

    /** Producer: an event of the current step. */
    public void event(StepPath path, int target, Event<?> event) {
        int length = event.length();
        int at = begin(path, EVENT, target, length);
        UnsafeBuffer to = spill.isOpen() ? spill.buffer() : buffer();
        event.writeAbout(to, at + ABOUT);
        int keyLength = to.getInt(at + KEY_LENGTH);
        to.putBytes(
                ExchangeDescriptor.messageOffset(at, keyLength),
                event.buffer(),
                event.offset(),
                length);
        end(to, at);
    }

    /** Producer: says that a stage has something due although no watermark moved. */
    public void due(StepPath path) {
        mark(path, DUE);
    }

    /** Producer: the shard has failed in the current step; what the step staged stays. */
    public void fail(StepPath path, ShardFailure cause) {
        failure = cause;
        spill.allowAll();
        mark(path, FAILURE);
        commitStep();
        progress.set(FAILED);
    }

    private void mark(StepPath path, short kind) {
        int at = begin(path, kind, 0, 0);
        end(spill.isOpen() ? spill.buffer() : buffer(), at);
    }

    private int begin(StepPath path, short kind, int target, int messageLength) {
        boolean isFiring = path.place() != StepPath.COMMON;
        if (isFiring && !path.isTold() && kind != FAILURE) {
            throw new IllegalStateException(
                    "a keyed stage must tell the order of a firing before it emits");
        }
        int keyLength = isFiring ? path.keyLength() : 0;
        int length = recordLength(keyLength, messageLength);
        UnsafeBuffer to = buffer();
        int at;
        if (!spill.isOpen() && length + SPILL_LENGTH <= stepLimit()) {
            at = stage(length);
        } else {
            at = spill.claim(length);
            to = spill.buffer();
        }
        to.putInt(at + LENGTH, length);
        to.putShort(at + KIND, kind);
        to.putShort(at + FIRST, (short) (hasStaged ? 0 : 1));
        to.putInt(at + TARGET, target);
        to.putInt(at + PLACE, path.place());
        to.putLong(at + STEP, path.step());
        to.putLong(at + WORD_1, isFiring ? path.first() : path.visit());
        to.putLong(at + WORD_2, isFiring ? path.second() : 0);
        to.putLong(at + WORD_3, isFiring ? path.third() : 0);
        to.putLong(at + WORD_4, isFiring ? path.fourth() : 0);
        to.putInt(at + KEY_LENGTH, keyLength);
        to.putInt(at + MESSAGE_LENGTH, messageLength);
        if (keyLength > 0) {
            to.putBytes(ExchangeDescriptor.keyOffset(at), path.key(), 0, keyLength);
        }
        hasStaged = true;
        return at;
    }

    private void end(UnsafeBuffer to, int at) {
        if (spill.isOpen()) {
            spill.end(to.getInt(at + LENGTH));
        } else {
            staged(to.getInt(at + LENGTH));
        }
    }

    /** Producer: whether the step has put something into memory of its own. */
    public boolean isSpilling() {
        return spill.isOpen();
    }

    /** Producer: what follows is another firing of the same step. */
    public void nextFiring() {
        hasStaged = false;
    }

    @Override
    public void abortStep() {
        hasStaged = false;
        spill.close();
        super.abortStep();
    }

    @Override
    public void commitStep() {
        hasStaged = false;
        if (spill.isOpen()) {
            int at = stage(SPILL_LENGTH);
            buffer().putInt(at + LENGTH, SPILL_LENGTH);
            buffer().putShort(at + KIND, SPILL);
            buffer().putLong(at + WORD_2, spill.usedBytes());
            buffer().putLong(at + WORD_1, spill.handOver());
            staged(SPILL_LENGTH);
        }
        super.commitStep();
    }

    /** Producer: publishes how far the shard has come; behind {@link #commitStep}. */
    public void progress(long place) {
        progress.set(place);
    }

    /** Consumer: whether the shard has come to a place; its events up to there are then here. */
    public boolean hasPassed(long place) {
        if (knownProgress < place) {
            knownProgress = progress.get();
        }
        return knownProgress >= place;
    }

    /** Consumer: how far the shard has come, as far as that is known to have passed a place. */
    public long progressTo(long place) {
        hasPassed(place);
        return knownProgress;
    }

    /** Consumer: whether there is an event or mark that has not been taken. */
    public boolean hasHead() {
        if (headOffset != NOTHING) {
            return true;
        }
        if (spilled.isOpen()) {
            headBuffer = spilled.buffer();
            headOffset = spilled.offset();
            return true;
        }
        int at = peek();
        if (at == NOTHING) {
            return false;
        }
        if (buffer().getShort(at + KIND) == SPILL) {
            spilled.open(buffer().getLong(at + WORD_1), buffer().getLong(at + WORD_2));
            skip(SPILL_LENGTH);
            return hasHead();
        }
        headBuffer = buffer();
        headOffset = at;
        return true;
    }

    /** Consumer: goes on behind the head; an event made of it is then gone. */
    public void takeHead() {
        int length = headBuffer.getInt(headOffset + LENGTH);
        if (spilled.isOpen()) {
            spilled.skip(length);
        } else {
            skip(length);
        }
        headOffset = NOTHING;
    }

    /** Consumer: whether the head lies in memory that is given back when it is taken. */
    boolean isHeadSpilled() {
        return spilled.isOpen();
    }

    /** Consumer: what was taken since the last release is to be taken again; nothing spilled. */
    void takeBack() {
        spilled.forget();
        headOffset = NOTHING;
        rewind();
    }

    /** Consumer: number of the edge that the head goes to. */
    int headTarget() {
        return headBuffer.getInt(headOffset + TARGET);
    }

    /** Consumer: makes the head the event; good until it is taken. */
    <T extends MessageDecoderFlyweight> Event<T> headInto(Event<T> event) {
        int keyLength = headBuffer.getInt(headOffset + KEY_LENGTH);
        return event.wrap(
                        headBuffer,
                        ExchangeDescriptor.messageOffset(headOffset, keyLength),
                        headBuffer.getInt(headOffset + MESSAGE_LENGTH))
                .readAbout(headBuffer, headOffset + ABOUT);
    }

    /** Consumer: number of the common step at or behind which the head was made. */
    public long headStep() {
        return headBuffer.getLong(headOffset + STEP);
    }

    /** Consumer: number of the stage whose firing made the head, or {@link StepPath#COMMON}. */
    public int headPlace() {
        return headBuffer.getInt(headOffset + PLACE);
    }

    /**
     * Consumer: whether the head is of this visit; a failure may come behind it, before another.
     */
    boolean isHeadOfVisit(long step, long visit) {
        return hasHead()
                && headPlace() == StepPath.COMMON
                && headStep() == step
                && headBuffer.getLong(headOffset + WORD_1) == visit
                && headKind() != DUE;
    }

    /** Consumer: whether the head is of a firing of this stage behind this common step. */
    boolean isHeadOfFiring(long step, int place) {
        return hasHead() && headPlace() == place && headStep() == step;
    }

    /** Consumer: whether a firing starts at the head. */
    boolean isHeadFirst() {
        return headBuffer.getShort(headOffset + FIRST) != 0;
    }

    /** Consumer: the head's kind. */
    short headKind() {
        return headBuffer.getShort(headOffset + KIND);
    }

    /** Consumer: whether the head says that a stage has something due. */
    public boolean isHeadDue() {
        return headKind() == DUE;
    }

    /** Consumer: whether the head says that the shard has failed. */
    public boolean isHeadFailure() {
        return headKind() == FAILURE;
    }

    /** Consumer: why the shard failed; behind a head that says so. */
    public ShardFailure failure() {
        return failure;
    }

    /** Consumer: whether this head's firing comes before that of another. */
    boolean isHeadBefore(Exchange other) {
        for (int word = WORD_1; word <= WORD_4; word += Long.BYTES) {
            long mine = headBuffer.getLong(headOffset + word);
            long others = other.headBuffer.getLong(other.headOffset + word);
            if (mine != others) {
                return mine < others;
            }
        }
        return StepPath.compareKeys(
                        headBuffer,
                        ExchangeDescriptor.keyOffset(headOffset),
                        headBuffer.getInt(headOffset + KEY_LENGTH),
                        other.headBuffer,
                        ExchangeDescriptor.keyOffset(other.headOffset),
                        other.headBuffer.getInt(other.headOffset + KEY_LENGTH))
                < 0;
    }

    /** When both sides have ended. */
    @Override
    public void close() {
        spilled.close();
        spill.close();
        headOffset = NOTHING;
        for (int at = peek(); at != NOTHING; at = peek()) {
            if (buffer().getShort(at + KIND) == SPILL) {
                spilled.open(buffer().getLong(at + WORD_1), buffer().getLong(at + WORD_2));
                spilled.close();
            }
            skip(buffer().getInt(at + LENGTH));
        }
        super.close();
    }
}
