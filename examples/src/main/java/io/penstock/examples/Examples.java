package io.penstock.examples;

import io.penstock.fault.NearestName;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** All examples by their names: {@code ./penstock example NAME [--option value ...]}. */
public final class Examples {
    /** What an example does. */
    interface Body {
        /** Runs it to its end and prints its results as CSV. */
        void run(Options options, PrintStream out);
    }

    /**
     * An example.
     *
     * @param name on the command line
     * @param summary in a few words
     */
    record Example(String name, String summary, Body body) {}

    private static final int USAGE = 2;
    private static final int FAILED = 1;
    private static final int INPUT = 3;
    private static final int DIRECTORY = 4;
    private static final int DAMAGE = 5;
    private static final String USAGE_TEXT =
            "Usage: penstock example list | penstock example NAME [--option value ...]\n"
                    + "Runs a small program and prints its results as CSV. The options of each, and"
                    + " what it shows, stand in examples/README.md; an option that it does not have"
                    + " is refused with those it has.";

    /** Held, because the JDK forgets the levels of loggers that nobody refers to. */
    private static final Logger ROOT = Logger.getLogger("");

    private static final List<Example> ALL =
            List.of(
                    new Example(
                            "event-time-simulation",
                            "a generator with knobs for disorder and late events",
                            EventTimeSimulation::run),
                    new Example("windows", "tumbling and sliding windows", WindowShapes::run),
                    new Example(
                            "watermarks", "what is on time and what is late", WatermarkLogic::run),
                    new Example(
                            "stateful-processor",
                            "balances of accounts that survive a kill",
                            StatefulProcessor::run),
                    new Example("word-count", "how often each word occurs", WordCount::run),
                    new Example(
                            "sales",
                            "sales by category in 5-minute windows, corrected by late ones",
                            SalesByCategory::run),
                    new Example(
                            "anomalies",
                            "processor load against a moving baseline",
                            AnomalyDetection::run),
                    new Example("sessions", "duration and pages of visits", Sessions::run),
                    new Example(
                            "analytics",
                            "counts by event type, live: windows close without a further event",
                            EventAnalytics::run),
                    new Example(
                            "log-errors", "rate of errors, one notice per trouble", LogErrors::run),
                    new Example("iot", "sensors too hot, sensors fallen silent", SensorWatch::run),
                    new Example(
                            "trading",
                            "crossing averages: when to buy and sell",
                            TradingSignals::run),
                    new Example("top-pages", "the pages each user looks at most", TopPages::run),
                    new Example("etl", "two inputs into one, nothing lost", StreamingEtl::run));

    private Examples() {}

    static List<Example> all() {
        return ALL;
    }

    /** Runs the example that the first argument names. */
    public static void main(String[] args) {
        ROOT.setLevel(Level.WARNING);
        for (Handler handler : ROOT.getHandlers()) {
            handler.setLevel(Level.WARNING);
        }
        PrintStream out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        int exitCode = execute(out, System.err, args);
        out.flush();
        System.exit(exitCode);
    }

    static int execute(PrintStream out, PrintStream err, String... args) {
        try {
            List<String> given = List.of(args);
            if (given.contains("--help") || given.contains("-h")) {
                out.println(USAGE_TEXT);
                return 0;
            }
            if (args.length == 0 || args[0].equals("list")) {
                for (Example example : ALL) {
                    out.printf("%-22s %s%n", example.name(), example.summary());
                }
                return 0;
            }
            named(args[0]).body().run(new Options(Arrays.copyOfRange(args, 1, args.length)), out);
            return 0;
        } catch (PenstockException e) {
            err.println("penstock: " + e.getMessage());
            return exitCode(e.category());
        }
    }

    /** As the command line's. */
    private static int exitCode(Category category) {
        return switch (category) {
            case CONFIGURATION -> USAGE;
            case INPUT -> INPUT;
            case LOCKED, OTHER_PLAN, OTHER_INPUT -> DIRECTORY;
            case DAMAGE -> DAMAGE;
            case STORAGE, LIMIT, FAILED -> FAILED;
        };
    }

    static Example named(String name) {
        for (Example example : ALL) {
            if (example.name().equals(name)) {
                return example;
            }
        }
        List<String> names = ALL.stream().map(Example::name).toList();
        throw new PenstockException(
                Category.CONFIGURATION,
                "unknown example '" + name + "' " + NearestName.hint(name, names));
    }
}
