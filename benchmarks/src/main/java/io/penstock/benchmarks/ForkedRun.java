package io.penstock.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that runs a {@link RunOrder}, and what it answered. It is killed when it takes too long
 * or when this process ends; its standard error is kept in a file until the run is over.
 */
final class ForkedRun {
    /** In the line of a load that was sent too slowly. */
    private static final String MISSED = "rate was missed";

    private static final int TAIL_LINES = 15;

    /** A line of standard output, and when it was read. */
    private record Line(long atNs, String text) {}

    private final RunOrder order;
    private final List<Line> lines = new ArrayList<>();
    private List<String> complaints = List.of();
    private long startNs;

    private ForkedRun(RunOrder order) {
        this.order = order;
    }

    /** What the process said of itself that has to be known beside its figures. */
    List<String> complaints() {
        return complaints;
    }

    /**
     * Runs an order to its end.
     *
     * @param command what starts the process, arguments included
     * @param directory working folder of the process
     * @throws ForkFailed if it takes too long or ends with another exit code than 0
     */
    static ForkedRun run(RunOrder order, List<String> command, Path directory, Duration timeout)
            throws IOException {
        Path errors = Files.createTempFile(directory, order.system() + "-", ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectError(errors.toFile());
        ForkedRun run = new ForkedRun(order);
        run.startNs = System.nanoTime();
        Process process = builder.start();
        Thread killer = new Thread(process::destroyForcibly, "fork-killer");
        Runtime.getRuntime().addShutdownHook(killer);
        try {
            run.readAndAwait(process, errors, timeout);
            try (Stream<String> lines = Files.lines(errors)) {
                run.complaints = lines.filter(line -> line.contains(MISSED)).toList();
            }
        } finally {
            kill(process);
            Runtime.getRuntime().removeShutdownHook(killer);
            Files.delete(errors);
        }
        return run;
    }

    private void readAndAwait(Process process, Path errors, Duration timeout) throws IOException {
        Thread reader = new Thread(() -> read(process), "fork-reader");
        reader.setDaemon(true);
        reader.start();
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ForkFailed(
                        order.system() + " has not ended in " + timeout + tail(errors));
            }
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ForkFailed("interrupted while " + order.system() + " ran");
        }
        if (process.exitValue() != 0) {
            throw new ForkFailed(
                    order.system() + " ended with " + process.exitValue() + tail(errors));
        }
    }

    private void read(Process process) {
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(new Line(System.nanoTime(), line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void kill(Process process) {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String tail(Path errors) throws IOException {
        List<String> all =
                new String(Files.readAllBytes(errors), StandardCharsets.UTF_8).lines().toList();
        List<String> last = all.subList(Math.max(0, all.size() - TAIL_LINES), all.size());
        return ":\n" + String.join("\n", last);
    }

    /** Events per second of each repetition; every answer must be the expected one. */
    List<Double> rates(Answer expected) {
        List<Double> rates = new ArrayList<>();
        for (Line line : lines) {
            String[] words = line.text().split(" ", -1);
            if (isMine(words, RunOrder.RATE, 4)) {
                check(expected, words[3]);
                rates.add(Double.parseDouble(words[2]));
            }
        }
        if (rates.size() != order.repetitions()) {
            throw new ForkFailed(
                    order.system()
                            + " answered "
                            + rates.size()
                            + " times of "
                            + order.repetitions());
        }
        return rates;
    }

    /** Lateness of results at the median and at 90 %, ms. */
    double[] latenciesMs(Answer expected) {
        for (Line line : lines) {
            String[] words = line.text().split(" ", -1);
            if (isMine(words, RunOrder.LATENCY, 5)) {
                check(expected, words[4]);
                return new double[] {Double.parseDouble(words[2]), Double.parseDouble(words[3])};
            }
        }
        throw new ForkFailed(order.system() + " has not said how late its results were");
    }

    /** From the start of the process until its first result was known here, ms. */
    double firstMs(Answer expected) {
        for (Line line : lines) {
            String[] words = line.text().split(" ", -1);
            if (isMine(words, RunOrder.FIRST, 3)) {
                check(expected, words[2]);
                return (line.atNs() - startNs) / 1e6;
            }
        }
        throw new ForkFailed(order.system() + " has not told of a first result");
    }

    private boolean isMine(String[] words, String kind, int length) {
        return words.length == length && words[0].equals(kind) && words[1].equals(order.system());
    }

    private void check(Answer expected, String answer) {
        if (!expected.equals(Answer.parse(answer))) {
            throw new IllegalStateException(
                    order.system()
                            + " answers "
                            + answer
                            + " to "
                            + order.workload().label()
                            + ", expected "
                            + expected);
        }
    }

    /** A process that gave no figure; what it did not give is not known to be wrong. */
    static final class ForkFailed extends RuntimeException {
        private static final long serialVersionUID = 1;

        ForkFailed(String message) {
            super(message);
        }
    }
}
