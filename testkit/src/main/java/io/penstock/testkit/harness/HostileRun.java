package io.penstock.testkit.harness;

import io.penstock.engine.core.Core;
import io.penstock.engine.core.Step;
import io.penstock.engine.core.StepFailure;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.state.KeyGroups;
import io.penstock.fault.PenstockException;
import io.penstock.journal.RecordKind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Drives one core through all inputs by one schedule, beside the reference. */
final class HostileRun implements AutoCloseable {
    /** A change takes at least this much of the undo log, so no change is passed over. */
    private static final int LEAST_CHANGE_BYTES = 24;

    private static final int SEEDED_FAILURES = 3;
    private static final int MAX_FAILURES = 8;
    private static final long NO_LIMIT = 64L << 20;
    private static final Schedule[] SINGLE = {
        Schedule.ONE_BY_ONE,
        Schedule.RESTORE,
        Schedule.BLOCKED,
        Schedule.INSERTED,
        Schedule.FAILED_WRITES
    };

    private final Reference reference;
    private final Schedule schedule;
    private final SplittableRandom random;
    private final CoreHost host;
    private int compared;

    HostileRun(OperatorHarness harness, Reference reference, Schedule schedule, long seed) {
        this.reference = reference;
        this.schedule = schedule;
        this.random = new SplittableRandom(seed);
        this.host = new CoreHost(harness.pipeline(), harness.stateLimitBytes(), random.nextLong());
    }

    void run() {
        for (int i = 0; i < reference.inputs().size(); i++) {
            HarnessInput input = reference.inputs().get(i);
            Schedule way =
                    schedule == Schedule.MIXED ? SINGLE[random.nextInt(SINGLE.length)] : schedule;
            try {
                feed(way, input, i);
            } catch (StepFailure failure) {
                throw new AssertionError(at(i) + "a step failed: " + failure.getMessage(), failure);
            }
            reference.requireSameOutputs(host.outputs(), compared, i, at(i));
            compared = host.outputs().size();
            if (reference.hasHash(i)) {
                require(
                        host.core().stateHash() == reference.hash(i),
                        i,
                        "the state hash is not that of the reference");
            }
        }
        reference.requireSameCounts(host.counts(), at(reference.inputs().size() - 1));
    }

    private void feed(Schedule way, HarnessInput input, int index) {
        switch (way) {
            case RESTORE -> {
                if (index > 0 && (reference.isShort() || random.nextInt(16) == 0)) {
                    restore(index);
                }
                host.feed(input, index);
            }
            case BLOCKED -> feedBlocked(input, index);
            case INSERTED -> {
                host.feed(input, index);
                if (!reference.showsSequences()) {
                    insert(input, index);
                }
            }
            case FAILED_WRITES -> feedFailing(input, index);
            default -> host.feed(input, index);
        }
    }

    private void restore(int index) {
        long hash = host.core().stateHash();
        host.restore(random.nextLong());
        require(host.core().stateHash() == hash, index, "the state hash differs after restore");
    }

    private void feedBlocked(HarnessInput input, int index) {
        host.show(input, index);
        Step step;
        do {
            boolean isHashed = !host.core().isInRecord() && reference.hasHash(index);
            long hash = isHashed ? host.core().stateHash() : 0;
            host.fill();
            int outputs = host.outputs().size();
            step = host.step();
            require(step == Step.BLOCKED, index, "a step without output space gave " + step);
            require(host.outputs().size() == outputs, index, "a blocked step gave results");
            require(
                    !isHashed || host.core().stateHash() == hash,
                    index,
                    "a blocked step changed state");
            step = host.step();
        } while (step != Step.COMPLETE);
    }

    /** Puts in what says nothing; a tick says something only where a clock decides. */
    private void insert(HarnessInput input, int index) {
        long timeNs = host.core().timeNs();
        boolean isTick = input.kind() == RecordKind.TICK;
        int outputs = host.outputs().size();
        host.feed(HarnessInput.pad(input.sourceId(), timeNs), index);
        host.feed(HarnessInput.barrier(timeNs), index);
        if (isTick || !reference.ticksDecide()) {
            host.feed(HarnessInput.tick(timeNs), index);
            // A tick of an older clock: the core's time is the running maximum.
            host.feed(HarnessInput.tick(Math.min(timeNs, input.timeNs())), index);
        }
        require(
                host.outputs().size() == outputs,
                index,
                "a tick, barrier or pad that says nothing new gave results");
    }

    /** Lets every step fail at each of its changes (of a long input: at some) before it is made. */
    private void feedFailing(HarnessInput input, int index) {
        host.show(input, index);
        Step step;
        do {
            step = stepAfterFailures(index);
        } while (step != Step.COMPLETE);
    }

    private Step stepAfterFailures(int index) {
        Core core = host.core();
        long hash = core.stateHash();
        long limit = LEAST_CHANGE_BYTES - 1;
        for (int i = 0; reference.isShort() || i < SEEDED_FAILURES; i++) {
            Step step = failRepeatedly(limit, hash, index);
            if (step != null) {
                return step;
            }
            limit += LEAST_CHANGE_BYTES;
            if (!reference.isShort()) {
                limit += (long) LEAST_CHANGE_BYTES * random.nextInt(6);
            }
        }
        return host.step();
    }

    /**
     * Lets a step fail until it takes no more memory: what a table has grown by it may keep, what a
     * step took for itself it may not. The step, should it succeed: state that expires may do so in
     * another order and other portions.
     */
    private Step failRepeatedly(long limitBytes, long hash, int index) {
        long bytes = Long.MIN_VALUE;
        for (int i = 0; i < MAX_FAILURES; i++) {
            Step step = stepWithin(limitBytes, hash, index);
            long bytesNow = host.core().stateBytes();
            if (step != null || bytesNow <= bytes) {
                return step;
            }
            bytes = bytesNow;
        }
        throw new AssertionError(
                at(index)
                        + "each time a step fails at undo byte "
                        + limitBytes
                        + " it keeps memory");
    }

    /** Makes a step that may change so much; null if it failed, and then it left no trace. */
    private Step stepWithin(long limitBytes, long hash, int index) {
        Core core = host.core();
        int outputs = host.outputs().size();
        Map<String, Long> hashes = stageHashes(core);
        core.limitStepChanges(limitBytes);
        try {
            return host.step();
        } catch (StepFailure failure) {
            if (!(failure.getCause() instanceof PenstockException)) {
                throw failure;
            }
            host.drain();
            require(host.outputs().size() == outputs, index, "a failed step gave results");
            require(
                    core.stateHash() == hash,
                    index,
                    "a failed step changed state of "
                            + changedStages(hashes, stageHashes(core))
                            + ": "
                            + failure);
            core.forgetFailure();
            return null;
        } finally {
            core.limitStepChanges(NO_LIMIT);
        }
    }

    private static Map<String, Long> stageHashes(Core core) {
        Map<String, Long> hashes = new LinkedHashMap<>();
        for (Operator operator : core.operators()) {
            long[] groups = new long[KeyGroups.COUNT];
            operator.hashInto(groups);
            hashes.put(operator.name(), (long) Arrays.hashCode(groups));
        }
        return hashes;
    }

    private static Set<String> changedStages(Map<String, Long> before, Map<String, Long> after) {
        Set<String> changed = new TreeSet<>();
        before.forEach(
                (stage, hash) -> {
                    if (!hash.equals(after.get(stage))) {
                        changed.add(stage);
                    }
                });
        return changed;
    }

    private void require(boolean condition, int index, String message) {
        if (!condition) {
            throw new AssertionError(at(index) + message);
        }
    }

    private String at(int index) {
        return reference.at(schedule, index);
    }

    @Override
    public void close() {
        host.close();
    }
}
