package io.penstock.testkit.harness;

import io.penstock.codecs.MessagePrinter;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.engine.pipeline.PlanSource;
import io.penstock.journal.RecordKind;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.agrona.concurrent.UnsafeBuffer;

/** What a plain core makes of the inputs: the measure of all schedules. */
final class Reference {
    private static final int HASH_EVERY_OF_LONG = 16;

    private final OperatorHarness harness;
    private final List<HarnessInput> inputs;
    private final boolean isShort;
    private final boolean ticksDecide;
    private final long[] hashes;
    private final HarnessResult result;

    /** Runs a plain core over all inputs. */
    Reference(OperatorHarness harness, HarnessInputs inputs, int shortInputs) {
        this.harness = harness;
        this.inputs = inputs.list();
        this.isShort = inputs.count() <= shortInputs;
        this.hashes = new long[inputs.count()];
        try (CoreHost host =
                new CoreHost(harness.pipeline(), harness.stateLimitBytes(), harness.seed())) {
            long emptyBytes = host.core().stateBytes();
            for (int i = 0; i < this.inputs.size(); i++) {
                host.feed(this.inputs.get(i), i);
                if (hasHash(i)) {
                    hashes[i] = host.core().stateHash();
                    Conservation.require(host.core().operators());
                }
            }
            Conservation.require(host.core().operators());
            result =
                    new HarnessResult(
                            harness.pipeline(),
                            List.copyOf(host.outputs()),
                            host.counts(),
                            host.core().stateHash());
            ticksDecide =
                    !harness.pipeline().needsTicks().isEmpty()
                            || host.core().operators().stream().anyMatch(Operator::usesClock);
            if (inputs.isComplete()) {
                Conservation.requireNothingHeld(host.core().operators());
                requireNothingLeft(host, emptyBytes);
            }
        }
    }

    /** A restored core takes what its state needs, and none of what a core keeps for reuse. */
    private void requireNothingLeft(CoreHost host, long emptyBytes) {
        host.restore(harness.seed());
        long leftBytes = host.core().stateBytes() - emptyBytes;
        if (leftBytes > harness.leftoverBytes()) {
            throw new AssertionError(
                    "all sources have ended and "
                            + leftBytes
                            + " bytes of state are left, "
                            + harness.leftoverBytes()
                            + " are allowed: seed="
                            + harness.seed()
                            + ", inputs="
                            + inputs.size()
                            + ", counts="
                            + host.counts());
        }
    }

    List<HarnessInput> inputs() {
        return inputs;
    }

    /** Whether every position and every write can be tried. */
    boolean isShort() {
        return isShort;
    }

    HarnessResult result() {
        return result;
    }

    /** Whether nothing may be put between the inputs. */
    boolean showsSequences() {
        return harness.showsSequences();
    }

    /** Whether results depend on when the pipeline is ticked. */
    boolean ticksDecide() {
        return ticksDecide;
    }

    /** Whether the hash of the state behind an input is known. */
    boolean hasHash(int index) {
        return isShort || index % HASH_EVERY_OF_LONG == 0 || index == inputs.size() - 1;
    }

    long hash(int index) {
        return hashes[index];
    }

    /** Compares all results up to an input, of which earlier calls have seen some. */
    void requireSameOutputs(List<HarnessOutput> actual, int from, int index, String where) {
        List<HarnessOutput> expected = result.outputs();
        for (int i = from; i < actual.size(); i++) {
            if (i >= expected.size() || !expected.get(i).equals(actual.get(i))) {
                throw new AssertionError(
                        where
                                + "result "
                                + i
                                + " differs:\n  expected "
                                + (i < expected.size() ? describe(expected.get(i)) : "none")
                                + "\n  actual   "
                                + describe(actual.get(i)));
            }
        }
        int all = actual.size();
        if (all < expected.size() && expected.get(all).input() <= index) {
            throw new AssertionError(
                    where
                            + "result "
                            + all
                            + " is missing:\n  expected "
                            + describe(expected.get(all)));
        }
    }

    /** Compares the messages of one sink, whose causes are not known. */
    void requireSameMessages(PlanSink sink, List<UnsafeBuffer> actual, String where) {
        List<HarnessOutput> expected = result.outputs(sink.name());
        for (int i = 0; i < Math.max(actual.size(), expected.size()); i++) {
            UnsafeBuffer wanted = i < expected.size() ? expected.get(i).message() : null;
            UnsafeBuffer given = i < actual.size() ? actual.get(i) : null;
            if (!Objects.equals(wanted, given)) {
                throw new AssertionError(
                        where
                                + "result "
                                + i
                                + " of sink "
                                + sink.name()
                                + " differs:\n  expected "
                                + (wanted == null ? "none" : describe(expected.get(i)))
                                + "\n  actual   "
                                + (given == null ? "none" : print(sink, given)));
            }
        }
    }

    void requireSameCounts(Map<String, Long> actual, String where) {
        if (!actual.equals(result.counts())) {
            throw new AssertionError(
                    where
                            + "the counts differ:\n  expected "
                            + result.counts()
                            + "\n  actual   "
                            + actual);
        }
    }

    /** Where a difference is: schedule, seed, input. */
    String at(Schedule schedule, int index) {
        return "schedule "
                + schedule
                + ", seed "
                + harness.seed()
                + ", input "
                + index
                + " of "
                + inputs.size()
                + " ("
                + describe(inputs.get(index))
                + "): ";
    }

    private String describe(HarnessInput input) {
        String what = RecordKind.name(input.kind());
        PlanSource source = harness.pipeline().sources().get(input.sourceId());
        if (input.kind() == RecordKind.DATA) {
            StringBuilder text = new StringBuilder(what + " of " + source.name() + " ");
            new MessagePrinter(source.type().schema())
                    .appendJson(text, input.message(), 0, input.message().capacity());
            return text.toString();
        }
        return input.kind() == RecordKind.CONTROL ? "end of " + source.name() : what;
    }

    private String describe(HarnessOutput output) {
        PlanSink sink = harness.pipeline().sinks().get(output.sinkId());
        return sink.name()
                + " #"
                + output.ordinal()
                + " kind "
                + output.kind()
                + " revision "
                + output.revision()
                + " by input "
                + output.input()
                + " "
                + print(sink, output.message());
    }

    private static String print(PlanSink sink, UnsafeBuffer message) {
        StringBuilder text = new StringBuilder();
        new MessagePrinter(sink.type().schema()).appendJson(text, message, 0, message.capacity());
        return text.toString();
    }
}
