package io.penstock.benchmarks;

import io.penstock.benchmarks.Interleaved.Entrant;
import io.penstock.engine.Layout;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.agrona.IoUtil;

/**
 * Runs everything beside its baseline in one process and prints a line per ratio to standard
 * output: name, ratio, goal, {@code ok} or {@code short}. Rates and progress go to standard error.
 *
 * <p>Exit code 0 also when a ratio falls short; 1 when an answer is wrong; 2 for wrong arguments.
 */
public final class Ratios {
    /** Held, because loggers that nobody holds lose their level. */
    private static final Logger CHRONICLE = Logger.getLogger("net.openhft");

    private static final int MANY_KEYS = 1_000_000;
    private static final int FEW_KEYS = 10_000;
    private static final int CLAIM = 16;
    private static final int FRAME = 64;

    /** Records of a frame when an engine is busy: the most of one duty cycle. */
    private static final int FULL_FRAME = 1024;

    private static final int SBE_HEADER_LENGTH = 8;

    /** One line of the result; the goal is what the ratio should at least be. */
    private record Ratio(String name, String ours, String baseline, double goal) {}

    /**
     * The goals of W2 are targets. The others guard what was reached: a slot of ours is two cache
     * lines where the bare one is one, a frame carries headers and a checksum where the bare
     * document carries none.
     */
    private static final List<Ratio> RATIOS =
            List.of(
                    new Ratio("handoff-vs-disruptor", "penstock-ring", "disruptor", 0.7),
                    new Ratio(
                            "handoff-claim16-vs-disruptor",
                            "penstock-ring-claim16",
                            "disruptor-claim16",
                            0.4),
                    new Ratio(
                            "handoff-multi-vs-disruptor",
                            "penstock-ring-multi",
                            "disruptor-multi",
                            0.4),
                    new Ratio("journal-vs-chronicle-1", "penstock-journal", "chronicle-1", 1.0),
                    new Ratio("journal-vs-chronicle-64", "penstock-journal", "chronicle-64", 0.7),
                    new Ratio("journal-vs-mapped-copy", "penstock-journal", "mapped-copy", 0.1),
                    new Ratio("w2-1m-vs-hand-loop", "penstock-1m", "hand-loop-disruptor-1m", 0.3),
                    new Ratio(
                            "w2-10k-vs-hand-loop", "penstock-10k", "hand-loop-disruptor-10k", 0.15),
                    // Of the time the pipeline takes per event, what the journal alone takes.
                    new Ratio("w2-10k-journal-share", "penstock-10k", "journal-alone-10k", 0.0));

    private final int eventCount;
    private final int handOffRounds;
    private final Interleaved measurement;
    private final Path directory;
    private final PrintStream log;

    private Ratios(boolean isQuick, Path directory, PrintStream log) {
        this.eventCount = isQuick ? 1_000_000 : 4_000_000;
        this.handOffRounds = isQuick ? 8 : 4;
        this.measurement = new Interleaved(isQuick ? 2 : 3, isQuick ? 7 : 15, log::println);
        this.directory = directory;
        this.log = log;
    }

    /** Runs all ratios. */
    public static void main(String[] args) throws IOException {
        boolean isQuick = false;
        Path parent = null;
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--quick")) {
                isQuick = true;
            } else if (args[i].equals("--dir") && i + 1 < args.length) {
                parent = Path.of(args[++i]);
            } else {
                System.err.println(
                        "unknown or incomplete argument: "
                                + args[i]
                                + " (perf-scripts/ratios --help lists them)");
                System.exit(2);
            }
        }
        Path directory =
                parent == null
                        ? Files.createTempDirectory("penstock-ratios-")
                        : Files.createTempDirectory(Files.createDirectories(parent), "ratios-");
        try {
            new Ratios(isQuick, directory, System.err).run(System.out);
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    private void run(PrintStream out) {
        CHRONICLE.setLevel(Level.WARNING);
        Map<String, Double> rates = new HashMap<>();
        log.println("generating events");
        Events few = Events.generate(eventCount, FEW_KEYS);
        rates.putAll(measurement.run("hand-off", handOffs(few)));
        rates.putAll(measurement.run("append", appends(few)));
        rates.putAll(measurement.run("window-10k", windows(few, "10k")));
        Events many = Events.generate(eventCount, MANY_KEYS);
        rates.putAll(measurement.run("window-1m", windows(many, "1m")));
        for (Ratio ratio : RATIOS) {
            double value = rates.get(ratio.ours()) / rates.get(ratio.baseline());
            String verdict = value >= ratio.goal() ? "ok" : "short";
            out.printf(
                    Locale.ROOT, "%s %.3f %.2f %s%n", ratio.name(), value, ratio.goal(), verdict);
        }
        out.flush();
    }

    private List<Entrant> handOffs(Events events) {
        int rounds = handOffRounds;
        return List.of(
                        new BareHandOff("disruptor", events, rounds, 1, false),
                        new PenstockHandOff("penstock-ring", events, rounds, 1, 1),
                        new BareHandOff("disruptor-claim16", events, rounds, CLAIM, false),
                        new PenstockHandOff("penstock-ring-claim16", events, rounds, CLAIM, 1),
                        new BareHandOff("disruptor-multi", events, rounds, CLAIM, true),
                        new PenstockHandOff("penstock-ring-multi", events, rounds, CLAIM, 2))
                .stream()
                .map(contender -> new Entrant(contender, events.sum(rounds)))
                .toList();
    }

    private List<Entrant> appends(Events events) {
        return List.of(
                        new MappedCopyAppend("mapped-copy", events, directory, FRAME, true),
                        new PenstockAppend("penstock-journal", events, directory, FRAME, true, 0),
                        new ChronicleAppend("chronicle-1", events, directory, 1, true),
                        new ChronicleAppend("chronicle-64", events, directory, FRAME, true))
                .stream()
                .map(contender -> new Entrant(contender, events.sum(1)))
                .toList();
    }

    private List<Entrant> windows(Events events, String suffix) {
        HandLoop handLoop = new HandLoop("hand-loop-" + suffix, events);
        handLoop.prepare();
        handLoop.run();
        Answer answer = handLoop.finish();
        return List.of(
                new Entrant(handLoop, answer),
                new Entrant(
                        new HandLoopBehindDisruptor("hand-loop-disruptor-" + suffix, events),
                        answer),
                new Entrant(
                        new PenstockPipeline(
                                "penstock-" + suffix,
                                events,
                                directory,
                                Layout.SHARED,
                                PenstockPipeline.Results.CHECKSUM),
                        answer),
                new Entrant(
                        new PenstockAppend(
                                "journal-alone-" + suffix,
                                events,
                                directory,
                                FULL_FRAME,
                                false,
                                SBE_HEADER_LENGTH),
                        events.sum(1)));
    }
}
