package io.penstock.engine.operator;

import io.penstock.codecs.MessageType;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.EventHeap;
import io.penstock.engine.state.StateVisitor;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Puts events in (event time, arrival) order within the disorder bound: an event is held until the
 * watermark reaches its time, and is late when the watermark had passed it on arrival.
 *
 * <p>To the stages behind, the first event that is due and still held is where time has come to:
 * the core brings them there before it lets the event go ({@code Releases}). So what they do does
 * not depend on how many events one record sets free.
 */
@HotPath
public final class OrderOperator<T extends MessageDecoderFlyweight> extends Operator
        implements Receiver<T> {
    private static final int IN = 0;
    private static final int LATE = 1;
    private static final int OUT = 2;

    private static final int POSITION = 0;
    private static final int ORDINAL = 8;
    private static final int ROW = 16;
    private static final int[] OUTCOMES = {LATE, OUT};
    private static final int METADATA_LENGTH = 24;

    private final EventHeap heap;
    private final UnsafeBuffer head = new UnsafeBuffer(0, 0);
    private final Event<T> event;
    private final Receiver<T> late;
    private final Output<T> output;

    /**
     * Creates an order stage.
     *
     * @param late where late events go; null drops them
     */
    public OrderOperator(
            StepContext context,
            String name,
            MessageType<T, ?> type,
            Receiver<T> late,
            Output<T> output) {
        super(context, name, "in", "late", "out");
        this.event = new Event<>(type);
        this.late = late;
        this.output = output;
        this.heap =
                new EventHeap(
                        context.arena(),
                        context.undo(),
                        METADATA_LENGTH,
                        Maker.MAX_MESSAGE_LENGTH,
                        context.arena().limitBytes());
    }

    @Override
    public void receive(Event<T> arrived) {
        context.enter(this);
        count(IN);
        if (arrived.eventTimeNs() < watermark()) {
            count(LATE);
            if (late != null) {
                late.receive(arrived);
            }
            return;
        }
        long metadata =
                heap.add(
                        arrived.eventTimeNs(),
                        countOf(IN),
                        arrived.buffer(),
                        arrived.offset(),
                        arrived.length());
        Memory.putLong(metadata + POSITION, arrived.sourcePosition());
        Memory.putLong(metadata + ORDINAL, arrived.ordinal());
        Memory.putLong(metadata + ROW, arrived.sourceRow());
        if (arrived.eventTimeNs() == watermark()) {
            context.due();
        }
    }

    @Override
    public long horizonNs() {
        return heap.size() > 0 ? heap.peekTimeNs() : END_OF_TIME;
    }

    @Override
    public boolean hasDue() {
        return heap.size() > 0 && heap.isDue(target());
    }

    /** Event time of the first event that is held; the end of time if none is. */
    public long headTimeNs() {
        return heap.peekTimeNs();
    }

    @Override
    public void fireOne() {
        context.enter(this);
        count(OUT);
        long timeNs = heap.peekTimeNs();
        long metadata = heap.headMetadataAddress();
        head.wrap(heap.headAddress(), heap.headLength());
        event.wrap(head, 0, heap.headLength())
                .about(
                        timeNs,
                        Memory.getLong(metadata + POSITION),
                        Memory.getLong(metadata + ORDINAL),
                        Memory.getLong(metadata + ROW));
        output.receive(event);
        heap.removeHead();
    }

    @Override
    public boolean needsMaintenance() {
        return true;
    }

    @Override
    public void maintain() {
        heap.maintain();
    }

    @Override
    protected void writeState(SnapshotWriter writer) {
        heap.writeTo(writer);
    }

    @Override
    protected void readState(SnapshotReader reader) {
        heap.readFrom(reader);
    }

    @Override
    public int stateVersion() {
        return 2;
    }

    @Override
    public int[] outcomes() {
        return OUTCOMES;
    }

    @Override
    public long held() {
        return heap.size();
    }

    @Override
    public void hashInto(long[] groupHashes) {
        heap.hashInto(groupHashes);
    }

    @Override
    public List<Pending> pending() {
        return heap.size() == 0
                ? List.of()
                : List.of(Pending.at("event in order", heap.peekTimeNs()));
    }

    @Override
    public void describeState(StateVisitor visitor) {
        if (visitor.part("held")) {
            heap.describe(visitor);
        }
    }
}
