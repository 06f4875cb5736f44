package io.penstock.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.journal.files.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.agrona.IoUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every state that a loss of power can leave: pages old and new side by side in all files, the mark
 * and others' own among them, names that were not forced. What was forced is there, what is there
 * was written, and the journal goes on. States: {@code -Dpenstock.powercuts=N} for each kind.
 */
@Timeout(600)
final class PowerCutTest {
    private static final int SEGMENT_STATES = Integer.getInteger("penstock.powercuts", 5_000);
    private static final int CHRONICLE_STATES = Integer.getInteger("penstock.powercuts", 250);
    private static final int STATES_A_LIFE = 10;
    private static final int LIVES = 4;

    @TempDir Path directory;

    @Test
    void shouldKeepWhatWasForcedInSegments() throws Exception {
        cutOften(JournalKind.SEGMENT, SEGMENT_STATES);
    }

    @Test
    void shouldKeepWhatWasForcedInFilesOfChronicleQueue() throws Exception {
        cutOften(JournalKind.CHRONICLE, CHRONICLE_STATES);
    }

    private void cutOften(JournalKind kind, int wanted) throws Exception {
        Tally tally = new Tally();
        for (long seed = 1; tally.states < wanted; seed++) {
            try {
                live(kind, seed, tally);
            } catch (AssertionError | RuntimeException | IOException e) {
                throw new AssertionError(kind + " seed " + seed + " after " + tally, e);
            }
        }
        assertTrue(tally.lost > wanted / 10, "states that lost what was not forced: " + tally);
        assertTrue(tally.cut > wanted / 20, "states with damage that was cut: " + tally);
        assertTrue(tally.retained > wanted / 20, "states that begin later: " + tally);
        System.out.println(
                "GUARANTEE R4a "
                        + wanted
                        + " power-cut states of 512 B and 4 KiB units, journal kind "
                        + kind.name().toLowerCase(Locale.ROOT)
                        + ": 0 forced events lost, 0 events that were not written, all went on");
    }

    /** How many states there were, and how many of what kind. */
    private static final class Tally {
        int states;
        int lost;
        int cut;
        int retained;

        @Override
        public String toString() {
            return "states=" + states + " lost=" + lost + " cut=" + cut + " retained=" + retained;
        }
    }

    private void live(JournalKind kind, long seed, Tally tally) throws Exception {
        Random random = new Random(seed);
        int unit = random.nextBoolean() ? 512 : 4096;
        Path place = directory.resolve("j");
        for (int life = 1; life <= LIVES; life++) {
            PowerCutDisk disk = new PowerCutDisk(place, life);
            JournalConfig config = config(kind, place, random);
            Journal journal = Journals.open(config, disk);
            long forced = journal.force();
            for (int step = 5 + random.nextInt(25); step > 0; step--) {
                forced = Math.max(forced, step(journal, random));
            }
            long first = journal.firstSequence();
            long last = journal.lastSequence();
            Path next = null;
            for (int i = 0; i < STATES_A_LIFE; i++) {
                Path state = directory.resolve("s" + i);
                disk.cut(state, random, unit);
                if (i == 0) {
                    next = directory.resolve("next");
                    disk.cut(next, random, unit);
                }
                check(kind, state, life + 1, forced, first, last, tally);
                IoUtil.delete(state.toFile(), false);
            }
            journal.abandon();
            IoUtil.delete(place.toFile(), false);
            Files.move(next, place);
        }
        IoUtil.delete(place.toFile(), false);
    }

    private static JournalConfig config(JournalKind kind, Path place, Random random) {
        return JournalConfig.at(place)
                .withKind(kind)
                .withHelperThread(false)
                .withLengths(TestStore.SMALL_BLOCK, TestStore.SMALL_FRAME)
                .withSegmentLength(
                        kind == JournalKind.SEGMENT ? 12_000 : random.nextInt(12_000) + 1);
    }

    /** One thing that an engine does; the last sequence that is forced, or -1. */
    private static long step(Journal journal, Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> journal.force();
            case 1 -> {
                journal.deleteBefore(journal.lastSequence() - random.nextInt(120));
                yield -1;
            }
            case 2, 3 -> {
                journal.prepareAhead();
                yield -1;
            }
            default -> {
                TestJournals.append(
                        journal,
                        journal.lastSequence() + 1 + random.nextInt(60),
                        1 + random.nextInt(30));
                yield -1;
            }
        };
    }

    private static void check(
            JournalKind kind, Path state, int boot, long forced, long first, long last, Tally tally)
            throws Exception {
        JournalConfig config = config(kind, state, new Random(boot));
        Disk disk = new PowerCutDisk(state, boot);
        long kept;
        try (Journal journal = Journals.open(config, disk)) {
            kept = journal.lastSequence();
            assertTrue(kept >= forced, "kept " + kept + " of forced " + forced);
            assertTrue(kept <= last, "kept " + kept + " of appended " + last);
            assertTrue(journal.firstSequence() <= first);
            tally.states++;
            tally.lost += kept < last ? 1 : 0;
            tally.cut += journal.recovery().isCut() ? 1 : 0;
            tally.retained += journal.firstSequence() > 0 ? 1 : 0;
            TestJournals.append(journal, kept + 7, 3);
        }
        try (Journal journal = Journals.open(config, disk);
                JournalReader reader = journal.reader()) {
            RecordView view = new RecordView();
            for (long sequence = journal.firstSequence(); sequence <= kept + 7; sequence++) {
                assertEquals(Outcome.OK, reader.next(view), () -> String.valueOf(reader.damage()));
                assertEquals(sequence, view.sequence());
                assertNull(TestJournals.fault(view));
            }
            assertEquals(Outcome.END, reader.next(view));
        }
    }
}
