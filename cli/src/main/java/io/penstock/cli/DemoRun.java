package io.penstock.cli;

import io.penstock.cli.builtin.Definition;
import io.penstock.cli.demo.PaymentGenerator;
import io.penstock.engine.telemetry.CountersFile;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.Journals;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the pipeline in a process, kills it half-way, and runs it again on the same directory.
 *
 * <p>The first process reads the payments from a pipe that ends a little behind the middle and is
 * not closed: it cannot finish before it is killed, however few payments there are.
 */
final class DemoRun {
    private static final int POLL_MS = 20;
    private static final long SILENT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final int RUNNING = 2;
    private static final int BUFFER_LENGTH = 1 << 16;
    private static final String READ = Definition.SOURCE + ".read";
    private static final Pattern RECOVERED =
            Pattern.compile(
                    "recovered to sequence \\d+: snapshot at (-?\\d+), (\\d+) records replayed;.*");
    private static final String PASSED_OVER = "snapshot passed over: ";

    private final DemoDirectory directory;
    private final long events;
    private final Progress progress;
    private long firstNs;
    private long firstRead;
    private long seenNs;
    private long seenRead;
    private long shownNs;
    private long shownRead;

    DemoRun(DemoDirectory directory, long events, Progress progress) {
        this.directory = directory;
        this.events = events;
        this.progress = progress;
    }

    /**
     * What a killed process has left.
     *
     * @param pid of the process
     * @param journaled records
     * @param counters as it published them last
     * @param eventsPerSecond read, from the first events seen to the last
     * @param alerts beginning of the alerts file
     * @param late beginning of the late file
     */
    record Killed(
            long pid,
            long journaled,
            Map<String, Long> counters,
            double eventsPerSecond,
            DirectoryDigest.Entry alerts,
            DirectoryDigest.Entry late) {}

    /**
     * How the second process took over and ended.
     *
     * @param recovery its own words
     * @param recoveryNs from its start until it went on, the start of the JVM included
     * @param counters at its end
     * @param eventsPerSecond read, from the first events seen to the last
     */
    record Finished(
            String recovery, long recoveryNs, Map<String, Long> counters, double eventsPerSecond) {}

    /**
     * Runs until half of the events are in, and kills.
     *
     * @param feedBytes of the input that are given to the process
     */
    Killed runAndKill(long feedBytes) {
        startRate();
        try (ChildJvm worker = worker("-")) {
            Feeder feeder = new Feeder(directory.file(DemoDirectory.INPUT), worker, feedBytes);
            feeder.start();
            long deadlineNs = System.nanoTime() + SILENT_NS;
            CountersFile counters = null;
            while (!isHalf(counters, feeder.isDone)
                    && (!feeder.isDone || System.nanoTime() < deadlineNs)) {
                if (worker.isEndedAfter(POLL_MS)) {
                    throw ended(worker, "before it was killed");
                }
                if (!feeder.isDone) {
                    deadlineNs = System.nanoTime() + SILENT_NS;
                }
                counters = counters();
                show("[2/4] run", counters);
            }
            feeder.isStopped = true;
            worker.kill();
            feeder.awaitEnd();
            counters = counters();
            return new Killed(
                    worker.pid(),
                    journaled(),
                    counters == null ? Map.of() : counters.values(),
                    meanRate(),
                    written(DemoDirectory.ALERTS),
                    written(DemoDirectory.LATE));
        }
    }

    /** Runs the rest. */
    Finished recoverAndFinish(Killed killed) {
        startRate();
        long startNs = System.nanoTime();
        long recoveryNs = -1;
        try (ChildJvm worker = worker(directory.file(DemoDirectory.INPUT).toString())) {
            while (!worker.isEndedAfter(POLL_MS)) {
                CountersFile counters = counters();
                boolean isNew = counters != null && counters.pid() == worker.pid();
                if (recoveryNs < 0 && isNew && counters.state() == RUNNING) {
                    recoveryNs = System.nanoTime() - startNs;
                }
                show("[3/4] recover", isNew ? counters : null);
            }
            if (worker.awaitEnd() != ExitCode.OK) {
                throw ended(worker, "after it had been started again");
            }
            CountersFile last = counters();
            if (last != null) {
                see(last.values());
            }
            if (recoveryNs < 0) {
                recoveryNs = System.nanoTime() - startNs;
            }
            String recovery = recovery(worker.errLines());
            requireContinued(DemoDirectory.ALERTS, killed.alerts());
            requireContinued(DemoDirectory.LATE, killed.late());
            return new Finished(
                    recovery,
                    recoveryNs,
                    CountersFile.read(directory.engine().resolve("counters.dat")).values(),
                    meanRate());
        }
    }

    /** What a process has said of its recovery. */
    private static String recovery(List<String> lines) {
        String recovery = "nothing had been journaled";
        for (String line : lines) {
            if (line.startsWith(PASSED_OVER)) {
                // A kill leaves whole snapshots or none.
                throw new DemoDifference(
                        "engine/snapshots: not readable: " + line.substring(PASSED_OVER.length()));
            }
            Matcher matcher = RECOVERED.matcher(line);
            if (matcher.matches()) {
                long snapshot = Long.parseLong(matcher.group(1));
                recovery =
                        (snapshot < 0 ? "no snapshot" : "snapshot at " + Quantity.count(snapshot))
                                + " + "
                                + Quantity.count(Long.parseLong(matcher.group(2)))
                                + " records replayed";
            }
        }
        return recovery;
    }

    private long journaled() {
        Path journal = directory.engine().resolve("journal");
        return Files.exists(journal.resolve("MARK"))
                ? Journals.info(journal).appendedSequence() + 1
                : 0;
    }

    private ChildJvm worker(String input) {
        return ChildJvm.start(
                "run",
                "card-velocity",
                "--input",
                input,
                "--dir",
                directory.engine().toString(),
                "--output",
                directory.file(DemoDirectory.ALERTS).toString(),
                "--late",
                directory.file(DemoDirectory.LATE).toString(),
                "--set",
                "disorder=" + PaymentGenerator.DISORDER_MS + "ms");
    }

    /** What the killed process had handed out is not taken back. */
    private void requireContinued(String name, DirectoryDigest.Entry before) {
        DirectoryDigest.Entry now =
                DirectoryDigest.ofPrefix(directory.file(name), before.lengthBytes());
        if (!now.equals(before)) {
            throw new DemoDifference(
                    name
                            + " does not begin with the "
                            + before.lengthBytes()
                            + " bytes that were there when the process was killed");
        }
    }

    private DirectoryDigest.Entry written(String name) {
        Path file = directory.file(name);
        return Files.exists(file)
                ? DirectoryDigest.ofPrefix(file, Long.MAX_VALUE)
                : DirectoryDigest.ofNothing();
    }

    private RuntimeException ended(ChildJvm worker, String when) {
        int exitCode = worker.awaitEnd();
        List<String> lines = worker.errLines();
        lines.forEach(progress::note);
        String text = "the worker process ended " + when + ", exit code " + exitCode;
        return switch (exitCode) {
            case ExitCode.INPUT, ExitCode.DIRECTORY, ExitCode.DAMAGE ->
                    new DemoDifference(
                            text + (lines.isEmpty() ? "" : ": " + lines.get(lines.size() - 1)));
            default -> new PenstockException(Category.FAILED, text + "; its messages are above");
        };
    }

    /** What the engine counts; null while there is no file, or not a whole one. */
    private CountersFile counters() {
        try {
            return CountersFile.read(directory.engine().resolve("counters.dat"));
        } catch (PenstockException e) {
            return null;
        }
    }

    /** Counters are published with work and may stay behind at its end; the journal does not. */
    private boolean isHalf(CountersFile counters, boolean isFed) {
        return isRunning(counters)
                && (readOf(counters) > events / 2 || (isFed && journaled() >= events / 2));
    }

    private static boolean isRunning(CountersFile counters) {
        return counters != null && counters.state() == RUNNING;
    }

    private static long readOf(CountersFile counters) {
        return counters == null ? 0 : counters.values().getOrDefault(READ, 0L);
    }

    private void startRate() {
        firstRead = -1;
    }

    /** Notes how far it is; from the first events on, without the start of the JVM. */
    private void see(Map<String, Long> values) {
        long read = values.getOrDefault(READ, 0L);
        long nowNs = System.nanoTime();
        if (firstRead < 0) {
            firstRead = read;
            firstNs = nowNs;
            shownRead = read;
            shownNs = nowNs;
        }
        if (firstRead == read || read != seenRead) {
            seenRead = read;
            seenNs = nowNs;
        }
    }

    private double meanRate() {
        return firstRead < 0 ? 0 : rate(seenRead - firstRead, seenNs - firstNs);
    }

    private static double rate(long count, long ns) {
        return ns <= 0 ? 0 : count * 1e9 / ns;
    }

    private void show(String what, CountersFile counters) {
        if (!isRunning(counters)) {
            progress.update(() -> what);
            return;
        }
        see(counters.values());
        progress.update(() -> line(what, counters.values()));
    }

    private String line(String what, Map<String, Long> values) {
        double eventsPerSecond = rate(seenRead - shownRead, seenNs - shownNs);
        shownRead = seenRead;
        shownNs = seenNs;
        return String.format(
                Locale.ROOT,
                "%s %d%%  %.0fk ev/s  %s  %s",
                what,
                100 * seenRead / events,
                eventsPerSecond / 1000,
                latencies(values),
                results(values));
    }

    /** Latencies from the ingress clock to the end of the step, as the engine counts them. */
    static String latencies(Map<String, Long> values) {
        return "p50 "
                + Quantity.time(values.getOrDefault("latency.p50Ns", 0L))
                + " p99 "
                + Quantity.time(values.getOrDefault("latency.p99Ns", 0L))
                + " p99.9 "
                + Quantity.time(values.getOrDefault("latency.p999Ns", 0L))
                + " max "
                + Quantity.time(values.getOrDefault("latency.maxNs", 0L));
    }

    /** How much has come out, and what is kept. */
    static String results(Map<String, Long> values) {
        return "alerts "
                + Quantity.count(values.getOrDefault("sink/" + Definition.OUTPUT + ".out", 0L))
                + "  late "
                + Quantity.count(values.getOrDefault("late-row.in", 0L))
                + "  state "
                + Quantity.bytes(values.getOrDefault("state.bytes", 0L));
    }

    /** Gives a process the beginning of a file, and keeps its input open. */
    private static final class Feeder {
        private final Path file;
        private final ChildJvm worker;
        private final long limitBytes;
        private final Thread thread = new Thread(this::feed, "demo-feeder");
        private volatile boolean isDone;
        private volatile boolean isStopped;
        private volatile IOException failure;

        Feeder(Path file, ChildJvm worker, long limitBytes) {
            this.file = file;
            this.worker = worker;
            this.limitBytes = limitBytes;
        }

        void start() {
            thread.setDaemon(true);
            thread.start();
        }

        void awaitEnd() {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PenstockException(Category.FAILED, "interrupted", e);
            }
            if (failure != null) {
                throw new PenstockException(
                        Category.FAILED, "cannot feed the worker process: " + failure, failure);
            }
        }

        private void feed() {
            byte[] buffer = new byte[BUFFER_LENGTH];
            OutputStream out = worker.input();
            try (InputStream in = Files.newInputStream(file)) {
                long left = limitBytes;
                while (left > 0 && !isStopped) {
                    int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                    if (count < 0) {
                        break;
                    }
                    out.write(buffer, 0, count);
                    out.flush();
                    left -= count;
                }
            } catch (IOException e) {
                if (!isStopped) {
                    failure = e;
                }
            }
            isDone = true;
        }
    }
}
