package io.penstock.testkit.harness;

import io.penstock.engine.operator.Operator;
import java.util.List;

/** Nothing is lost silently: what came into a stage is what the stage says became of it. */
final class Conservation {
    private static final String IN = "in";

    /** What one event of the input becomes in stages that count all of it, by their labels. */
    private static final List<List<String>> WHOLE =
            List.of(List.of("aggregated", "late", "gap"), List.of("late", "out"));

    private Conservation() {}

    /** Checks every stage that counts what becomes of its events. */
    static void require(List<Operator> operators, boolean isComplete) {
        for (Operator operator : operators) {
            List<String> labels = List.of(operator.countLabels());
            if (!labels.contains(IN)) {
                continue;
            }
            for (List<String> outcomes : WHOLE) {
                if (labels.containsAll(outcomes)) {
                    require(operator, labels, outcomes, isComplete);
                }
            }
        }
    }

    private static void require(
            Operator operator, List<String> labels, List<String> outcomes, boolean isComplete) {
        long in = operator.countOf(labels.indexOf(IN));
        long sum = 0;
        for (String outcome : outcomes) {
            sum += operator.countOf(labels.indexOf(outcome));
        }
        if (isComplete ? sum != in : sum > in) {
            throw new AssertionError(
                    "stage "
                            + operator.name()
                            + " was given "
                            + in
                            + " events, but "
                            + outcomes
                            + " are "
                            + sum);
        }
    }
}
