package io.penstock.benchmarks;

import io.penstock.engine.Layout;
import io.penstock.journal.JournalKind;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.agrona.IoUtil;

/**
 * Latencies under an open load at fixed rates: a table on standard output, whole percentile curves
 * in a file. A load that a system does not keep up with is named.
 *
 * <p>Exit code 1 when an answer is wrong; 2 for wrong arguments.
 */
public final class Latency {
    /** Held, because loggers that nobody holds lose their level. */
    private static final Logger CHRONICLE = Logger.getLogger("net.openhft");

    private static final int EVENT_COUNT = 1_000_000;
    private static final long WARM_UP_RATE = 1_000_000;
    private static final double WARM_UP_S = 1;
    private static final int TICKS_PER_HALF = 5;
    private static final double NS_PER_US = 1e3;

    private final OpenLoad load;
    private final PrintStream out;
    private final StringBuilder curves = new StringBuilder();

    private Latency(OpenLoad load, PrintStream out) {
        this.load = load;
        this.out = out;
    }

    private static final class Arguments {
        private boolean isQuick;
        private double seconds;
        private Layout layout = Layout.SHARED;
        private JournalKind journal = JournalKind.SEGMENT;
        private Path parent;
        private Path curves;
        private final List<Long> rates = new ArrayList<>();
        private final List<PacedSystem> systems = new ArrayList<>();

        static Arguments of(String[] args) {
            Arguments all = new Arguments();
            for (int i = 0; i < args.length; i++) {
                if (args[i].equals("--quick")) {
                    all.isQuick = true;
                } else if (i + 1 < args.length) {
                    all.take(args[i], args[++i]);
                } else {
                    throw new IllegalArgumentException("unknown or incomplete: " + args[i]);
                }
            }
            if (all.rates.isEmpty()) {
                all.rates.addAll(List.of(100_000L, 1_000_000L, 5_000_000L));
            }
            if (all.systems.isEmpty()) {
                all.systems.addAll(Arrays.asList(PacedSystem.values()));
            }
            if (all.seconds == 0) {
                all.seconds = all.isQuick ? 2 : 10;
            }
            return all;
        }

        private void take(String option, String value) {
            switch (option) {
                case "--rate" -> rates.add(positive(option, value));
                case "--system" -> systems.add(PacedSystem.of(value));
                case "--seconds" -> seconds = positive(option, value);
                case "--dir" -> parent = Options.folder(option, value);
                case "--out" -> curves = Options.file(option, value);
                case "--layout" -> layout = Layout.valueOf(value.toUpperCase(Locale.ROOT));
                case "--journal" -> journal = JournalKind.valueOf(value.toUpperCase(Locale.ROOT));
                default -> throw new IllegalArgumentException("unknown: " + option);
            }
        }

        private static long positive(String option, String value) {
            long number = Long.parseLong(value);
            if (number <= 0) {
                throw new IllegalArgumentException(option + " must be positive: " + value);
            }
            return number;
        }
    }

    /** Runs all systems at all rates, or those that are asked for. */
    public static void main(String[] args) throws IOException {
        Arguments arguments;
        try {
            arguments = Arguments.of(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + " (perf-scripts/latency --help lists them)");
            System.exit(2);
            return;
        }
        CHRONICLE.setLevel(Level.WARNING);
        Path directory = Options.newFolder(arguments.parent, "latency");
        try {
            Events events = Events.generate(EVENT_COUNT, Setting.FEW_KEYS);
            Latency latency =
                    new Latency(
                            new OpenLoad(events, directory, arguments.layout, arguments.journal),
                            System.out);
            latency.run(arguments);
            if (arguments.curves != null) {
                Files.writeString(arguments.curves, latency.curves, StandardCharsets.US_ASCII);
            }
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    private void run(Arguments arguments) {
        out.printf(
                "%-18s %9s %11s %9s %9s %10s %10s %10s us%n",
                "system", "rate/s", "achieved/s", "p50", "p90", "p99", "p99.9", "max");
        Noise noise = new Noise();
        List<String> missed = new ArrayList<>();
        for (PacedSystem system : arguments.systems) {
            System.err.println(system.label() + ": warm-up");
            load.run(system, WARM_UP_RATE, WARM_UP_S);
        }
        for (long rate : arguments.rates) {
            for (PacedSystem system : arguments.systems) {
                System.err.println(system.label() + " at " + rate + "/s");
                Pace pace = load.run(system, rate, arguments.seconds);
                show(system.label(), pace, pace.latencies());
                if (pace.resultLatencies().getTotalCount() > 0) {
                    show(system.label() + "-results", pace, pace.resultLatencies());
                }
                if (!pace.isHeld()) {
                    missed.add(system.label() + " at " + rate + "/s");
                }
            }
        }
        missed.forEach(name -> out.println("rate missed: " + name));
        System.err.println("others used " + noise.describe());
    }

    private void show(String name, Pace pace, Histogram latencies) {
        out.println(
                String.format(
                        Locale.ROOT,
                        "%-18s %9d %11.0f %9.2f %9.2f %10.1f %10.1f %10.1f %s",
                        name,
                        pace.ratePerSecond(),
                        pace.achievedPerSecond(),
                        latencies.getValueAtPercentile(50) / NS_PER_US,
                        latencies.getValueAtPercentile(90) / NS_PER_US,
                        latencies.getValueAtPercentile(99) / NS_PER_US,
                        latencies.getValueAtPercentile(99.9) / NS_PER_US,
                        latencies.getMaxValue() / NS_PER_US,
                        pace.isHeld() ? "held" : "MISSED"));
        for (HistogramIterationValue value : latencies.percentiles(TICKS_PER_HALF)) {
            curves.append(
                    String.format(
                            Locale.ROOT,
                            "%s %d %.6f %d%n",
                            name,
                            pace.ratePerSecond(),
                            value.getPercentileLevelIteratedTo(),
                            value.getValueIteratedTo()));
        }
    }
}
