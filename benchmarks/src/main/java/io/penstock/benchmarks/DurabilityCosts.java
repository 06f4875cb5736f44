package io.penstock.benchmarks;

import io.penstock.engine.Engine;
import io.penstock.engine.Layout;
import io.penstock.engine.Publisher;
import io.penstock.journal.Durability;
import io.penstock.journal.JournalKind;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.HdrHistogram.Histogram;
import org.agrona.IoUtil;

/**
 * What each level of durability costs, in one process: a line per level and kind of journal, with
 * and without snapshots, of events a second and of the time from the planned sending of an event to
 * its acknowledgement at a fixed rate.
 *
 * <p>Throughput is the median of interleaved rounds, each of which checks its results. Latency is
 * open loop: an event that is sent late counts from when it should have been sent.
 */
public final class DurabilityCosts {
    /** Held, because loggers that nobody holds lose their level. */
    private static final Logger CHRONICLE = Logger.getLogger("net.openhft");

    private static final int KEYS = 10_000;
    private static final int PLANNED = 1 << 20;
    private static final int SNAPSHOTS = 10;
    private static final long MAX_LATENCY_NS = TimeUnit.MINUTES.toNanos(1);

    private final Events events;
    private final Answer expected;
    private final int rounds;
    private final int ratePerSecond;
    private final int seconds;
    private final Layout layout;
    private final Path directory;

    /** One line of the result. */
    private record Entry(Durability level, JournalKind kind, boolean hasSnapshots) {
        String name() {
            return level
                    + " "
                    + kind.name().toLowerCase(Locale.ROOT)
                    + (hasSnapshots ? " snapshots" : " none");
        }
    }

    private DurabilityCosts(Setting.Size size, int ratePerSecond, Layout layout, Path directory) {
        this.events = Events.generate(size.pick(20_000, 300_000, 2_000_000), KEYS);
        this.rounds = size.pick(1, 3, 7);
        this.seconds = size.pick(1, 2, 10);
        this.ratePerSecond = ratePerSecond;
        this.layout = layout;
        this.directory = directory;
        HandLoop byHand = new HandLoop("hand-loop", events);
        byHand.prepare();
        byHand.run();
        this.expected = byHand.finish();
    }

    /** Measures all levels that each kind carries. */
    public static void main(String[] args) throws IOException {
        Setting.Size size = Setting.Size.FULL;
        int rate = 20_000;
        Layout layout = Layout.DEDICATED;
        Path parent = null;
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--quick")) {
                size = Setting.Size.QUICK;
            } else if (args[i].equals("--smoke")) {
                size = Setting.Size.SMOKE;
            } else if (args[i].equals("--rate") && i + 1 < args.length) {
                rate = Options.positive(args[i], args[++i]);
            } else if (args[i].equals("--layout") && i + 1 < args.length) {
                layout = Options.layout(args[i], args[++i]);
            } else if (args[i].equals("--dir") && i + 1 < args.length) {
                parent = Options.folder("--dir", args[++i]);
            } else {
                System.err.println(
                        "unknown or incomplete argument: "
                                + args[i]
                                + " (perf-scripts/durability --help lists them)");
                System.exit(2);
            }
        }
        CHRONICLE.setLevel(Level.WARNING);
        Path directory = Options.newFolder(parent, "durability");
        try {
            new DurabilityCosts(size, rate, layout, directory).run(System.out, System.err);
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    private static List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (boolean hasSnapshots : new boolean[] {false, true}) {
            for (JournalKind kind : JournalKind.values()) {
                for (String text : List.of("none", "process", "periodic:10ms", "power")) {
                    Durability level = Durability.parse(text);
                    if (!level.isForced() || kind == JournalKind.SEGMENT) {
                        entries.add(new Entry(level, kind, hasSnapshots));
                    }
                }
            }
        }
        return entries;
    }

    private void run(PrintStream out, PrintStream log) {
        List<Entry> entries = entries();
        double[][] rates = new double[entries.size()][rounds];
        for (int round = -1; round < rounds; round++) {
            for (int i = 0; i < entries.size(); i++) {
                double rate = throughput(entries.get(i));
                if (round >= 0) {
                    rates[i][round] = rate;
                }
            }
            log.println(round < 0 ? "warmed up" : "round " + (round + 1) + " of " + rounds);
        }
        out.printf(
                Locale.ROOT,
                "level journal snapshots events/s | at %d/s, us: p50 p90 p99 p99.9 max sent/s%n",
                ratePerSecond);
        for (int i = 0; i < entries.size(); i++) {
            Arrays.sort(rates[i]);
            latencies(entries.get(i), 1);
            Histogram latencies = latencies(entries.get(i), seconds);
            out.printf(
                    Locale.ROOT,
                    "%s %.0f | %.0f %.0f %.0f %.0f %.0f %d%n",
                    entries.get(i).name(),
                    rates[i][rounds / 2],
                    micros(latencies, 50),
                    micros(latencies, 90),
                    micros(latencies, 99),
                    micros(latencies, 99.9),
                    micros(latencies, 100),
                    latencies.getTotalCount() / seconds);
            out.flush();
        }
    }

    private static double micros(Histogram latencies, double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1000.0;
    }

    private PenstockPipeline pipeline(Entry entry, long eventCount) {
        return new PenstockPipeline(
                        entry.name(), events, directory, layout, PenstockPipeline.Results.CHECKSUM)
                .durability(
                        entry.level(),
                        entry.kind(),
                        entry.hasSnapshots() ? eventCount / SNAPSHOTS : 0);
    }

    /** From the first claim until the last result is out, which is acknowledged by then. */
    private double throughput(Entry entry) {
        PenstockPipeline pipeline = pipeline(entry, events.count());
        pipeline.prepare();
        long beganNs = System.nanoTime();
        pipeline.run();
        long tookNs = System.nanoTime() - beganNs;
        Interleaved.check(pipeline, expected, pipeline.finish());
        return events.count() * 1e9 / tookNs;
    }

    private Histogram latencies(Entry entry, int runSeconds) {
        Histogram latencies = new Histogram(MAX_LATENCY_NS, 3);
        long count = (long) ratePerSecond * runSeconds;
        PenstockPipeline pipeline = pipeline(entry, count);
        pipeline.prepare();
        send(pipeline, count, latencies);
        pipeline.finish();
        return latencies;
    }

    /** One thread sends what is due, and looks how far acknowledgements have come. */
    private void send(PenstockPipeline pipeline, long count, Histogram latencies) {
        Engine engine = pipeline.engine();
        Publisher publisher = pipeline.publisher();
        long[] plannedNs = new long[PLANNED];
        long everyNs = TimeUnit.SECONDS.toNanos(1) / ratePerSecond;
        long startNs = System.nanoTime();
        long sent = 0;
        long acknowledged = -1;
        while (latencies.getTotalCount() < count) {
            long nowNs = System.nanoTime();
            long dueNs = startNs + sent * everyNs;
            if (sent < count && nowNs >= dueNs) {
                long sequence = pipeline.offer(publisher, (int) (sent % events.count()));
                if (sequence >= 0) {
                    plannedNs[(int) sequence & PLANNED - 1] = dueNs;
                    sent++;
                    continue;
                }
            }
            long upTo = engine.acknowledgedSequence();
            for (long s = acknowledged + 1; s <= upTo; s++) {
                long planned = plannedNs[(int) s & PLANNED - 1];
                if (planned != 0) {
                    latencies.recordValue(Math.min(nowNs - planned, MAX_LATENCY_NS));
                    plannedNs[(int) s & PLANNED - 1] = 0;
                }
            }
            acknowledged = Math.max(acknowledged, upTo);
            if (engine.failure() != null) {
                throw new IllegalStateException(pipeline.name(), engine.failure());
            }
        }
    }
}
