package io.penstock.testkit.harness;

import io.penstock.engine.control.Assembly;
import io.penstock.engine.control.AssemblyConfig;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.engine.ring.RingConfig;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.Durability;
import io.penstock.testkit.MemoryStores;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.agrona.concurrent.Agent;

/** Drives the whole engine on one thread, in batches, with snapshots and crashes if wanted. */
final class EngineRun implements AutoCloseable {
    private static final int RING_CAPACITY = 64;
    private static final int SLOT_STRIDE = 4096;
    private static final int MAX_STEP_OUTPUT_BYTES = CoreLimits.DEFAULT.maxStepOutputBytes();
    private static final int OUTPUT_RING_BYTES = 2 * MAX_STEP_OUTPUT_BYTES;
    private static final int BATCH_LIMIT = 16;
    private static final int LARGEST_BATCH = 40;
    private static final int CRASHES_IN = 4;
    private static final int MAX_SHARDS = 4;
    private static final int NO_TICKS = 0;
    private static final int NO_BARRIERS = 0;

    private final OperatorHarness harness;
    private final Reference reference;
    private final Schedule schedule;
    private final SplittableRandom random;
    private final MemoryStores stores;

    /** Sequence of each input that is in the ring or journal. */
    private final List<Long> sequences = new ArrayList<>();

    /** The engine's clock: barriers have the time of the input before them. */
    private long clockNs = Long.MIN_VALUE;

    private Assembly assembly;
    private List<Agent> agents = List.of();

    EngineRun(OperatorHarness harness, Reference reference, Schedule schedule, long seed) {
        this.harness = harness;
        this.reference = reference;
        this.schedule = schedule;
        this.random = new SplittableRandom(seed);
        this.stores = new MemoryStores(new UUID(seed, 1));
        open();
    }

    private void open() {
        AssemblyConfig config =
                new AssemblyConfig(
                        new RingConfig(RING_CAPACITY, SLOT_STRIDE, 2),
                        OUTPUT_RING_BYTES,
                        1 + random.nextInt(BATCH_LIMIT),
                        new CoreLimits(harness.stateLimitBytes(), MAX_STEP_OUTPUT_BYTES),
                        Durability.PROCESS,
                        NO_BARRIERS,
                        NO_TICKS,
                        ShardConfig.of(shards()));
        assembly =
                new Assembly.Builder(
                                harness.pipeline(),
                                config,
                                stores,
                                random.nextLong(),
                                () -> clockNs)
                        .open();
        agents = new ArrayList<>(assembly.operatorStages());
        agents.add(assembly.journalStage());
        agents.add(assembly.outputStage());
        agents.add(assembly.conductor());
        agents.add(assembly.snapshotAgent());
    }

    private int shards() {
        return switch (schedule) {
            case ENGINE_SHARDS -> 2 + random.nextInt(MAX_SHARDS - 1);
            case ENGINE_CRASHES -> 1 + random.nextInt(MAX_SHARDS);
            default -> 1;
        };
    }

    void run() {
        List<HarnessInput> inputs = reference.inputs();
        while (sequences.size() < inputs.size()) {
            try {
                publishBatch(inputs);
                if (schedule == Schedule.ENGINE_BATCHES) {
                    work();
                } else {
                    disturb();
                }
            } catch (AssertionError | Exception e) {
                throw new AssertionError(where() + e, e);
            }
        }
        settle();
        requireSame();
    }

    private void publishBatch(List<HarnessInput> inputs) {
        int batch = Math.min(1 + random.nextInt(LARGEST_BATCH), inputs.size() - sequences.size());
        for (int i = 0; i < batch; i++) {
            publish(inputs.get(sequences.size()));
        }
    }

    private void publish(HarnessInput input) {
        long sequence = assembly.ring().tryClaim(1);
        while (sequence < 0) {
            work();
            sequence = assembly.ring().tryClaim(1);
        }
        clockNs = Math.max(clockNs, input.timeNs());
        int length = input.message().capacity();
        assembly.ring()
                .buffer()
                .putBytes(assembly.ring().messageOffset(sequence), input.message(), 0, length);
        assembly.ring()
                .header(
                        sequence,
                        length,
                        input.kind(),
                        (byte) 0,
                        input.sourceId(),
                        input.timeNs(),
                        input.position(),
                        input.check());
        assembly.ring().publish(sequence, sequence);
        sequences.add(sequence);
    }

    /** Lets agents work in any order; takes snapshots and crashes where that is wanted. */
    private void disturb() {
        boolean crashes = schedule == Schedule.ENGINE_CRASHES;
        if (crashes && random.nextInt(3) == 0 && !harness.showsSequences()) {
            assembly.wantSnapshot();
        }
        int duties = random.nextInt(20);
        for (int i = 0; i < duties; i++) {
            work(agents.get(random.nextInt(agents.size())));
        }
        if (crashes && random.nextInt(CRASHES_IN) == 0) {
            crash();
        }
    }

    /** Ends the engine as kill -9 would; what was not journaled is published again. */
    private void crash() {
        stores.crash(random.nextLong());
        close();
        open();
        long last = assembly.recovery().lastSequence();
        while (!sequences.isEmpty() && sequences.get(sequences.size() - 1) > last) {
            sequences.remove(sequences.size() - 1);
        }
    }

    /** One duty cycle of each agent; whether any of them did something. */
    private boolean work() {
        int work = 0;
        for (Agent agent : agents) {
            work += work(agent);
        }
        return work > 0;
    }

    private static int work(Agent agent) {
        try {
            return agent.doWork();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void settle() {
        boolean worked;
        do {
            worked = work();
        } while (worked || assembly.outputStage().drained() < assembly.ring().cursor());
    }

    private void requireSame() {
        for (PlanSink sink : harness.pipeline().sinks()) {
            reference.requireSameMessages(sink, stores.memorySink(sink).buffers(), where());
        }
        if (assembly.core().stateHash() != reference.result().stateHash()) {
            throw new AssertionError(where() + "the state hash is not that of the reference");
        }
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Operator operator : assembly.core().operators()) {
            String[] labels = operator.countLabels();
            for (int i = 0; i < labels.length; i++) {
                counts.put(operator.name() + "." + labels[i], operator.countOf(i));
            }
        }
        reference.requireSameCounts(counts, where());
    }

    private String where() {
        return reference.at(schedule, Math.max(0, sequences.size() - 1));
    }

    @Override
    public void close() {
        try {
            assembly.close();
        } catch (PenstockException e) {
            // Its journal was ended under it, as by the end of the process.
            if (e.category() != Category.STORAGE) {
                throw e;
            }
        }
    }
}
