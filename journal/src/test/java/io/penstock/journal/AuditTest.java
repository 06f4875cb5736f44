package io.penstock.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.journal.chronicle.ChronicleStores;
import io.penstock.journal.files.Disk;
import io.penstock.journal.memory.MemoryFrameStore;
import io.penstock.journal.segment.SegmentFrameStore;
import io.penstock.journal.store.FrameStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is changed before a checkpoint is found and named, and nothing else is.
 *
 * <p>The number of attacks is {@code -Dpenstock.attacks=N}, 10000 by default; each is a function of
 * its number and {@code -Dpenstock.seed}.
 */
final class AuditTest {
    private static final int ATTACKS = Integer.getInteger("penstock.attacks", 10_000);
    private static final long SEED = Long.getLong("penstock.seed", 21);
    private static final int JOURNALS = 50;
    private static final int UNTOUCHED = 200;
    private static final int ON_FILES = 46;

    @TempDir Path folder;

    /** A journal, one like it, and a checkpoint of a moment when the journal was shorter. */
    private record Subject(JournalImage image, JournalImage other, Checkpoint checkpoint) {}

    @Test
    void shouldFindAndNameEveryAttackBeforeTheCheckpoint() throws Exception {
        List<Subject> subjects = new ArrayList<>();
        for (int i = 0; i < JOURNALS; i++) {
            subjects.add(subject(new Random(SEED * 1_000 + i)));
        }
        Attack[] kinds = Attack.values();
        Map<Attack, Integer> found = new EnumMap<>(Attack.class);
        int byCheckpointAlone = 0;
        for (int i = 0; i < ATTACKS; i++) {
            Random random = new Random(SEED * 1_000_003 + i);
            Attack attack = kinds[i % kinds.length];
            Subject subject = subjects.get(random.nextInt(JOURNALS));
            MemoryFrameStore store = new MemoryFrameStore();
            AuditReport report =
                    attack(attack, subject, () -> store, random, "seed " + SEED + " attack " + i);
            byCheckpointAlone += report.info().isSound() ? 1 : 0;
            found.merge(attack, 1, Integer::sum);
        }
        assertEquals(Math.min(ATTACKS, kinds.length), found.size());
        assertTrue(byCheckpointAlone > ATTACKS / 3, "by the checkpoint alone " + byCheckpointAlone);
        System.out.println(
                "GUARANTEE R21a "
                        + ATTACKS
                        + " random attacks of "
                        + kinds.length
                        + " kinds before a checkpoint, all found and named by segment and sequence,"
                        + " "
                        + byCheckpointAlone
                        + " of them by the checkpoint alone because everything in the journal was"
                        + " recomputed");
    }

    @Test
    void shouldFindAttacksInFilesOfEveryKind() throws Exception {
        Attack[] kinds = Attack.values();
        int attacks = 0;
        for (int i = 0; i < ON_FILES; i++) {
            for (JournalKind kind : JournalKind.values()) {
                Random random = new Random(SEED * 77 + i);
                Path directory = folder.resolve(kind + "-" + i);
                attack(
                        kinds[i % kinds.length],
                        subject(random),
                        () -> files(kind, directory),
                        random,
                        kind + " " + i);
                attacks++;
            }
        }
        System.out.println(
                "GUARANTEE R21b "
                        + attacks
                        + " of these attacks on files of segments and of Chronicle Queue, all"
                        + " found");
    }

    private static FrameStore files(JournalKind kind, Path directory) {
        return kind == JournalKind.SEGMENT
                ? SegmentFrameStore.forWriting(directory, 8192, 4096, 256, 0, Disk.REAL)
                : ChronicleStores.forWriting(directory, TestStore.SMALL_BLOCK);
    }

    /** Attacks, and requires that it is found and named. */
    private static AuditReport attack(
            Attack attack, Subject subject, Supplier<FrameStore> place, Random random, String name)
            throws Exception {
        Checkpoint checkpoint = subject.checkpoint();
        JournalImage attacked =
                Attack.on(attack, subject.image(), subject.other(), checkpoint, random);
        attacked.writeTo(place);
        AuditReport report;
        try (FrameStore store = place.get()) {
            report = Journals.audit(store, checkpoint, 0, JournalProgress.NONE);
        }
        String what = name + " " + attack + " " + report.findings();
        assertFalse(report.isSound(), what);
        assertNull(report.checkpoint(), what);
        if (attack.isRestamped) {
            assertTrue(report.info().isSound(), what);
        }
        if (!attacked.id.equals(subject.image().id)) {
            assertTrue(report.findings().get(0).reason().contains("of journal"), what);
            return report;
        }
        Checkpoint.Segment changed = attacked.firstChange(checkpoint, subject.image());
        JournalDamage first = report.findings().get(0);
        if (attack.isRestamped) {
            assertEquals(changed.firstSequence(), first.sequence(), what);
            assertTrue(first.reason().startsWith("segment " + changed.number() + " "), what);
        } else {
            assertTrue(first.sequence() >= changed.firstSequence(), what);
            assertTrue(first.sequence() <= changed.lastSequence() + 1, what);
        }
        return report;
    }

    @Test
    void shouldNotRefuseAJournalThatOnlyGrew() throws Exception {
        int compared = 0;
        int trimmed = 0;
        for (int i = 0; i < UNTOUCHED; i++) {
            Random random = new Random(SEED * 31 + i);
            MemoryFrameStore store = new MemoryFrameStore();
            List<Checkpoint> checkpoints = new ArrayList<>();
            long last = -1;
            long givenUp = 0;
            for (int life = 0; life < 3; life++) {
                Journal journal = Journals.open(config(store, random));
                for (int part = 0; part < 2; part++) {
                    last += 1 + random.nextInt(20);
                    TestJournals.append(journal, last, 1 + random.nextInt(4));
                    if (random.nextInt(4) == 0) {
                        givenUp = Math.max(givenUp, journal.deleteBefore(random.nextInt(40)));
                    }
                    checkpoints.add(checked(store, checkpoints, givenUp, "run " + i));
                }
                if (random.nextBoolean()) {
                    journal.close();
                } else {
                    store.crash(random.nextLong());
                    journal.abandon();
                }
            }
            Journals.open(config(store, random)).close();
            trimmed += givenUp > 0 ? 1 : 0;
            for (Checkpoint checkpoint : checkpoints) {
                Checkpoint read = Checkpoint.parse("memory", checkpoint.toText());
                assertEquals(checkpoint, read);
                AuditReport report = Journals.audit(store, read, givenUp, JournalProgress.NONE);
                assertTrue(report.isSound(), "run " + i + " " + report.findings());
                compared++;
            }
        }
        assertTrue(trimmed > UNTOUCHED / 10, "runs that gave up segments " + trimmed);
        System.out.println(
                "GUARANTEE R21c "
                        + compared
                        + " comparisons of journals that grew, crashed, were opened again and gave"
                        + " up segments, none refused");
    }

    /** A checkpoint of now, made from the one before or from nothing: the same roots. */
    private static Checkpoint checked(
            FrameStore store, List<Checkpoint> before, long givenUp, String what) {
        Checkpoint previous = before.isEmpty() ? null : before.get(before.size() - 1);
        AuditReport report = Journals.audit(store, previous, givenUp, JournalProgress.NONE);
        assertTrue(report.isSound(), what + report.findings());
        Checkpoint fresh = Journals.audit(store, null, 0, JournalProgress.NONE).checkpoint();
        Checkpoint carried = report.checkpoint();
        int more = carried.segments().size() - fresh.segments().size();
        for (int i = 0; i < fresh.segments().size(); i++) {
            assertEquals(
                    fresh.segments().get(i).root(), carried.segments().get(more + i).root(), what);
        }
        if (carried.segments().get(0).number() == fresh.segments().get(0).number()) {
            assertEquals(fresh, carried, what);
        }
        return carried;
    }

    private static Subject subject(Random random) throws Exception {
        MemoryFrameStore store = new MemoryFrameStore();
        Checkpoint checkpoint = write(store, random);
        MemoryFrameStore foreign = new MemoryFrameStore();
        write(foreign, random);
        return new Subject(JournalImage.of(store), JournalImage.of(foreign), checkpoint);
    }

    /** Writes a journal of a few segments and epochs; a checkpoint from the middle of it. */
    private static Checkpoint write(MemoryFrameStore store, Random random) {
        Checkpoint checkpoint = null;
        long last = 30L + random.nextInt(20);
        for (int life = 0; life < 3; life++) {
            Journal journal = Journals.open(config(store, random));
            TestJournals.append(journal, last, 1 + random.nextInt(4));
            if (life == 1) {
                checkpoint = Journals.audit(store, null, 0, JournalProgress.NONE).checkpoint();
            }
            last += 1 + random.nextInt(20);
            TestJournals.append(journal, last, 1 + random.nextInt(4));
            last += 1 + random.nextInt(20);
            if (random.nextBoolean()) {
                journal.close();
            } else {
                store.crash(random.nextLong());
                journal.abandon();
            }
        }
        // What the last crash may have left half done is cut.
        Journals.open(config(store, random)).close();
        return checkpoint;
    }

    private static JournalConfig config(MemoryFrameStore store, Random random) {
        return JournalConfig.on(store).withSegmentLength(700 + random.nextInt(1_500));
    }
}
