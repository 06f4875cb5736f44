package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final AtomicLong clock = new AtomicLong();

    @Test
    void shouldPrintPlainLinesNowAndThenWithoutATerminal() {
        try (Progress progress = progress(false)) {
            show(progress, 9_999, "too early");
            show(progress, 1, "first");
            show(progress, 500, "too early");
            show(progress, 9_500, "second");
            progress.note("note");
        }
        assertEquals("first\nsecond\nnote\n", text());
    }

    @Test
    void shouldRewriteOneLineOnATerminalAndTakeItAway() {
        try (Progress progress = progress(true)) {
            show(progress, 199, "too early");
            show(progress, 1, "first");
            show(progress, 200, "x".repeat(100));
            progress.note("note");
            show(progress, 200, "last");
        }
        String erase = "\r\u001b[K";
        assertEquals(
                erase
                        + "first"
                        + erase
                        + "x".repeat(79)
                        + erase
                        + "note\n"
                        + erase
                        + "last"
                        + erase,
                text());
    }

    private void show(Progress progress, long afterMs, String text) {
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(afterMs));
        progress.update(() -> text);
    }

    private Progress progress(boolean isInteractive) {
        PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        return new Progress(new Terminal(stream, stream, isInteractive, false), clock::get);
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
