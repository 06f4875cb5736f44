package io.penstock.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * What a JVM of its own is to measure, as its arguments; and the lines it answers with on standard
 * output. Other lines there mean nothing.
 *
 * <pre>
 * rate SYSTEM EVENTS_PER_S ANSWER       one a repetition
 * latency SYSTEM P50_MS P90_MS ANSWER
 * first SYSTEM ANSWER                   at once when the first result is there
 * </pre>
 *
 * @param system who does it
 * @param workload what is done
 * @param keys accounts of the events
 * @param count events
 * @param warmUps least runs that are not counted: {@link #warmUp}
 * @param repetitions runs that are
 */
public record RunOrder(
        String system, Workload workload, int keys, int count, int warmUps, int repetitions) {
    static final String RATE = "rate";
    static final String LATENCY = "latency";
    static final String FIRST = "first";

    /** Last argument of a process that ends with the one that started it. */
    private static final String BOUND = "--bound";

    private static final int ARGUMENTS = 6;
    private static final long WARM_UP_NS = 5_000_000_000L;

    /**
     * Takes arguments apart. With {@code --bound} behind them this process ends as soon as its
     * standard input does, which the one that started it holds open.
     */
    public static RunOrder parse(String[] args) {
        boolean isBound = args.length == ARGUMENTS + 1 && args[ARGUMENTS].equals(BOUND);
        if (args.length != ARGUMENTS && !isBound) {
            throw new IllegalArgumentException(
                    "arguments: SYSTEM WORKLOAD KEYS EVENTS WARM-UPS REPETITIONS [--bound], not "
                            + List.of(args));
        }
        RunOrder order =
                new RunOrder(
                        args[0],
                        Workload.of(args[1]),
                        Integer.parseInt(args[2]),
                        Integer.parseInt(args[3]),
                        Integer.parseInt(args[4]),
                        Integer.parseInt(args[5]));
        if (isBound) {
            endWithParent();
        }
        return order;
    }

    /** The arguments of a process that ends with this one. */
    List<String> toArguments() {
        return List.of(
                system,
                workload.label(),
                Integer.toString(keys),
                Integer.toString(count),
                Integer.toString(warmUps),
                Integer.toString(repetitions),
                BOUND);
    }

    /** The events of this order. */
    public Events events() {
        return Events.generate(count, keys);
    }

    /** A repetition has ended. */
    public void reportRate(PrintStream out, double eventsPerS, Answer answer) {
        line(out, String.format(Locale.ROOT, "%s %s %.0f %s", RATE, system, eventsPerS, answer));
    }

    /** How late results were. */
    public void reportLatency(PrintStream out, double p50Ms, double p90Ms, Answer answer) {
        line(
                out,
                String.format(
                        Locale.ROOT, "%s %s %.4f %.4f %s", LATENCY, system, p50Ms, p90Ms, answer));
    }

    /** The first result is there. */
    public void reportFirst(PrintStream out, Answer answer) {
        line(out, FIRST + " " + system + " " + answer);
    }

    /**
     * Runs what is not counted: as often as ordered, and if at all, then until the compiler has had
     * time for all of it; those who need longer runs get fewer.
     */
    public <E extends Exception> void warmUp(WarmUp<E> run) throws E {
        long startNs = System.nanoTime();
        for (int i = 0; isCold(i, startNs); i++) {
            run.run();
        }
    }

    private boolean isCold(int runs, long startNs) {
        return runs < warmUps || (warmUps > 0 && System.nanoTime() - startNs < WARM_UP_NS);
    }

    /**
     * A run that is not counted.
     *
     * @param <E> what it throws
     */
    @FunctionalInterface
    public interface WarmUp<E extends Exception> {
        /** Runs once. */
        void run() throws E;
    }

    private static void line(PrintStream out, String line) {
        out.println(line);
        out.flush();
    }

    private static void endWithParent() {
        Thread watch =
                new Thread(
                        () -> {
                            try {
                                while (System.in.read() >= 0) {
                                    // Nothing is ever sent.
                                }
                            } catch (IOException e) {
                                System.err.println("standard input failed: " + e);
                            }
                            Runtime.getRuntime().halt(1);
                        },
                        "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }
}
