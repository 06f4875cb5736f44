package io.penstock.cli;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Shows on stderr how far long work is: one line that rewrites itself on a terminal, a plain line
 * now and then elsewhere. Never uses colour; control characters only on a terminal.
 *
 * <p>One thread at a time. Close it before anything else is printed.
 */
final class Progress implements AutoCloseable {
    private static final long REWRITE_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long PLAIN_LINE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int LINE_LENGTH = 79;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final Terminal terminal;
    private final LongSupplier nanoClock;
    private final long plainLineNs;
    private long shownNs;
    private boolean isLineOpen;

    /** Starts the time; nothing is shown yet. */
    Progress(Terminal terminal) {
        this(terminal, System::nanoTime);
    }

    /** As above, with another time between two plain lines. */
    Progress(Terminal terminal, long plainLineNs) {
        this(terminal, System::nanoTime, plainLineNs);
    }

    Progress(Terminal terminal, LongSupplier nanoClock) {
        this(terminal, nanoClock, PLAIN_LINE_NS);
    }

    private Progress(Terminal terminal, LongSupplier nanoClock, long plainLineNs) {
        this.terminal = terminal;
        this.nanoClock = nanoClock;
        this.plainLineNs = plainLineNs;
        shownNs = nanoClock.getAsLong();
    }

    /** Shows a state, unless one was shown a moment ago; the text is made only when needed. */
    void update(Supplier<String> text) {
        long nowNs = nanoClock.getAsLong();
        if (nowNs - shownNs < (terminal.isInteractive() ? REWRITE_NS : plainLineNs)) {
            return;
        }
        shownNs = nowNs;
        if (terminal.isInteractive()) {
            String line = text.get();
            terminal.err()
                    .print(ERASE_LINE + line.substring(0, Math.min(line.length(), LINE_LENGTH)));
            terminal.err().flush();
            isLineOpen = true;
        } else {
            terminal.err().println(text.get());
        }
    }

    /** Prints a line that stays. */
    void note(String line) {
        erase();
        terminal.err().println(line);
    }

    /** Takes the rewritten line away. */
    @Override
    public void close() {
        erase();
    }

    private void erase() {
        if (isLineOpen) {
            terminal.err().print(ERASE_LINE);
            terminal.err().flush();
            isLineOpen = false;
        }
    }
}
