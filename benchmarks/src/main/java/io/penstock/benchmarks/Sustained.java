package io.penstock.benchmarks;

import io.penstock.journal.JournalKind;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Appending for as long as the disk sets the pace: tens of gigabytes into a copy to mapped files,
 * which is the bound, into journals of both kinds, at the level {@code process}, into bare
 * Chronicle queues, and into Aeron's archive in a process of its own, one after the other. A line
 * per gigabyte shows when the page cache was full; the last two of each system have the rate of
 * all, without and with forcing what was left.
 *
 * <p>Everything is read back and compared, outside of the clock. Each log is deleted before the
 * next begins.
 */
public final class Sustained {
    /** Held, because loggers that nobody holds lose their level. */
    private static final Logger CHRONICLE = Logger.getLogger("net.openhft");

    private static final String PEER_MAIN = "io.penstock.peers.SustainedAeron";
    private static final String WITHOUT_PEERS = "--without-peers";
    private static final int BATCH = 64;
    private static final long GIGABYTE = 1_000_000_000L;
    private static final double NS_PER_S = 1e9;

    private final long gigabytes;
    private final Path parent;

    private Sustained(long gigabytes, Path parent) {
        this.gigabytes = gigabytes;
        this.parent = parent;
    }

    /** Prints all lines; arguments are those of {@code perf-scripts/sustained}. */
    public static void main(String[] args) throws IOException {
        long gigabytes = 20;
        Path given = null;
        boolean isWithPeers = true;
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--gigabytes") && i + 1 < args.length) {
                gigabytes = Options.positive(args[i], args[++i]);
            } else if (args[i].equals("--dir") && i + 1 < args.length) {
                given = Path.of(args[++i]);
            } else if (args[i].equals(WITHOUT_PEERS)) {
                isWithPeers = false;
            } else {
                System.err.println(
                        "unknown or incomplete argument: "
                                + args[i]
                                + " (perf-scripts/sustained --help lists them)");
                System.exit(2);
            }
        }
        CHRONICLE.setLevel(Level.WARNING);
        Path directory = Options.newFolder(given, "sustained");
        try {
            Noise noise = new Noise();
            Sustained sustained = new Sustained(gigabytes, directory);
            sustained.run("mapped-copy", SustainedLog.OfCopy::new);
            sustained.run("segment", path -> new SustainedLog.OfJournal(path, JournalKind.SEGMENT));
            sustained.run(
                    "chronicle-frames",
                    path -> new SustainedLog.OfJournal(path, JournalKind.CHRONICLE));
            sustained.run("chronicle-64", path -> new SustainedLog.OfChronicle(path, BATCH));
            sustained.run("chronicle-1", path -> new SustainedLog.OfChronicle(path, 1));
            if (isWithPeers) {
                sustained.runAeron();
            }
            System.err.println("others used " + noise.describe());
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    private void run(String name, Function<Path, SustainedLog> open) throws IOException {
        Path directory = Files.createDirectories(parent.resolve(name));
        try (SustainedLog log = open.apply(directory)) {
            run(name, log, gigabytes, System.out);
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    /** Its driver and archive have threads of their own, and other flags. */
    private void runAeron() throws IOException {
        Optional<Path> module = Forks.peers();
        if (module.isEmpty()) {
            System.err.println("aeron-archive: " + Forks.HOW_TO_BUILD);
            return;
        }
        Path directory = Files.createDirectories(parent.resolve("aeron-archive"));
        List<String> command =
                Forks.peer(module.get(), PEER_MAIN, List.of(Long.toString(gigabytes)));
        Process process =
                new ProcessBuilder(command).directory(directory.toFile()).inheritIO().start();
        try {
            if (process.waitFor() != 0) {
                throw new IllegalStateException(
                        "aeron-archive ended with " + process.exitValue() + "; see above");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
            IoUtil.delete(directory.toFile(), true);
        }
    }

    /**
     * Fills a log, prints its lines, and reads it back.
     *
     * @param name of the system, in its lines
     * @param gigabytes of the log
     */
    public static void run(String name, SustainedLog log, long gigabytes, PrintStream out)
            throws IOException {
        int bytesPerEvent = log.bytesPerEvent();
        long events = (gigabytes * GIGABYTE / bytesPerEvent + BATCH - 1) / BATCH * BATCH;
        UnsafeBuffer batch = new UnsafeBuffer(new byte[BATCH * Events.LENGTH]);
        long sum = 0;
        long startNs = System.nanoTime();
        long lastNs = startNs;
        long nextLine = GIGABYTE;
        long appended = 0;
        for (long first = 0; first < events; first += BATCH) {
            sum += fill(batch, first);
            log.append(batch, first, BATCH);
            appended += BATCH * (long) bytesPerEvent;
            if (appended >= nextLine) {
                long nowNs = System.nanoTime();
                print(out, name, nextLine / GIGABYTE + "-GB", GIGABYTE, log, nowNs - lastNs);
                lastNs = nowNs;
                nextLine += GIGABYTE;
            }
        }
        print(out, name, "all", appended, log, System.nanoTime() - startNs);
        log.force();
        print(out, name, "forced", appended, log, System.nanoTime() - startNs);
        Answer expected = new Answer(events, sum);
        Answer answer = log.readBack();
        if (!answer.equals(expected)) {
            throw new IllegalStateException(name + " answers " + answer + ", expected " + expected);
        }
    }

    /** Makes the next events in place: part of what is measured, and the same for all. */
    static long fill(UnsafeBuffer batch, long first) {
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            long id = first + i;
            for (int field = 0; field < Events.LONGS; field++) {
                long value = id * (field + 1);
                batch.putLong(i * Events.LENGTH + field * Long.BYTES, value);
                sum += value;
            }
        }
        return sum;
    }

    private static void print(
            PrintStream out,
            String name,
            String what,
            long length,
            SustainedLog log,
            long elapsedNs) {
        double perSecond = length * NS_PER_S / elapsedNs;
        out.printf(
                Locale.ROOT,
                "sustained %s %s %.0f MB/s %.0f events/s%n",
                name,
                what,
                perSecond / 1e6,
                perSecond / log.bytesPerEvent());
        out.flush();
    }
}
