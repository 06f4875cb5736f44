package io.penstock.benchmarks;

import io.penstock.journal.JournalKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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

    /** How each log of ours and of this process is opened, by its name. */
    static final Map<String, Function<Path, SustainedLog>> SYSTEMS = systems();

    private final long bytes;
    private final Path parent;
    private final Consumer<String> out;

    /**
     * Prepares logs of a length.
     *
     * @param parent the folder that each has one in while it is there
     * @param out takes the lines
     */
    Sustained(long bytes, Path parent, Consumer<String> out) throws IOException {
        this.bytes = bytes;
        this.parent = parent;
        this.out = out;
        long freeBytes = Files.getFileStore(parent).getUsableSpace();
        // One log at a time, with the headers of its records and a file made ready ahead.
        if (freeBytes < 2 * bytes) {
            throw new IOException(
                    "a log needs room: free="
                            + freeBytes
                            + " needed="
                            + 2 * bytes
                            + " bytes in "
                            + parent
                            + " (another --dir, or fewer --gigabytes)");
        }
    }

    private static Map<String, Function<Path, SustainedLog>> systems() {
        Map<String, Function<Path, SustainedLog>> systems = new LinkedHashMap<>();
        systems.put("mapped-copy", SustainedLog.OfCopy::new);
        systems.put("segment", path -> new SustainedLog.OfJournal(path, JournalKind.SEGMENT));
        systems.put(
                "chronicle-frames",
                path -> new SustainedLog.OfJournal(path, JournalKind.CHRONICLE));
        systems.put("chronicle-64", path -> new SustainedLog.OfChronicle(path, BATCH));
        systems.put("chronicle-1", path -> new SustainedLog.OfChronicle(path, 1));
        return systems;
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
                given = Options.folder("--dir", args[++i]);
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
            Sustained sustained =
                    new Sustained(gigabytes * GIGABYTE, directory, System.out::println);
            for (String system : SYSTEMS.keySet()) {
                sustained.run(system);
            }
            if (isWithPeers) {
                sustained.runAeron(gigabytes);
            }
            System.err.println("others used " + noise.describe());
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    /** Fills a log of {@link #SYSTEMS}; events a second until all was on the disk. */
    double run(String name) throws IOException {
        Path directory = Files.createDirectories(parent.resolve(name));
        try (SustainedLog log = SYSTEMS.get(name).apply(directory)) {
            return run(name, log, bytes, out);
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    /** Its driver and archive have threads of their own, and other flags. */
    private void runAeron(long gigabytes) throws IOException {
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
            throw new IllegalStateException("interrupted while aeron-archive ran", e);
        } finally {
            process.destroyForcibly();
            IoUtil.delete(directory.toFile(), true);
        }
    }

    /**
     * Fills a log, prints its lines, and reads it back.
     *
     * @param name of the system, in its lines
     * @param bytes of the log
     * @return events a second until all was on the disk
     */
    public static double run(String name, SustainedLog log, long bytes, Consumer<String> out)
            throws IOException {
        int bytesPerEvent = log.bytesPerEvent();
        long events = (bytes / bytesPerEvent + BATCH - 1) / BATCH * BATCH;
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
        double rate = print(out, name, "forced", appended, log, System.nanoTime() - startNs);
        Answer expected = new Answer(events, sum);
        Answer answer = log.readBack();
        if (!answer.equals(expected)) {
            throw new IllegalStateException(name + " answers " + answer + ", expected " + expected);
        }
        return rate;
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

    /** Tells of a length; events a second. */
    private static double print(
            Consumer<String> out,
            String name,
            String what,
            long length,
            SustainedLog log,
            long elapsedNs) {
        double perSecond = length * NS_PER_S / elapsedNs;
        double events = perSecond / log.bytesPerEvent();
        out.accept(
                String.format(
                        Locale.ROOT,
                        "sustained %s %s %.0f MB/s %.0f events/s",
                        name,
                        what,
                        perSecond / 1e6,
                        events));
        return events;
    }
}
