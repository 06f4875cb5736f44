package io.penstock.benchmarks;

import io.penstock.benchmarks.Interleaved.Entrant;
import io.penstock.engine.Layout;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Windows;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.agrona.IoUtil;

/**
 * How throughput changes with the number of keys, the overlap of windows, the length of events, and
 * shards: a line {@code scaling NAME VALUE EVENTS_PER_S} each. Every answer is compared with that
 * of a loop by hand.
 *
 * <p>Keys and event lengths are those of the whole engine, its journal on; overlap is that of the
 * core alone; shards are cores over records that were encoded beforehand.
 */
public final class Scaling {
    /** Held, because loggers that nobody holds lose their level. */
    private static final Logger CHRONICLE = Logger.getLogger("net.openhft");

    private static final int[] KEYS = {1_000, 10_000, 100_000, 1_000_000, 10_000_000};
    private static final int[] OVERLAPS = {1, 2, 5, 10, 60};
    private static final int[] EVENT_LENGTHS = {48, 128, 512, 1024};
    private static final int[] SHARDS = {1, 2};

    private final Setting.Size size;
    private final Path directory;
    private final PrintStream out;

    private Scaling(Setting.Size size, Path directory, PrintStream out) {
        this.size = size;
        this.directory = directory;
        this.out = out;
    }

    /** Prints all lines; arguments are those of {@code perf-scripts/scaling}. */
    public static void main(String[] args) throws IOException {
        Setting.Size size = Setting.Size.FULL;
        Path given = null;
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--quick")) {
                size = Setting.Size.QUICK;
            } else if (args[i].equals("--smoke")) {
                size = Setting.Size.SMOKE;
            } else if (args[i].equals("--dir") && i + 1 < args.length) {
                given = Options.folder("--dir", args[++i]);
            } else {
                System.err.println(
                        "unknown or incomplete argument: "
                                + args[i]
                                + " (perf-scripts/scaling --help lists them)");
                System.exit(2);
            }
        }
        CHRONICLE.setLevel(Level.WARNING);
        Path directory = Options.newFolder(given, "scaling");
        try {
            Scaling scaling = new Scaling(size, directory, System.out);
            scaling.keys();
            scaling.overlap();
            scaling.eventLength();
            scaling.shards();
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    private void keys() {
        for (int keys : KEYS) {
            Events events = events(keys);
            measure("keys", List.of(new Entrant(engine(keys, events), byHand(events))));
        }
    }

    private void overlap() {
        Events events = events(Setting.FEW_KEYS);
        List<Entrant> entrants = new ArrayList<>();
        for (int overlap : OVERLAPS) {
            Windows windows = Windows.hopping(Duration.ofSeconds(overlap), Duration.ofSeconds(1));
            Contender core =
                    new CoreRun(
                            String.valueOf(overlap),
                            events,
                            Pipelines.windows(windows, Sinks.custom(new TotalsSink())));
            HandPanes panes = new HandPanes("hand", events, overlap * 1000L, 1000);
            entrants.add(new Entrant(core, panes.answerOnce()));
        }
        measure("overlap", entrants);
    }

    private void eventLength() {
        Events events = events(Setting.FEW_KEYS);
        Answer answer = byHand(events);
        List<Entrant> entrants = new ArrayList<>();
        for (int length : EVENT_LENGTHS) {
            entrants.add(new Entrant(engine(length, events).eventLength(length), answer));
        }
        measure("event-bytes", entrants);
    }

    private void shards() {
        Events events = events(Setting.MANY_KEYS);
        Answer answer = byHand(events);
        List<Entrant> entrants = new ArrayList<>();
        for (int count : SHARDS) {
            entrants.add(new Entrant(new ShardedRun(String.valueOf(count), events, count), answer));
        }
        measure("shards", entrants);
    }

    private Events events(int keys) {
        return Events.generate(size.pick(20_000, 500_000, 4_000_000), keys);
    }

    private static Answer byHand(Events events) {
        return new HandLoop("hand", events).answerOnce();
    }

    private PenstockPipeline engine(int value, Events events) {
        return new PenstockPipeline(
                String.valueOf(value),
                events,
                directory,
                Layout.SHARED,
                PenstockPipeline.Results.CHECKSUM);
    }

    private void measure(String name, List<Entrant> entrants) {
        Map<String, Double> rates =
                new Interleaved(size.pick(0, 2, 2), size.pick(1, 3, 7), System.err::println)
                        .run(name, entrants);
        rates.forEach(
                (value, rate) ->
                        out.printf(Locale.ROOT, "scaling %s %s %.0f%n", name, value, rate));
        out.flush();
    }
}
