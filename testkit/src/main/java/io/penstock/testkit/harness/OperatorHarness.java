package io.penstock.testkit.harness;

import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.pipeline.Pipeline;
import java.util.EnumSet;
import java.util.Set;

/**
 * Runs a pipeline over the same inputs under every hostile {@link Schedule}, and requires that
 * results (bytes and order), counts and the state's hash behind each input are those of a plain
 * run.
 *
 * <pre>
 * HarnessInputs inputs = new HarnessInputs(pipeline)
 *         .send("trades", BuiltinMessages.TRADE, trade -> trade.eventTimeNs(5).price(7))
 *         .endAll();
 * HarnessResult result = OperatorHarness.of(pipeline).withSeed(42).run(inputs);
 * </pre>
 *
 * Also required: what comes into a stage is what the stage says became of it; when all sources have
 * ended no state is left beyond {@link #withLeftoverBytes}; no native memory is left afterwards.
 * Where a clock decides (idle sources, timers of the clock) ticks are repeated, but none is put
 * where there was none. Inputs up to {@link #withShortInputs} are tried at every position and every
 * write, longer ones at positions that the seed chooses.
 *
 * <p>A failure is an {@link AssertionError} that names schedule, seed, input and the first
 * difference. Handlers must be made anew by their supplier for each core. One thread; no clock is
 * read, no file touched. Stages that fail by themselves make {@link #run} throw what they threw.
 */
public final class OperatorHarness {
    private static final int SHORT_INPUTS = 100;
    private static final long STATE_LIMIT_BYTES = 1L << 28;

    private final Pipeline pipeline;
    private final long seed;
    private final Set<Schedule> schedules;
    private final long leftoverBytes;
    private final boolean showsSequences;
    private final int shortInputs;

    private OperatorHarness(
            Pipeline pipeline,
            long seed,
            Set<Schedule> schedules,
            long leftoverBytes,
            boolean showsSequences,
            int shortInputs) {
        this.pipeline = pipeline;
        this.seed = seed;
        this.schedules = schedules;
        this.leftoverBytes = leftoverBytes;
        this.showsSequences = showsSequences;
        this.shortInputs = shortInputs;
    }

    /** A harness for a pipeline, with all schedules and seed 1. */
    public static OperatorHarness of(Pipeline pipeline) {
        return new OperatorHarness(
                pipeline, 1, EnumSet.allOf(Schedule.class), 0, false, SHORT_INPUTS);
    }

    /** With another seed of all that is chosen. */
    public OperatorHarness withSeed(long value) {
        return new OperatorHarness(
                pipeline, value, schedules, leftoverBytes, showsSequences, shortInputs);
    }

    /** With these schedules only. */
    public OperatorHarness withSchedules(Schedule first, Schedule... others) {
        return new OperatorHarness(
                pipeline,
                seed,
                EnumSet.of(first, others),
                leftoverBytes,
                showsSequences,
                shortInputs);
    }

    /** With a pipeline that keeps up to so many bytes of state when all sources have ended. */
    public OperatorHarness withLeftoverBytes(long value) {
        return new OperatorHarness(pipeline, seed, schedules, value, showsSequences, shortInputs);
    }

    /**
     * With results that show the journal's sequences, as lineage does: nothing is put between the
     * inputs then, because that moves the sequences.
     */
    public OperatorHarness withSequencesInResults() {
        return new OperatorHarness(pipeline, seed, schedules, leftoverBytes, true, shortInputs);
    }

    /** With every position and write tried of up to so many inputs; default 100. */
    public OperatorHarness withShortInputs(int value) {
        return new OperatorHarness(pipeline, seed, schedules, leftoverBytes, showsSequences, value);
    }

    /**
     * Runs the inputs under each schedule.
     *
     * @return what came out, under each of them
     * @throws AssertionError when something differs
     */
    public HarnessResult run(HarnessInputs inputs) {
        long liveBytes = NativeMemory.liveBytes();
        Reference reference = new Reference(this, inputs, shortInputs);
        for (Schedule schedule : schedules) {
            run(reference, schedule);
        }
        if (NativeMemory.liveBytes() != liveBytes) {
            throw new AssertionError(
                    "native memory is left: " + (NativeMemory.liveBytes() - liveBytes) + " bytes");
        }
        return reference.result();
    }

    private void run(Reference reference, Schedule schedule) {
        long scheduleSeed = seed * 31 + schedule.name().hashCode() + 1;
        switch (schedule) {
            case ENGINE_BATCHES, ENGINE_SHARDS, ENGINE_CRASHES -> {
                try (EngineRun run = new EngineRun(this, reference, schedule, scheduleSeed)) {
                    run.run();
                }
            }
            default -> {
                try (HostileRun run = new HostileRun(this, reference, schedule, scheduleSeed)) {
                    run.run();
                }
            }
        }
    }

    Pipeline pipeline() {
        return pipeline;
    }

    long seed() {
        return seed;
    }

    long leftoverBytes() {
        return leftoverBytes;
    }

    boolean showsSequences() {
        return showsSequences;
    }

    long stateLimitBytes() {
        return STATE_LIMIT_BYTES;
    }
}
