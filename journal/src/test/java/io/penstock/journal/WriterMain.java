package io.penstock.journal;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.LogManager;

/** Appends until it is killed, and says after each commit what is appended. */
final class WriterMain {
    private WriterMain() {}

    public static void main(String[] arguments) {
        LogManager.getLogManager().getLogger("").setLevel(Level.WARNING);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        JournalConfig config =
                JournalConfig.at(Path.of(arguments[0]))
                        .withKind(JournalKind.valueOf(arguments[1]))
                        .withLengths(TestStore.SMALL_BLOCK, TestStore.SMALL_FRAME)
                        .withSegmentLength(20_000);
        try (Journal journal = Journals.open(config)) {
            while (true) {
                TestJournals.append(journal, journal.lastSequence() + 5, 5);
                out.println(journal.lastSequence());
            }
        }
    }
}
