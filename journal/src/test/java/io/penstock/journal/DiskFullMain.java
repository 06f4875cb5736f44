package io.penstock.journal;

import io.penstock.fault.PenstockException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.LogManager;

/**
 * Fills a small file system with a journal, several times over, and says what each life had and
 * what was there afterwards.
 */
final class DiskFullMain {
    private static final int LIVES = 3;
    private static final int GIVE_UP = 200_000;

    private DiskFullMain() {}

    public static void main(String[] arguments) {
        LogManager.getLogManager().getLogger("").setLevel(Level.OFF);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        JournalConfig config =
                JournalConfig.at(Path.of(arguments[0]))
                        .withKind(JournalKind.valueOf(arguments[1]))
                        .withLengths(TestStore.SMALL_BLOCK, TestStore.SMALL_FRAME)
                        .withSegmentLength(300_000);
        for (int life = 1; life <= LIVES; life++) {
            long forced = -1;
            try (Journal journal = Journals.open(config)) {
                while (journal.lastSequence() < GIVE_UP) {
                    TestJournals.append(journal, journal.lastSequence() + 50, 10);
                    forced = journal.force();
                }
                out.println("never full");
            } catch (PenstockException e) {
                out.println("life " + life + " ended " + e.category() + " forced " + forced);
            }
            try (JournalReader reader = Journals.read(config.directory())) {
                TestJournals.Read read = TestJournals.readAll(reader);
                boolean isWhole = read.fault() == null && read.damage() == null;
                out.println(isWhole && read.count() > forced ? "whole" : "LOST " + read);
            }
        }
        out.println("done");
    }
}
