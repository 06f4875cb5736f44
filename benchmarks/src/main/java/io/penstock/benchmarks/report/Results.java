package io.penstock.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a folder of results holds; parts that were not run are empty. A line that is not of its
 * file's form is left out, since a run that was cut off ends in one. Immutable.
 *
 * @param name of the folder
 * @param ratios lines {@code NAME RATIO GOAL ok|short} of ratios.txt
 * @param rates lines {@code NAME VALUE [GROUP [ours|baseline [UNIT]]]} of rates.txt
 * @param latencies lines {@code SYSTEM RATE PERCENTILE VALUE-NS} of latency.txt
 * @param scalings lines {@code scaling NAME X EVENTS/S} of scaling.txt
 * @param sustained lines {@code sustained SYSTEM K-GB|all|forced MB/S ...} of sustained.txt
 * @param environment lines {@code NAME: VALUE} of environment.txt
 * @param noisyParts measurements of the log that others disturbed
 * @param missedRates systems and rates of latency-table.txt that were not held
 */
record Results(
        String name,
        List<RatioLine> ratios,
        List<Rate> rates,
        List<Latency> latencies,
        List<Scaling> scalings,
        List<Sustained> sustained,
        Map<String, String> environment,
        List<String> noisyParts,
        List<String> missedRates) {
    private static final Pattern GIGABYTE = Pattern.compile("(\\d{1,6})-GB");
    private static final String HEADING = "== ";
    private static final String MISSED = "rate missed: ";

    /** One ratio, with what it should be. */
    record RatioLine(String name, double ratio, double goal, boolean isReached) {
        /** Whether less is better, as far as the line shows. */
        boolean isMost() {
            return isReached ? ratio < goal || (goal == 0 && ratio == 0) : ratio > goal;
        }

        /** How many times better than the goal; below 1 when it falls short. */
        double score() {
            return isMost() ? goal / ratio : ratio / goal;
        }

        /** Empty when any ratio will do. */
        String goalText() {
            if (goal == 0 && !isMost()) {
                return "";
            }
            return (isMost() ? "≤ " : "≥ ") + Numbers.plain(goal);
        }
    }

    /** One measured value of a group. */
    record Rate(String name, double value, String group, boolean isOurs, String unit) {}

    /** One point of a curve. */
    record Latency(String system, double rate, double percentile, double valueNs) {}

    /** One point of a line. */
    record Scaling(String name, double x, double rate) {}

    /**
     * Appending at the pace of the disk.
     *
     * @param gigabyte which one alone; 0 for all of them
     * @param isForced whether all were on the disk
     */
    record Sustained(String name, int gigabyte, boolean isForced, double megabytesPerS) {}

    static Results read(Path directory) throws IOException {
        return new Results(
                directory.toRealPath().getFileName().toString(),
                ratios(lines(directory, "ratios.txt")),
                rates(lines(directory, "rates.txt")),
                latencies(lines(directory, "latency.txt")),
                scalings(lines(directory, "scaling.txt")),
                sustained(lines(directory, "sustained.txt")),
                environment(lines(directory, "environment.txt")),
                noisyParts(lines(directory, "log")),
                missedRates(lines(directory, "latency-table.txt")));
    }

    /** How much was measured: {@code full}, unless the environment says something else. */
    String size() {
        return environment.getOrDefault("size", "full");
    }

    /** Whether others disturbed a group of ratios. */
    boolean isNoisy(String group) {
        return noisyParts.contains("ratios " + group);
    }

    boolean isEmpty() {
        return ratios.isEmpty()
                && rates.isEmpty()
                && latencies.isEmpty()
                && scalings.isEmpty()
                && sustained.isEmpty();
    }

    private static List<String> lines(Path directory, String file) throws IOException {
        Path path = directory.resolve(file);
        return Files.exists(path) ? Files.readAllLines(path) : List.of();
    }

    private static List<RatioLine> ratios(List<String> lines) {
        List<RatioLine> ratios = new ArrayList<>();
        for (String[] words : words(lines, 4)) {
            if (words[3].equals("ok") || words[3].equals("short")) {
                double[] numbers = numbers(words, 1, 2);
                if (numbers.length > 0) {
                    boolean isReached = words[3].equals("ok");
                    ratios.add(new RatioLine(words[0], numbers[0], numbers[1], isReached));
                }
            }
        }
        return List.copyOf(ratios);
    }

    private static List<Rate> rates(List<String> lines) {
        List<Rate> rates = new ArrayList<>();
        for (String[] words : words(lines, 2)) {
            double[] numbers = numbers(words, 1);
            if (numbers.length > 0) {
                String group = words.length > 2 ? words[2] : "all";
                boolean isOurs =
                        words.length > 3 ? words[3].equals("ours") : words[0].contains("penstock");
                String unit = words.length > 4 ? words[4] : "events/s";
                rates.add(new Rate(words[0], numbers[0], group, isOurs, unit));
            }
        }
        return List.copyOf(rates);
    }

    private static List<Latency> latencies(List<String> lines) {
        List<Latency> latencies = new ArrayList<>();
        for (String[] words : words(lines, 4)) {
            double[] numbers = numbers(words, 1, 2, 3);
            if (numbers.length > 0) {
                latencies.add(new Latency(words[0], numbers[0], numbers[1], numbers[2]));
            }
        }
        return List.copyOf(latencies);
    }

    private static List<Scaling> scalings(List<String> lines) {
        List<Scaling> scalings = new ArrayList<>();
        for (String[] words : words(lines, 4)) {
            double[] numbers = numbers(words, 2, 3);
            // What has no logarithm has no place in the plot.
            if (words[0].equals("scaling")
                    && numbers.length > 0
                    && numbers[0] > 0
                    && numbers[1] > 0) {
                scalings.add(new Scaling(words[1], numbers[0], numbers[1]));
            }
        }
        return List.copyOf(scalings);
    }

    private static List<Sustained> sustained(List<String> lines) {
        List<Sustained> sustained = new ArrayList<>();
        for (String[] words : words(lines, 4)) {
            double[] numbers = numbers(words, 3);
            if (words[0].equals("sustained") && numbers.length > 0 && numbers[0] > 0) {
                Matcher gigabyte = GIGABYTE.matcher(words[2]);
                int number = gigabyte.matches() ? Integer.parseInt(gigabyte.group(1)) : 0;
                boolean isForced = words[2].equals("forced");
                sustained.add(new Sustained(words[1], number, isForced, numbers[0]));
            }
        }
        return List.copyOf(sustained);
    }

    private static Map<String, String> environment(List<String> lines) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                environment.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        return environment;
    }

    /** Parts begin with a line {@code == NAME}; their measurements may say what they measured. */
    private static List<String> noisyParts(List<String> lines) {
        Set<String> parts = new LinkedHashSet<>();
        String part = "";
        for (String line : lines) {
            if (line.startsWith(HEADING)) {
                part = line.substring(HEADING.length()).trim();
            } else if (line.contains("NOISY")) {
                int colon = line.indexOf(": others used");
                String what = colon > 0 ? line.substring(0, colon) : "";
                parts.add((part + " " + what).trim());
            }
        }
        return List.copyOf(parts);
    }

    /** What systems could not keep up with. */
    private static List<String> missedRates(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(MISSED))
                .map(line -> line.substring(MISSED.length()))
                .toList();
    }

    private static List<String[]> words(List<String> lines, int minCount) {
        return lines.stream()
                .map(line -> line.trim().split("\\s+", -1))
                .filter(words -> words.length >= minCount)
                .toList();
    }

    /** The numbers at some places; none if one of them is not a finite number. */
    private static double[] numbers(String[] words, int... indexes) {
        double[] numbers = new double[indexes.length];
        for (int i = 0; i < indexes.length; i++) {
            try {
                numbers[i] = Double.parseDouble(words[indexes[i]]);
            } catch (NumberFormatException e) {
                return new double[0];
            }
            if (!Double.isFinite(numbers[i])) {
                return new double[0];
            }
        }
        return numbers;
    }
}
