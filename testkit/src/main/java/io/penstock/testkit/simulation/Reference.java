package io.penstock.testkit.simulation;

import io.penstock.engine.core.Core;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.Step;
import io.penstock.engine.egress.OutputDescriptor;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.journal.RecordView;
import java.util.ArrayList;
import java.util.List;

/** What a plain core makes of records, with no crash, ring, journal or snapshot between. */
final class Reference {
    private static final int RING_BYTES = 1 << 15;
    private static final CoreLimits LIMITS = new CoreLimits(1 << 26, 1 << 13);
    private static final long HASH_SEED = 77;

    private final List<List<byte[]>> outputs = new ArrayList<>();
    private final long stateHash;

    Reference(Pipeline pipeline, List<JournalRecord> records) {
        pipeline.sinks().forEach(sink -> outputs.add(new ArrayList<>()));
        RecordView view = new RecordView();
        try (OutputRing ring = new OutputRing(RING_BYTES);
                Core core = new Core(pipeline, LIMITS, HASH_SEED, ring)) {
            for (JournalRecord record : records) {
                record.show(view);
                while (core.step(view) != Step.COMPLETE) {
                    ring.drain(this::onOutput, Integer.MAX_VALUE);
                }
                ring.drain(this::onOutput, Integer.MAX_VALUE);
            }
            stateHash = core.stateHash();
        }
    }

    private boolean onOutput(OutputRecord record) {
        if (record.kind() != OutputDescriptor.KIND_MARKER) {
            byte[] message = new byte[record.messageLength()];
            record.buffer().getBytes(record.messageOffset(), message);
            outputs.get(record.sinkId()).add(message);
        }
        return true;
    }

    List<byte[]> outputs(int sinkId) {
        return outputs.get(sinkId);
    }

    long stateHash() {
        return stateHash;
    }
}
