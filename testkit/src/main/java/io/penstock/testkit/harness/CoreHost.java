package io.penstock.testkit.harness;

import io.penstock.engine.core.Core;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.Step;
import io.penstock.engine.egress.OutputDescriptor;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.journal.RecordView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/** A bare core with its output ring, fed record by record; collects what comes out. */
public final class CoreHost implements AutoCloseable {
    private static final int MAX_STEP_OUTPUT_BYTES = CoreLimits.DEFAULT.maxStepOutputBytes();

    /** The least that takes a step's outputs: full by one record. */
    private static final int RING_BYTES = 2 * MAX_STEP_OUTPUT_BYTES;

    private static final int MAX_STEPS = 200_000;
    private static final String SNAPSHOT = "state";

    private final Pipeline pipeline;
    private final CoreLimits limits;
    private final RecordView view = new RecordView();
    private final List<HarnessOutput> outputs = new ArrayList<>();
    private OutputRing ring;
    private Core core;
    private long sequence;
    private int input;

    /** A core without state. */
    public CoreHost(Pipeline pipeline, long stateLimitBytes, long hashSeed) {
        this.pipeline = pipeline;
        this.limits = new CoreLimits(stateLimitBytes, MAX_STEP_OUTPUT_BYTES);
        open(hashSeed);
    }

    private void open(long hashSeed) {
        ring = new OutputRing(RING_BYTES);
        try {
            core = new Core(pipeline, limits, hashSeed, ring);
        } catch (Throwable t) {
            ring.close();
            throw t;
        }
    }

    /** The core as it stands. */
    public Core core() {
        return core;
    }

    /** All results so far, in their order. */
    public List<HarnessOutput> outputs() {
        return outputs;
    }

    /** Points the core's next steps at a record that is part of an input. */
    void show(HarnessInput record, int inputIndex) {
        input = inputIndex;
        record.show(view, sequence++);
    }

    /** One step of the record shown; what it put out is collected. */
    Step step() {
        Step step = core.step(view);
        drain();
        return step;
    }

    /** All steps of a record. */
    public void feed(HarnessInput record, int inputIndex) {
        show(record, inputIndex);
        int steps = 1;
        while (step() != Step.COMPLETE) {
            if (++steps > MAX_STEPS) {
                throw new AssertionError(
                        "input "
                                + inputIndex
                                + " takes no end of steps; the last result: "
                                + (outputs.isEmpty() ? "none" : outputs.get(outputs.size() - 1)));
            }
        }
    }

    /** Leaves less space in the output ring than a step may need; the next drain frees it. */
    void fill() {
        while (ring.hasSpace(MAX_STEP_OUTPUT_BYTES)) {
            ring.stageMarker(0);
            ring.commitStep();
        }
    }

    void drain() {
        ring.drain(this::onOutput, Integer.MAX_VALUE);
    }

    private boolean onOutput(OutputRecord record) {
        if (record.kind() != OutputDescriptor.KIND_MARKER) {
            byte[] message = new byte[record.messageLength()];
            record.buffer().getBytes(record.messageOffset(), message);
            outputs.add(
                    new HarnessOutput(
                            record.sinkId(),
                            record.kind(),
                            record.revision(),
                            record.ordinal(),
                            input,
                            new UnsafeBuffer(message)));
        }
        return true;
    }

    /** Saves all state, throws the core away, and goes on with a new one. */
    void restore(long hashSeed) {
        MemorySnapshotStorage storage = new MemorySnapshotStorage();
        try (SnapshotWriter writer = new SnapshotWriter(storage, SNAPSHOT)) {
            core.writeTo(writer);
            writer.seal();
        }
        close();
        open(hashSeed);
        try (SnapshotReader reader = new SnapshotReader(storage, SNAPSHOT)) {
            core.readFrom(reader);
        }
    }

    /** What the stages have counted, by {@code stage.count}. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Operator operator : core.operators()) {
            String[] labels = operator.countLabels();
            for (int i = 0; i < labels.length; i++) {
                counts.put(operator.name() + "." + labels[i], operator.countOf(i));
            }
        }
        return counts;
    }

    @Override
    public void close() {
        core.close();
        ring.close();
    }
}
