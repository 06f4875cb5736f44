package io.penstock.journal;

import io.penstock.fault.JvmFlags;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.chronicle.ChronicleStores;
import io.penstock.journal.files.DirectoryFrameStore;
import io.penstock.journal.files.Disk;
import io.penstock.journal.segment.SegmentFrameStore;
import io.penstock.journal.store.FrameStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Opens journals: for writing, for reading, for looking at. Any thread. */
public final class Journals {
    private static final int AUDIT_ATTEMPTS = 3;

    private Journals() {}

    /**
     * Opens a journal for writing, and creates it when there is none: takes the lock, reads all of
     * it, cuts a damaged end off beyond what the mark promises, and starts a new epoch.
     *
     * @throws PenstockException LOCKED within a second when it is open elsewhere; DAMAGE; STORAGE;
     *     CONFIGURATION when the JVM lacks flags
     */
    public static Journal open(JournalConfig config) {
        return open(config, Disk.REAL);
    }

    /** As {@link #open(JournalConfig)}, by a disk that may fail. */
    static Journal open(JournalConfig config, Disk disk) {
        JvmFlags.require();
        JournalKind kind = config.store() == null ? kindToOpen(config) : null;
        FrameStore store = kind == null ? config.store() : forWriting(config, kind, disk);
        boolean isOpen = false;
        try {
            store.lock();
            MarkReader mark = readMark(store, config.journalId());
            Recovery recovery = new Recovery(store, mark);
            RecoveryReport report = recovery.run();
            boolean hasHelper = kind != null && config.hasHelperThread();
            Journal journal = new Journal(config, store, mark, recovery, report, hasHelper);
            isOpen = true;
            return journal;
        } catch (IOException e) {
            throw new PenstockException(
                    Category.STORAGE, "journal cannot be opened: " + store.name() + ": " + e, e);
        } finally {
            if (!isOpen) {
                store.close();
            }
        }
    }

    /** The kind of the journal in a directory; null when there is none yet. */
    public static JournalKind kind(Path directory) {
        if (Files.exists(directory.resolve(DirectoryFrameStore.MARK))) {
            return SegmentFrameStore.isIn(directory) ? JournalKind.SEGMENT : JournalKind.CHRONICLE;
        }
        // Without its mark a journal is damaged, which its segments have to say.
        if (SegmentFrameStore.isIn(directory) && isUsed(SegmentFrameStore.forReading(directory))) {
            return JournalKind.SEGMENT;
        }
        return isUsed(ChronicleStores.forReading(directory)) ? JournalKind.CHRONICLE : null;
    }

    private static boolean isUsed(FrameStore store) {
        try (store) {
            return !store.segments().isEmpty();
        } catch (IOException e) {
            throw new PenstockException(
                    Category.STORAGE, "journal cannot be listed: " + store.name() + ": " + e, e);
        }
    }

    private static JournalKind kindToOpen(JournalConfig config) {
        JournalKind found = kind(config.directory());
        JournalKind asked = config.kind();
        if (found != null && asked != null && found != asked) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "journal is of another kind: "
                            + config.directory()
                            + " has="
                            + found
                            + " asked="
                            + asked
                            + " (open it without naming a kind, or use another directory)");
        }
        if (found != null) {
            return found;
        }
        return asked == null ? JournalKind.CHRONICLE : asked;
    }

    private static FrameStore forWriting(JournalConfig config, JournalKind kind, Disk disk) {
        return switch (kind) {
            case CHRONICLE ->
                    ChronicleStores.forWriting(
                            config.directory(),
                            config.segmentLengthBytes(),
                            config.blockLengthBytes(),
                            config.touchAheadBytes(),
                            disk);
            case SEGMENT ->
                    SegmentFrameStore.forWriting(
                            config.directory(),
                            config.segmentLengthBytes(),
                            config.maxFrameLengthBytes(),
                            FrameLayout.HEAD_LENGTH + FrameLayout.HEADER_LENGTH,
                            config.touchAheadBytes(),
                            disk);
        };
    }

    /**
     * Reads a journal, from its first record on; also one that a running engine writes.
     *
     * @throws PenstockException INPUT when there is no journal in the directory
     */
    public static JournalReader read(Path directory) {
        JvmFlags.require();
        FrameStore store = stored(directory);
        Inspection.requireJournal(store);
        return new JournalReader(store, true);
    }

    /** Reads the journal in a store; the store stays open. */
    public static JournalReader read(FrameStore store) {
        JvmFlags.require();
        return new JournalReader(store, false);
    }

    /** What a journal consists of, by its mark and the heads of its segments. */
    public static JournalInfo info(Path directory) {
        JvmFlags.require();
        try (FrameStore store = stored(directory)) {
            return new Inspection(store).info();
        }
    }

    /**
     * Reads and checks every byte that counts, and reports all damage there is.
     *
     * @param progress told now and then how far it is
     */
    public static JournalInfo verify(Path directory, JournalProgress progress) {
        JvmFlags.require();
        try (FrameStore store = stored(directory)) {
            return new Inspection(store).verify(progress);
        }
    }

    /** As {@link #verify(Path, JournalProgress)}, of a store, which stays open. */
    public static JournalInfo verify(FrameStore store, JournalProgress progress) {
        JvmFlags.require();
        return new Inspection(store).verify(progress);
    }

    /**
     * Reads and checks everything as {@link #verify}, computes the root of every segment from its
     * frames, and compares them with an earlier checkpoint. Works beside a running engine, as far
     * as it has journaled.
     *
     * @param compared an earlier checkpoint; null for none
     * @param givenUpBefore records below this sequence that the checkpoint covers were given up on
     *     purpose; 0 for none
     * @param progress told now and then how far it is
     */
    public static AuditReport audit(
            Path directory, Checkpoint compared, long givenUpBefore, JournalProgress progress) {
        JvmFlags.require();
        for (int attempt = 1; ; attempt++) {
            try (FrameStore store = stored(directory)) {
                long firstSequence = firstSequence(store);
                AuditReport report = new Audit(store, compared, givenUpBefore).run(progress);
                // A running engine gives up segments: one may go while it is read.
                if (report.info().isSound()
                        || attempt == AUDIT_ATTEMPTS
                        || firstSequence(store) == firstSequence) {
                    return report;
                }
            }
        }
    }

    private static long firstSequence(FrameStore store) {
        MarkReader mark = new MarkReader(store);
        return mark.read() ? mark.firstSequence() : 0;
    }

    /** As {@link #audit(Path, Checkpoint, long, JournalProgress)}, of a store; it stays open. */
    public static AuditReport audit(
            FrameStore store, Checkpoint compared, long givenUpBefore, JournalProgress progress) {
        JvmFlags.require();
        return new Audit(store, compared, givenUpBefore).run(progress);
    }

    /**
     * What {@link Journal#trimBefore} would come to, without opening the journal for writing.
     *
     * @param sequence the first record that is still needed
     */
    public static RetentionReport tryTrimBefore(Path directory, long sequence) {
        JvmFlags.require();
        try (FrameStore store = stored(directory)) {
            Inspection.requireJournal(store);
            return new Retention(store).tryBefore(sequence);
        }
    }

    private static FrameStore stored(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new PenstockException(
                    Category.INPUT,
                    "no journal there: " + directory + " (give the directory of a journal)");
        }
        return kind(directory) == JournalKind.SEGMENT
                ? SegmentFrameStore.forReading(directory)
                : ChronicleStores.forReading(directory);
    }

    private static MarkReader readMark(FrameStore store, UUID journalId) throws IOException {
        MarkReader mark = new MarkReader(store);
        if (mark.isAbsent() && store.segments().isEmpty()) {
            Recovery.createMark(store, journalId == null ? UUID.randomUUID() : journalId);
        }
        if (!mark.read()) {
            throw mark.damage().toException();
        }
        if (journalId != null && !journalId.equals(mark.journalId())) {
            throw new JournalDamage(
                            JournalDamage.Kind.CORRUPT,
                            MarkReader.NAME,
                            MarkLayout.ID_HIGH,
                            0,
                            "it is of journal " + mark.journalId() + ", expected " + journalId,
                            JournalDamage.RESTORE)
                    .toException();
        }
        return mark;
    }
}
