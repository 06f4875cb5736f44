package io.penstock.engine.operator;

import io.penstock.codecs.MessageType;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.time.SourceClock;
import io.penstock.journal.RecordView;
import java.util.function.ToLongFunction;
import org.agrona.sbe.MessageDecoderFlyweight;

/** Where a source's records enter the plan: reads the event time, advances the watermark. */
@HotPath
public final class SourceOperator<T extends MessageDecoderFlyweight> extends Operator {
    private static final int READ = 0;
    private static final int REJECTED = 1;

    private final ToLongFunction<T> eventTime;
    private final Event<T> event;
    private final Output<T> output;
    private final SourceClock clock;
    private final RejectedRows rejects;

    /**
     * Creates the entry of one source.
     *
     * @param eventTime pure function of the message: ns since 1970
     */
    public SourceOperator(
            StepContext context,
            String name,
            MessageType<T, ?> type,
            ToLongFunction<T> eventTime,
            long disorderNs,
            long idleAfterNs,
            Output<T> output,
            RejectedRows rejects) {
        super(context, name, "read", "rejected");
        this.eventTime = eventTime;
        this.event = new Event<>(type);
        this.output = output;
        this.rejects = rejects;
        this.clock =
                new SourceClock(
                        context.undo(),
                        context.arena().allocate(SourceClock.LENGTH_BYTES),
                        disorderNs,
                        idleAfterNs);
    }

    /** The source's event-time progress. */
    public SourceClock clock() {
        return clock;
    }

    /** Takes a data record: the event is checked against the watermark before it. */
    public void onData(RecordView record) {
        context.enter(this);
        clock.onRecord(record.timeNs(), record.sourcePosition(), record.sourceCheck());
        context.sourceRow(countOf(READ));
        count(READ);
        event.wrap(record.buffer(), record.offset(), record.length());
        long eventTimeNs = eventTime.applyAsLong(event.message());
        output.receive(event.about(eventTimeNs, record.sourcePosition(), context.ordinal()));
        clock.onEvent(eventTimeNs);
    }

    /** Takes a part of a row that could not be read; the last part consumes the row. */
    public void onReject(RecordView record) {
        context.enter(this);
        long partialBytes = rejects.receive(record, context.ordinal());
        if (partialBytes == RejectedRows.ROW_COMPLETE) {
            clock.onRecord(record.timeNs(), record.sourcePosition(), record.sourceCheck());
            count(READ);
            count(REJECTED);
        } else {
            clock.onPart(partialBytes);
        }
    }

    @Override
    protected void writeState(SnapshotWriter writer) {
        writer.putBytes(clock.address(), SourceClock.LENGTH_BYTES);
    }

    @Override
    protected void readState(SnapshotReader reader) {
        reader.getBytes(clock.address(), SourceClock.LENGTH_BYTES);
    }

    @Override
    public void hashInto(long[] groupHashes) {
        long hash = Memory.getLong(clock.address());
        hash = hash * 31 + clock.position();
        hash = hash * 31 + clock.check();
        hash = hash * 31 + clock.events();
        hash = hash * 31 + clock.partialBytes();
        hash = hash * 31 + (clock.isIdle() ? 1 : 0) + (clock.isEnded() ? 2 : 0);
        groupHashes[0] = groupHashes[0] * 31 + hash;
    }
}
