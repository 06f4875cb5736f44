package io.penstock.benchmarks;

import io.penstock.engine.Layout;
import io.penstock.journal.JournalKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.agrona.IoUtil;

/**
 * How long after the event that closes a window its results are out: W2 with 10,000 keys, 100,000
 * events a second in real time, whole engine, journal on. Counted from the planned time of that
 * event until a result is at the sink.
 *
 * <p>Prints {@code latency penstock P50_MS P90_MS COUNT/CHECKSUM}, the answer being that of the
 * measured load. The working folder is where it writes. Exit code 1 when it is wrong; 2 for wrong
 * arguments.
 */
public final class ResultLatency {
    /** Held, because loggers that nobody holds lose their level. */
    private static final Logger CHRONICLE = Logger.getLogger("net.openhft");

    private static final long RATE = 100_000;
    private static final int EVENT_COUNT = 1_000_000;
    private static final double NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Event time goes ten times as fast while the compiler gets to know the work. */
    private static final long WARM_UP_RATE = 10 * RATE;

    private static final double WARM_UP_S = 3;

    /** Windows close so late that a shorter load has no results to count. */
    private static final int LEAST_SECONDS = 6;

    private ResultLatency() {}

    /** Runs one load. */
    public static void main(String[] args) throws IOException {
        if (args.length != 2 || !args[0].equals("--seconds")) {
            System.err.println("usage: ResultLatency --seconds N");
            System.exit(2);
        }
        int seconds = Integer.parseInt(args[1]);
        if (seconds < LEAST_SECONDS) {
            System.err.println("--seconds must be at least " + LEAST_SECONDS + ": " + seconds);
            System.exit(2);
        }
        CHRONICLE.setLevel(Level.WARNING);
        Path directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), "latency-");
        try {
            Pace pace = run(directory, seconds);
            if (!pace.isHeld()) {
                System.err.println("the rate was missed: " + pace.achievedPerSecond());
            }
            System.out.println(
                    String.format(
                            Locale.ROOT,
                            "latency penstock %.3f %.3f %s",
                            pace.resultLatencies().getValueAtPercentile(50) / NS_PER_MS,
                            pace.resultLatencies().getValueAtPercentile(90) / NS_PER_MS,
                            Rounds.windows(pace.events(), pace.count())));
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    /** One load behind a warm-up; its answer is checked. */
    static Pace run(Path directory, int seconds) {
        Events events = Events.generate(EVENT_COUNT, Setting.FEW_KEYS);
        OpenLoad load = new OpenLoad(events, directory, Layout.SHARED, JournalKind.SEGMENT);
        load.run(PacedSystem.ENGINE, WARM_UP_RATE, WARM_UP_S);
        return load.run(PacedSystem.ENGINE, RATE, seconds);
    }
}
