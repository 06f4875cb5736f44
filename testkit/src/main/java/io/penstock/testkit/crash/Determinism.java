package io.penstock.testkit.crash;

import io.penstock.engine.operator.Operator;
import io.penstock.testkit.harness.CoreHost;
import io.penstock.testkit.harness.HarnessOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where two plain runs of the same records differ, when a pipeline is no function of them. */
final class Determinism {
    private static final long STATE_LIMIT_BYTES = 1L << 28;
    private static final int MAX_HASHED_RECORDS = 2000;
    private static final int KEY_GROUPS = 128;

    static final String RULE =
            "a stage may use its event, its context and the state that it declared, and nothing"
                    + " else: no clock, no random number, no static or outside variable, no order"
                    + " of a hash map";

    private final Experiment experiment;

    /**
     * One plain run.
     *
     * @param outputs all results, with the sequence of their record as input
     * @param states by sequence, a hash of each stage; empty where there are too many records
     * @param stages their names
     */
    private record Trace(List<HarnessOutput> outputs, List<long[]> states, List<String> stages) {}

    Determinism(Experiment experiment) {
        this.experiment = experiment;
    }

    /** Waits until the clock of the machine shows something else, for handlers that look at it. */
    static void letTimePass() {
        long beganMs = System.currentTimeMillis();
        while (System.currentTimeMillis() == beganMs) {
            Thread.onSpinWait();
        }
    }

    /** The first difference of two plain runs in words; null if they are the same. */
    String difference() {
        Trace one = trace(1);
        letTimePass();
        Trace other = trace(2);
        Script script = experiment.script();
        int outputs = 0;
        for (int sequence = 0; sequence < script.size(); sequence++) {
            for (;
                    outputs < one.outputs().size()
                            && one.outputs().get(outputs).input() == sequence;
                    outputs++) {
                String difference = output(one, other, outputs);
                if (difference != null) {
                    return "at " + script.describe(sequence) + ": " + difference;
                }
            }
            String stage = stage(one, other, sequence);
            if (stage != null) {
                return "at "
                        + script.describe(sequence)
                        + ": the state of stage "
                        + stage
                        + " behind it";
            }
        }
        if (other.outputs().size() > outputs) {
            HarnessOutput more = other.outputs().get(outputs);
            return "at " + script.describe(more.input()) + ": " + output(one, other, outputs);
        }
        return null;
    }

    private String output(Trace one, Trace other, int index) {
        HarnessOutput a = index < one.outputs().size() ? one.outputs().get(index) : null;
        HarnessOutput b = index < other.outputs().size() ? other.outputs().get(index) : null;
        if (a != null && a.equals(b)) {
            return null;
        }
        return "one run gives " + print(a) + ",\n    the other " + print(b);
    }

    private String print(HarnessOutput output) {
        if (output == null) {
            return "no result";
        }
        var sink = experiment.sinkSpecs().get(output.sinkId());
        byte[] message = new byte[output.message().capacity()];
        output.message().getBytes(0, message);
        return Comparison.print(sink, message) + " to sink " + sink.name();
    }

    private static String stage(Trace one, Trace other, int sequence) {
        if (one.states().isEmpty()) {
            return null;
        }
        int stage = Arrays.mismatch(one.states().get(sequence), other.states().get(sequence));
        return stage < 0 ? null : one.stages().get(stage);
    }

    private Trace trace(long hashSeed) {
        Script script = experiment.script();
        boolean isHashed = script.size() <= MAX_HASHED_RECORDS;
        List<long[]> states = new ArrayList<>();
        try (CoreHost host =
                new CoreHost(experiment.pipelines().get(), STATE_LIMIT_BYTES, hashSeed)) {
            for (int i = 0; i < script.size(); i++) {
                host.feed(script.get(i), i);
                if (isHashed) {
                    states.add(hashes(host.core().operators()));
                }
            }
            List<String> stages = host.core().operators().stream().map(Operator::name).toList();
            return new Trace(new ArrayList<>(host.outputs()), states, stages);
        }
    }

    private static long[] hashes(List<Operator> operators) {
        long[] hashes = new long[operators.size()];
        long[] groups = new long[KEY_GROUPS];
        for (int i = 0; i < hashes.length; i++) {
            Arrays.fill(groups, 0);
            operators.get(i).hashInto(groups);
            hashes[i] = Arrays.hashCode(groups);
        }
        return hashes;
    }
}
