package io.penstock.testkit.crash;

import io.penstock.codecs.MessagePrinter;
import io.penstock.engine.pipeline.PlanSink;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.agrona.concurrent.UnsafeBuffer;

/** Finds the first thing in which two runs differ, and says it. */
final class Comparison {
    private static final String NOTHING = "nothing";

    private final Experiment experiment;
    private final String firstName;
    private final String otherName;

    /** Compares runs of these names. */
    Comparison(Experiment experiment, String firstName, String otherName) {
        this.experiment = experiment;
        this.firstName = firstName;
        this.otherName = otherName;
    }

    /** The first difference in words; null if there is none. */
    String difference(Result first, Result other) {
        String difference = null;
        for (int id = 0; id < experiment.sinkSpecs().size() && difference == null; id++) {
            difference = sink(id, first, other);
        }
        if (difference == null && first.stateHash() != other.stateHash()) {
            difference = "all results are the same, and the state behind them differs";
        }
        if (difference == null) {
            difference = counts(first.counts(), other.counts());
        }
        return difference;
    }

    private String sink(int id, Result first, Result other) {
        List<?> one = first.seen().get(id);
        List<?> two = other.seen().get(id);
        int count = Math.max(one.size(), two.size());
        for (int i = 0; i < count; i++) {
            Object a = i < one.size() ? one.get(i) : null;
            Object b = i < two.size() ? two.get(i) : null;
            if (!Objects.deepEquals(a, b)) {
                PlanSink sink = experiment.sinkSpecs().get(id);
                return "sink "
                        + sink.name()
                        + " has "
                        + one.size()
                        + " results "
                        + firstName
                        + " and "
                        + two.size()
                        + " "
                        + otherName
                        + "; the first that differs is result "
                        + i
                        + cause(id, i, i < one.size() ? first : other)
                        + ":\n    "
                        + firstName
                        + ": "
                        + print(sink, a)
                        + "\n    "
                        + otherName
                        + ": "
                        + print(sink, b);
            }
        }
        return null;
    }

    private String cause(int id, int index, Result result) {
        List<Long> causes = result.causes().get(id);
        boolean isOnePerResult = causes.size() == result.seen().get(id).size();
        return isOnePerResult ? ", of " + experiment.script().describe(causes.get(index)) : "";
    }

    private static String counts(Map<String, Long> one, Map<String, Long> two) {
        for (Map.Entry<String, Long> count : one.entrySet()) {
            Long other = two.get(count.getKey());
            if (!count.getValue().equals(other)) {
                return "stage count "
                        + count.getKey()
                        + " is "
                        + count.getValue()
                        + " and "
                        + other;
            }
        }
        return null;
    }

    /** A thing that a world has seen, as JSON where it is a message of the sink. */
    static String print(PlanSink sink, Object seen) {
        if (seen == null) {
            return NOTHING;
        }
        if (seen instanceof byte[] bytes) {
            StringBuilder text = new StringBuilder();
            new MessagePrinter(sink.type().schema())
                    .appendJson(text, new UnsafeBuffer(bytes), 0, bytes.length);
            return text.toString();
        }
        return seen.toString();
    }
}
