package io.penstock.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * One line of a result: what is ours, divided by the best of its baselines, and what it should be.
 *
 * @param name without blanks
 * @param ours name of a measured value
 * @param baselines names of measured values, of which the best counts; empty: ours is the ratio
 * @param goal what the ratio should be at least or at most; NaN for none
 * @param isMost whether less is better, as of latencies and bytes; of rates more is
 */
record Ratio(String name, String ours, List<String> baselines, double goal, boolean isMost) {
    static Ratio atLeast(double goal, String name, String ours, String... baselines) {
        return new Ratio(name, ours, List.of(baselines), goal, false);
    }

    static Ratio atMost(double goal, String name, String ours, String... baselines) {
        return new Ratio(name, ours, List.of(baselines), goal, true);
    }

    /** A ratio that is worth knowing and has no goal; of rates. */
    static Ratio note(String name, String ours, String... baselines) {
        return new Ratio(name, ours, List.of(baselines), Double.NaN, false);
    }

    /** Whether there is something to reach; ratios without are told beside the others. */
    boolean hasGoal() {
        return !Double.isNaN(goal);
    }

    /** Whether ours and a baseline are among what was measured. */
    boolean isMeasured(Collection<String> measured) {
        return measured.contains(ours)
                && (baselines.isEmpty() || baselines.stream().anyMatch(measured::contains));
    }

    double value(Map<String, Double> measured) {
        if (baselines.isEmpty()) {
            return measured.get(ours);
        }
        DoubleStream others =
                baselines.stream().filter(measured::containsKey).mapToDouble(measured::get);
        double best = (isMost ? others.min() : others.max()).orElseThrow();
        return measured.get(ours) / best;
    }

    /** Name, ratio, goal, {@code ok} or {@code short}. */
    String line(Map<String, Double> measured) {
        double value = value(measured);
        boolean isReached = isMost ? value <= goal : value >= goal;
        return String.format(
                Locale.ROOT, "%s %.3f %.2f %s", name, value, goal, isReached ? "ok" : "short");
    }
}
