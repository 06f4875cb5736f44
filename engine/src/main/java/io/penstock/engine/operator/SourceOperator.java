package io.penstock.engine.operator;

import io.penstock.codecs.MessageType;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.StateVisitor;
import io.penstock.engine.time.FutureLimit;
import io.penstock.engine.time.SourceClock;
import io.penstock.engine.time.Times;
import io.penstock.journal.RecordView;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.agrona.sbe.MessageDecoderFlyweight;

/** Where a source's records enter the plan: event time, watermark, position, rejected rows. */
@HotPath
public final class SourceOperator<T extends MessageDecoderFlyweight> extends Operator {
    private static final int READ = 0;
    private static final int REJECTED = 1;
    private static final int FUTURE = 2;
    private static final int CLAMPED = 3;
    private static final int BEHIND = 4;

    private static final long NO_WATERMARK_CARRIED = Long.MIN_VALUE;

    private final ToLongFunction<T> eventTime;
    private final SourceTiming.Mode mode;
    private final long distanceNs;
    private final ToLongFunction<? super T> punctuation;
    private final FutureLimit future;
    private final Event<T> event;
    private final Output<T> output;
    private final SourceClock clock;
    private final EventBatch<T> batch;
    private final RejectedRows rejects;

    /** The watermark the event carries, while it is being taken. */
    private long carried;

    /** Creates the entry of one source. */
    public SourceOperator(
            StepContext context,
            String name,
            MessageType<T, ?> type,
            SourceTiming<T> timing,
            Output<T> output,
            RejectedRows rejects) {
        super(context, name, "read", "rejected", "future", "clamped", "behind");
        this.eventTime = timing.eventTime();
        this.mode = timing.mode();
        this.distanceNs = timing.distanceNs();
        this.punctuation = timing.punctuation();
        this.event = new Event<>(type);
        this.output = output;
        this.batch = new EventBatch<>(type);
        this.rejects = rejects;
        this.clock =
                new SourceClock(
                        context.undo(),
                        context.arena().allocate(SourceClock.LENGTH_BYTES),
                        timing.idleAfterNs());
        this.future =
                timing.future() == null
                        ? null
                        : new FutureLimit(
                                context.undo(),
                                context.arena().allocate(FutureLimit.LENGTH_BYTES),
                                timing.future());
    }

    /** The source's event-time progress. */
    public SourceClock clock() {
        return clock;
    }

    /** Takes a data record: the event is checked against the watermark before it. */
    public void onData(RecordView record) {
        context.enter(this);
        clock.onRecord(record.timeNs(), record.sourcePosition(), record.sourceCheck());
        long row = countOf(READ);
        count(READ);
        event.wrap(record.buffer(), record.offset(), record.length());
        long timeNs = eventTime.applyAsLong(event.message());
        carried =
                mode == SourceTiming.Mode.PUNCTUATED
                        ? punctuation.applyAsLong(event.message())
                        : NO_WATERMARK_CARRIED;
        if (future != null) {
            long limitNs =
                    future.limitNs(context.timeNs(), clock.latestEventNs(), clock.events() > 0);
            if (timeNs <= limitNs && carried <= limitNs) {
                future.onGood();
            } else if (!future.rejects()) {
                count(CLAMPED);
                timeNs = Math.min(timeNs, limitNs);
                carried = Math.min(carried, limitNs);
            } else if (!future.isBelieved(Math.max(timeNs, carried), context.timeNs())) {
                count(FUTURE);
                rejects.refuse(event, record.sourcePosition(), context.ordinal(), row);
                return;
            }
        }
        take(timeNs, record.sourcePosition(), row);
    }

    /** Whether events can be looked at together before they are taken: {@link #gather}. */
    public boolean gathers() {
        return mode == SourceTiming.Mode.EVENTS && future == null;
    }

    /** Whether events can ever be taken together: {@link #takenTogether}. */
    public boolean takesBatches() {
        return gathers() && output.takesBatches();
    }

    /**
     * Begins a batch: the records that follow the last one taken are given next.
     *
     * @param ordinal of the first of them
     */
    public void beginBatch(long ordinal) {
        batch.clear(context.nextBatch(), clock.watermark(), ordinal, countOf(READ));
    }

    /** Looks at the next data record; false if it cannot be one of the batch. Changes no state. */
    public boolean gather(RecordView record) {
        if (!batch.takes(record)) {
            return false;
        }
        long timeNs;
        try {
            timeNs = eventTime.applyAsLong(batch.taken());
        } catch (RuntimeException e) {
            return false; // it fails in a step of its own, where that is told
        }
        batch.add(timeNs, distanceNs, SourceClock.LAST_LIVE_WATERMARK);
        return true;
    }

    /** Records of the batch. */
    public int gathered() {
        return batch.count();
    }

    /**
     * The first of the batch's events, from one on, that has to be taken alone.
     *
     * @param horizonNs the first watermark that sets something free in a stage behind the source
     */
    public int takenTogether(int from, long horizonNs) {
        return clock.isIdle() || clock.isEnded()
                ? from
                : output.takenTogether(batch, from, beforeHorizon(from, horizonNs));
    }

    private int beforeHorizon(int from, long horizonNs) {
        int count = batch.count();
        if (batch.watermark(count - 1) < horizonNs) {
            return count;
        }
        long before = clock.watermark();
        for (int i = from; i < count; i++) {
            long watermark = batch.watermark(i);
            if (watermark >= horizonNs && watermark != before) {
                return i;
            }
            before = watermark;
        }
        return count;
    }

    /** The first of some of the batch's events whose record moves the clock to a time. */
    public int beforeClock(int from, int to, long timeNs) {
        int end = from;
        while (end < to && batch.recordTimeNs(end) < timeNs) {
            end++;
        }
        return end;
    }

    /**
     * Has stages look up what the events of the batch, that are taken one by one, will touch; false
     * if a key among them cannot be read.
     */
    public boolean foreseeBatch() {
        try {
            output.foreseeAll(batch);
            return true;
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable t) {
            return false; // it fails in a step of its own, where that is told
        }
    }

    /**
     * Behind the first of the batch's events, from one on, that moves the watermark or wakes the
     * source: a sweep follows it.
     */
    public int rowEnd(int from) {
        int count = batch.count();
        if (clock.isIdle()) {
            return from + 1;
        }
        long watermark = clock.watermark();
        int end = from;
        while (end < count && batch.watermark(end) == watermark) {
            end++;
        }
        return Math.min(end + 1, count);
    }

    /** Ingress time of a batch's event, ns since 1970. */
    public long recordTimeNs(int index) {
        return batch.recordTimeNs(index);
    }

    /** Position of a batch's event in the source. */
    public long position(int index) {
        return batch.position(index);
    }

    /**
     * Takes an event of the batch as {@link #onData} would, but for what {@link #onTaken} does with
     * all of a row.
     */
    public void onNext(int index) {
        output.receive(batch.at(index));
    }

    /**
     * Takes events of the batch together, as {@link #onData} would each of them.
     *
     * @param coreTimeNs the core's time before them
     * @return the core's time behind them
     */
    public long onBatch(int from, int to, long coreTimeNs) {
        output.receiveAll(batch, from, to);
        return onTaken(from, to, coreTimeNs);
    }

    /**
     * Notes events of the batch that were taken.
     *
     * @param coreTimeNs the core's time before them
     * @return the core's time behind them
     */
    public long onTaken(int from, int to, long coreTimeNs) {
        context.enter(this);
        int last = to - 1;
        long before = clock.watermark();
        clock.onRecord(batch.recordTimeNs(last), batch.position(last), batch.check(last));
        count(READ, to - from);
        long timeNs = coreTimeNs;
        long watermark = before;
        long latestNs = Long.MIN_VALUE;
        long movedNs = 0;
        int behind = 0;
        long[] timesNs = batch.timesNs();
        long[] watermarks = batch.watermarks();
        long[] recordTimesNs = batch.recordTimesNs();
        for (int i = from; i < to; i++) {
            timeNs = Math.max(timeNs, recordTimesNs[i]);
            behind += timesNs[i] < watermark ? 1 : 0;
            latestNs = Math.max(latestNs, timesNs[i]);
            if (watermarks[i] != watermark) {
                watermark = watermarks[i];
                movedNs = timeNs;
            }
        }
        if (behind > 0) {
            count(BEHIND, behind);
        }
        clock.onEvents(batch.timeNs(last), latestNs, to - from);
        clock.advance(watermark, movedNs);
        return timeNs;
    }

    /** Notes what a data record's event will touch: {@link Receiver#foresee}. */
    public void foresee(RecordView record) {
        output.foresee(event.wrap(record.buffer(), record.offset(), record.length()));
    }

    private void take(long timeNs, long position, long row) {
        if (timeNs < clock.watermark()) {
            count(BEHIND);
        }
        output.receive(event.about(timeNs, position, context.ordinal(), row));
        clock.onEvent(timeNs);
        switch (mode) {
            case EVENTS -> clock.advance(Times.subtract(timeNs, distanceNs), context.timeNs());
            case PUNCTUATED -> clock.advance(carried, context.timeNs());
            case CLOCK -> {
                // The clock moves on its own, when the record's event is done.
            }
        }
    }

    /** Takes a part of a row that could not be read; the last part consumes the row. */
    public void onReject(RecordView record) {
        context.enter(this);
        long partialBytes = rejects.receive(record, context.ordinal(), countOf(READ));
        if (partialBytes == RejectedRows.ROW_COMPLETE) {
            clock.onRecord(record.timeNs(), record.sourcePosition(), record.sourceCheck());
            count(READ);
            count(REJECTED);
        } else {
            clock.onPart(partialBytes);
        }
    }

    @Override
    public boolean usesClock() {
        return mode == SourceTiming.Mode.CLOCK;
    }

    @Override
    public boolean onClock(long timeNs) {
        return clock.advanceAlone(Times.subtract(timeNs, distanceNs), timeNs);
    }

    @Override
    protected void writeState(SnapshotWriter writer) {
        writer.putBytes(clock.address(), SourceClock.LENGTH_BYTES);
        if (future != null) {
            future.writeTo(writer);
        }
    }

    @Override
    protected void readState(SnapshotReader reader) {
        reader.getBytes(clock.address(), SourceClock.LENGTH_BYTES);
        if (future != null) {
            future.readFrom(reader);
        }
    }

    @Override
    public int stateVersion() {
        return 2;
    }

    @Override
    public void hashInto(long[] groupHashes) {
        long hash = Memory.getLong(clock.address());
        hash = hash * 31 + clock.position();
        hash = hash * 31 + clock.check();
        hash = hash * 31 + clock.events();
        hash = hash * 31 + clock.partialBytes();
        hash = hash * 31 + (clock.isIdle() ? 1 : 0) + (clock.isEnded() ? 2 : 0);
        if (future != null) {
            hash = (hash * 31 + clock.latestEventNs()) * 31 + future.hash();
        }
        groupHashes[0] = groupHashes[0] * 31 + hash;
    }

    /** What would bring the source's watermark to a time, in words. */
    public String neededFor(long watermarkNs, LongFunction<String> timeText) {
        String time = timeText.apply(Times.add(watermarkNs, distanceNs));
        return switch (mode) {
            case EVENTS -> "an event of " + time + " or later";
            case PUNCTUATED -> "an event that carries the watermark " + time + " or later";
            case CLOCK -> "the engine's clock at " + time;
        };
    }

    @Override
    public void describeState(StateVisitor visitor) {
        if (!visitor.part("clock") || !visitor.entry()) {
            return;
        }
        visitor.time("watermark", clock.watermark());
        visitor.time("latest-event", clock.latestEventNs());
        visitor.time("last-event", clock.lastEventNs());
        visitor.number("events", clock.events());
        visitor.number("position", clock.position());
        visitor.text("state", clock.isEnded() ? "ended" : clock.isIdle() ? "idle" : "live");
    }
}
