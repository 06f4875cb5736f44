package io.penstock.engine.operator;

import io.penstock.engine.egress.OutputDescriptor;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import org.agrona.sbe.MessageDecoderFlyweight;

/** Numbers the results of one sink and stages them in the output ring. */
@HotPath
public final class SinkOperator<T extends MessageDecoderFlyweight> extends Operator
        implements Receiver<T> {
    private static final int OUT = 0;

    private final int sinkId;
    private final long ordinalAddress;

    /** Step whose undo log holds the ordinal as it was before it. */
    private long savedIn = -1;

    /** Creates the end of a path through the plan. */
    public SinkOperator(StepContext context, String name, int sinkId) {
        super(context, name, "out");
        this.sinkId = sinkId;
        this.ordinalAddress = context.arena().allocate(Long.BYTES);
    }

    /** Number of the sink in its plan. */
    public int sinkId() {
        return sinkId;
    }

    /** How many results the sink was given: the ordinal of the next. */
    public long nextOrdinal() {
        return Memory.getLong(ordinalAddress);
    }

    @Override
    public void receive(Event<T> event) {
        context.enter(this);
        count(OUT);
        long ordinal = nextOrdinal();
        if (savedIn != context.undo().step()) {
            context.undo().saveLong(ordinalAddress);
            savedIn = context.undo().step();
        }
        Memory.putLong(ordinalAddress, ordinal + 1);
        OutputRing outputs = context.outputs();
        int length = event.length();
        int offset =
                outputs.begin(
                        sinkId,
                        OutputDescriptor.KIND_INSERT,
                        0,
                        context.sequence(),
                        ordinal,
                        length);
        outputs.put(offset, event.buffer(), event.offset(), length);
        outputs.end(length);
    }

    @Override
    protected void writeState(SnapshotWriter writer) {
        writer.putLong(nextOrdinal());
    }

    @Override
    protected void readState(SnapshotReader reader) {
        Memory.putLong(ordinalAddress, reader.getLong());
    }

    @Override
    public void hashInto(long[] groupHashes) {
        groupHashes[0] = groupHashes[0] * 31 + nextOrdinal();
    }
}
