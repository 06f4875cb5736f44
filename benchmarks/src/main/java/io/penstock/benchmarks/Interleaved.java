package io.penstock.benchmarks;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Measures contenders of one workload against each other: in each repetition every one runs once,
 * so that a change of the machine's mood meets all of them. Rates are medians over repetitions.
 */
final class Interleaved {
    private static final double NS_PER_S = 1e9;

    private final int warmUps;
    private final int repetitions;
    private final Consumer<String> progress;

    /**
     * @param warmUps repetitions that are run first and not counted
     * @param progress takes a line now and then
     */
    Interleaved(int warmUps, int repetitions, Consumer<String> progress) {
        this.warmUps = warmUps;
        this.repetitions = repetitions;
        this.progress = progress;
    }

    /**
     * Median rates by name, events per second.
     *
     * @param expected what every contender must answer, every time; null: what the first answers
     */
    Map<String, Double> run(String workload, List<Contender> contenders, Answer expected) {
        double[][] rates = new double[contenders.size()][repetitions];
        Answer right = expected;
        Noise noise = new Noise();
        for (int repetition = -warmUps; repetition < repetitions; repetition++) {
            progress.accept(
                    repetition < 0
                            ? workload + ": warm-up " + (repetition + warmUps + 1) + "/" + warmUps
                            : workload + ": " + (repetition + 1) + "/" + repetitions);
            for (int i = 0; i < rates.length; i++) {
                Contender contender = contenders.get(i);
                contender.prepare();
                long elapsedNs;
                Answer answer;
                try {
                    long startNs = System.nanoTime();
                    contender.run();
                    elapsedNs = System.nanoTime() - startNs;
                } finally {
                    answer = contender.finish();
                }
                if (right == null) {
                    right = answer;
                }
                check(contender, right, answer);
                if (repetition >= 0) {
                    rates[i][repetition] = contender.events() * NS_PER_S / elapsedNs;
                }
            }
        }
        progress.accept(workload + ": others used " + noise.describe());
        return medians(contenders, rates, right);
    }

    static void check(Contender contender, Answer expected, Answer answer) {
        if (!expected.equals(answer)) {
            throw new IllegalStateException(
                    contender.name() + " answers " + answer + ", expected " + expected);
        }
    }

    private Map<String, Double> medians(
            List<Contender> contenders, double[][] rates, Answer answer) {
        Map<String, Double> medians = new LinkedHashMap<>();
        for (int i = 0; i < rates.length; i++) {
            double[] sorted = rates[i].clone();
            Arrays.sort(sorted);
            double median = (sorted[(repetitions - 1) / 2] + sorted[repetitions / 2]) / 2;
            medians.put(contenders.get(i).name(), median);
            progress.accept(
                    String.format(
                            Locale.ROOT,
                            "%-28s %8.3f Mev/s [%.3f..%.3f] answer=%s",
                            contenders.get(i).name(),
                            median / 1e6,
                            sorted[0] / 1e6,
                            sorted[repetitions - 1] / 1e6,
                            answer));
        }
        return medians;
    }
}
