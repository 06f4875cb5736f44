package io.penstock.benchmarks;

import io.penstock.benchmarks.Interleaved.Entrant;
import io.penstock.engine.Layout;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Windows;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
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

    /** Longer than all events: every account has a session, or a timer, until the end. */
    private static final long GAP_MS = 60_000;

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
                    new Ratio("w2-10k-journal-share", "penstock-10k", "journal-alone-10k", 0.0),
                    // The core alone on one thread: 0.4 is 2.5 times the cost.
                    new Ratio("core-w2-vs-hand", "core-1s", "hand-1s", 0.4),
                    new Ratio("overlap-10s-by-1s-vs-tumbling", "core-10s-by-1s", "core-1s", 0.4),
                    new Ratio("overlap-10s-by-1s-vs-hand", "core-10s-by-1s", "hand-10s-by-1s", 1),
                    new Ratio("overlap-60s-by-1s-vs-tumbling", "core-60s-by-1s", "core-1s", 0.4),
                    new Ratio("overlap-60s-by-7s-vs-tumbling", "core-60s-by-7s", "core-1s", 0.4),
                    new Ratio("sessions-1m-vs-hand", "core-sessions", "hand-sessions", 0.7),
                    new Ratio("timers-1m-vs-hand", "core-timers", "hand-timers", 0.7));

    private final int eventCount;
    private final int handOffRounds;
    private final Interleaved measurement;
    private final String only;
    private final Path directory;
    private final PrintStream log;

    private Ratios(boolean isQuick, String only, Path directory, PrintStream log) {
        this.only = only;
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
        String only = null;
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--quick")) {
                isQuick = true;
            } else if (args[i].equals("--dir") && i + 1 < args.length) {
                parent = Path.of(args[++i]);
            } else if (args[i].equals("--only") && i + 1 < args.length) {
                only = args[++i];
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
            new Ratios(isQuick, only, directory, System.err).run(System.out);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    private void run(PrintStream out) {
        CHRONICLE.setLevel(Level.WARNING);
        Map<String, Double> rates = new HashMap<>();
        log.println("generating events");
        Events few = Events.generate(eventCount, FEW_KEYS);
        measure("hand-off", rates, () -> handOffs(few));
        measure("append", rates, () -> appends(few));
        measure("window-10k", rates, () -> windows(few, "10k"));
        measure("overlap-10k", rates, () -> overlaps(few));
        Events many = Events.generate(eventCount, MANY_KEYS);
        measure("window-1m", rates, () -> windows(many, "1m"));
        measure("sessions-1m", rates, () -> sessions(many));
        measure("timers-1m", rates, () -> timers(many));
        if (rates.isEmpty()) {
            throw new IllegalArgumentException(
                    "no group starts with " + only + " (perf-scripts/ratios --help lists them)");
        }
        print(rates, out);
    }

    private void measure(
            String group, Map<String, Double> rates, Supplier<List<Entrant>> entrants) {
        if (only == null || group.startsWith(only)) {
            rates.putAll(measurement.run(group, entrants.get()));
        }
    }

    private static void print(Map<String, Double> rates, PrintStream out) {
        for (Ratio ratio : RATIOS) {
            if (!rates.containsKey(ratio.ours())) {
                continue;
            }
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

    private static List<Entrant> overlaps(Events events) {
        List<Entrant> entrants = new ArrayList<>();
        HandLoop loop = new HandLoop("hand-1s", events);
        entrants.add(new Entrant(loop, answer(loop)));
        entrants.add(new Entrant(windows("core-1s", events, 1, 1), answer(loop)));
        HandPanes panes = panes(events, 10, 1);
        entrants.add(new Entrant(panes, answer(panes)));
        entrants.add(new Entrant(windows("core-10s-by-1s", events, 10, 1), answer(panes)));
        for (int everySeconds : new int[] {1, 7}) {
            String name = "core-60s-by-" + everySeconds + "s";
            entrants.add(
                    new Entrant(
                            windows(name, events, 60, everySeconds),
                            answer(panes(events, 60, everySeconds))));
        }
        return entrants;
    }

    private static HandPanes panes(Events events, int sizeSeconds, int everySeconds) {
        String name = "hand-" + sizeSeconds + "s-by-" + everySeconds + "s";
        return new HandPanes(name, events, sizeSeconds * 1000L, everySeconds * 1000L);
    }

    private static Contender windows(
            String name, Events events, int sizeSeconds, int everySeconds) {
        Windows windows =
                Windows.hopping(Duration.ofSeconds(sizeSeconds), Duration.ofSeconds(everySeconds));
        return new CoreRun(
                name, events, Pipelines.windows(windows, Sinks.custom(new TotalsSink())));
    }

    private static List<Entrant> sessions(Events events) {
        HandSessions byHand = new HandSessions(events, GAP_MS);
        Answer answer = answer(byHand);
        Windows sessions = Windows.sessions(Duration.ofMillis(GAP_MS));
        return List.of(
                new Entrant(byHand, answer),
                new Entrant(
                        new CoreRun(
                                "core-sessions",
                                events,
                                Pipelines.windows(sessions, Sinks.custom(new TotalsSink()))),
                        answer));
    }

    private static List<Entrant> timers(Events events) {
        HandTimers byHand = new HandTimers(events, GAP_MS);
        Answer answer = answer(byHand);
        return List.of(
                new Entrant(byHand, answer),
                new Entrant(
                        new CoreRun(
                                "core-timers",
                                events,
                                Pipelines.quiet(GAP_MS, Sinks.custom(new TotalsSink()))),
                        answer));
    }

    private static Answer answer(Contender contender) {
        contender.prepare();
        contender.run();
        return contender.finish();
    }

    private List<Entrant> windows(Events events, String suffix) {
        HandLoop handLoop = new HandLoop("hand-loop-" + suffix, events);
        Answer answer = answer(handLoop);
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
