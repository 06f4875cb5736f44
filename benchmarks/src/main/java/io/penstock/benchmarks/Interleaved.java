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

    /** A contender, and what it must answer every time. */
    record Entrant(Contender contender, Answer expected) {}

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

    /** Median rates by name, events per second. */
    Map<String, Double> run(String workload, List<Entrant> entrants) {
        double[][] rates = new double[entrants.size()][repetitions];
        Noise noise = new Noise();
        for (int repetition = -warmUps; repetition < repetitions; repetition++) {
            progress.accept(
                    repetition < 0
                            ? workload + ": warm-up " + (repetition + warmUps + 1) + "/" + warmUps
                            : workload + ": " + (repetition + 1) + "/" + repetitions);
            for (int i = 0; i < rates.length; i++) {
                double rate = measure(entrants.get(i));
                if (repetition >= 0) {
                    rates[i][repetition] = rate;
                }
            }
        }
        progress.accept(workload + ": others used " + noise.describe());
        return medians(entrants, rates);
    }

    private static double measure(Entrant entrant) {
        Contender contender = entrant.contender();
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
        check(contender, entrant.expected(), answer);
        return contender.events() * NS_PER_S / elapsedNs;
    }

    static void check(Contender contender, Answer expected, Answer answer) {
        if (!expected.equals(answer)) {
            throw new IllegalStateException(
                    contender.name() + " answers " + answer + ", expected " + expected);
        }
    }

    private Map<String, Double> medians(List<Entrant> entrants, double[][] rates) {
        Map<String, Double> medians = new LinkedHashMap<>();
        for (int i = 0; i < rates.length; i++) {
            double[] sorted = rates[i].clone();
            Arrays.sort(sorted);
            double median = (sorted[(repetitions - 1) / 2] + sorted[repetitions / 2]) / 2;
            String name = entrants.get(i).contender().name();
            medians.put(name, median);
            progress.accept(
                    String.format(
                            Locale.ROOT,
                            "%-28s %8.3f Mev/s [%.3f..%.3f] answer=%s",
                            name,
                            median / 1e6,
                            sorted[0] / 1e6,
                            sorted[repetitions - 1] / 1e6,
                            entrants.get(i).expected()));
        }
        return medians;
    }
}
