package io.penstock.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.benchmarks.ForkedRun.ForkFailed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ForkedPeersTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int COUNT = 20_000;
    private static final int KEYS = 1_000;

    @TempDir private Path directory;

    @ParameterizedTest
    @EnumSource(
            value = Workload.class,
            names = {"W2", "W3", "W4"})
    void shouldReadRatesOfOursInAnotherProcess(Workload workload) throws Exception {
        int warmUps = workload == Workload.W2 ? 1 : 0; // seconds
        RunOrder order = new RunOrder(PenstockRun.ENGINE, workload, KEYS, COUNT, warmUps, 2);
        List<Double> rates = fork(order).rates(workload.expected(order.events()));
        assertEquals(2, rates.size());
        assertTrue(rates.stream().allMatch(rate -> rate > 0), rates::toString);
        assertNothingLeft();
    }

    @Test
    void shouldRefuseFigureOfAnotherAnswer() throws Exception {
        RunOrder order = new RunOrder(PenstockRun.SEGMENT_JOURNAL, Workload.W1, KEYS, COUNT, 0, 1);
        ForkedRun run = fork(order);
        assertEquals(1, run.rates(order.events().sum(1)).size());
        Answer other = new Answer(COUNT, 1);
        assertThrows(IllegalStateException.class, () -> run.rates(other));
        assertThrows(ForkFailed.class, () -> run.latenciesMs(other));
        assertThrows(ForkFailed.class, () -> run.firstMs(other));
    }

    @Test
    void shouldMeasureFromStartToFirstResult() throws Exception {
        RunOrder order = new RunOrder(PenstockRun.ENGINE, Workload.FIRST_RESULT, 1, 1, 0, 1);
        double firstMs = fork(order).firstMs(Workload.FIRST_RESULT.expected(order.events()));
        assertTrue(firstMs > 10, () -> "ms=" + firstMs);
        assertNothingLeft();
    }

    @Test
    void shouldSayWhatAProcessSaidThatFails() throws Exception {
        RunOrder order = new RunOrder("nobody", Workload.W2, KEYS, COUNT, 0, 1);
        ForkFailed failure = assertThrows(ForkFailed.class, () -> fork(order));
        assertTrue(failure.getMessage().startsWith("nobody ended with 1"), failure.getMessage());
        assertTrue(
                failure.getMessage().contains("no system of ours: nobody"), failure.getMessage());
        assertNothingLeft();
    }

    @Test
    void shouldKillAProcessThatTakesTooLong() {
        RunOrder order =
                new RunOrder(PenstockRun.SEGMENT_JOURNAL, Workload.W1, 1, 1_000, 0, 1_000_000_000);
        ForkFailed failure =
                assertThrows(
                        ForkFailed.class,
                        () ->
                                ForkedRun.run(
                                        order, command(order), directory, Duration.ofSeconds(1)));
        assertTrue(failure.getMessage().contains("has not ended in PT1S"), failure.getMessage());
        assertFalse(ProcessHandle.current().children().anyMatch(ProcessHandle::isAlive));
    }

    @Test
    void shouldEndWithTheProcessThatStartedIt() throws Exception {
        RunOrder order =
                new RunOrder(PenstockRun.SEGMENT_JOURNAL, Workload.W1, 1, 1_000, 0, 1_000_000_000);
        Process process =
                new ProcessBuilder(command(order))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            assertTrue(process.isAlive());
            process.getOutputStream().close();
            assertTrue(process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
            assertEquals(1, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldTakeItsOwnArgumentsApart() {
        RunOrder order = new RunOrder("jet-2", Workload.RESULT_LATENCY, 10, 20, 3, 4);
        List<String> arguments = order.toArguments();
        assertEquals(
                List.of("jet-2", "result-latency", "10", "20", "3", "4", "--bound"), arguments);
        String[] unbound = arguments.subList(0, 6).toArray(String[]::new);
        assertEquals(order, RunOrder.parse(unbound));
        for (Workload workload : Workload.values()) {
            assertEquals(workload, Workload.of(workload.label()));
        }
        for (List<String> wrong :
                List.of(
                        List.<String>of(),
                        List.of("jet-2", "w9", "10", "20", "3", "4"),
                        List.of("jet-2", "w2", "ten", "20", "3", "4"),
                        List.of("jet-2", "w2", "10", "20", "3", "4", "--unbound"))) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> RunOrder.parse(wrong.toArray(String[]::new)),
                    wrong::toString);
        }
    }

    @Test
    void shouldWriteAnswersAsTheyAreRead() {
        RunOrder order = new RunOrder("esper", Workload.W2, 10, 20, 0, 1);
        Answer answer = new Answer(7, -2);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            order.reportRate(out, 1234567.8, answer);
            order.reportLatency(out, 1.5, 2.25, answer);
            order.reportFirst(out, answer);
        }
        assertEquals(
                List.of(
                        "rate esper 1234568 7/fffffffffffffffe",
                        "latency esper 1.5000 2.2500 7/fffffffffffffffe",
                        "first esper 7/fffffffffffffffe"),
                bytes.toString(StandardCharsets.UTF_8).lines().toList());
        assertEquals(answer, Answer.parse(answer.toString()));
    }

    private ForkedRun fork(RunOrder order) throws IOException {
        return ForkedRun.run(order, command(order), directory, TIMEOUT);
    }

    private static List<String> command(RunOrder order) {
        return Forks.ours(PenstockRun.class.getName(), order.toArguments());
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(), left.toList());
        }
    }
}
