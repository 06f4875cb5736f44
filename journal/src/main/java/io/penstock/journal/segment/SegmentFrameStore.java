package io.penstock.journal.segment;

import io.penstock.fault.PenstockException;
import io.penstock.journal.files.DirectoryFrameStore;
import io.penstock.journal.files.Disk;
import io.penstock.journal.files.FileSegmentBytes;
import io.penstock.journal.store.FrameSource;
import io.penstock.journal.store.SegmentFile;
import io.penstock.journal.store.SegmentWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A directory with LOCK, MARK, a folder of segments ({@link SegmentLayout}), and what was cut off
 * in quarantine.
 *
 * <p>Every file has one length and is written from end to end before it is used, so that a full
 * disk is an error of a call and never a fault of mapped memory (on a file system that writes in
 * place; one that copies on write, or compresses, cannot promise that). {@link #prepareAhead} makes
 * the next file while the present one is filled; without it {@link #create} does the same when it
 * is called. Deleted segments become the next files, two at most.
 *
 * <p>It carries a loss of power: bytes are forced through the file's own channel, and a file's name
 * through its directory before the first force of the file returns. A segment that has not begun is
 * not there for who lists segments.
 */
public final class SegmentFrameStore extends DirectoryFrameStore {
    private static final int MAX_SPARES = 2;
    private static final int PAGES_A_CALL = 64;

    private final int fileLength;
    private final int touchAhead;

    /** Segments that are known to have begun. */
    private final Set<String> begun = new HashSet<>();

    /** Guards the three below: what is being made, by whoever makes it. */
    private final Object makeLock = new Object();

    private final ArrayDeque<Path> spares = new ArrayDeque<>();
    private Preparation preparation;
    private boolean hasFolder;
    private int spareCount;

    private final ConcurrentLinkedQueue<MappedSegment> left = new ConcurrentLinkedQueue<>();
    private volatile MappedSegment current;
    private volatile MappedSegment prepared;
    private volatile boolean isClosed;

    private SegmentFrameStore(Path directory, int fileLength, int touchAhead, Disk disk) {
        super(directory, disk);
        this.fileLength = fileLength;
        this.touchAhead = touchAhead;
    }

    /**
     * A directory to write to, which is created when it is not there.
     *
     * @param segmentLengthBytes bytes of frames, with {@link #FRAME_OVERHEAD} each, after which no
     *     more is appended to a segment
     * @param maxFrameLengthBytes longest frame, of which one is appended whatever the segment's
     *     length
     * @param headLengthBytes bytes of the frames that every segment has beside
     * @param touchAheadBytes how far ahead of what is appended pages are touched
     */
    public static SegmentFrameStore forWriting(
            Path directory,
            long segmentLengthBytes,
            int maxFrameLengthBytes,
            int headLengthBytes,
            int touchAheadBytes,
            Disk disk) {
        int extra = headLengthBytes + 4 * FRAME_OVERHEAD;
        long length = Math.max(segmentLengthBytes, maxFrameLengthBytes) + extra;
        long pages = (length + SegmentLayout.PAGE_LENGTH - 1) & -SegmentLayout.PAGE_LENGTH;
        if (pages > Integer.MAX_VALUE) {
            throw new PenstockException(
                    PenstockException.Category.CONFIGURATION,
                    "segment is longer than can be mapped: " + segmentLengthBytes + " (1 GiB)");
        }
        return new SegmentFrameStore(directory, (int) pages, touchAheadBytes, disk);
    }

    /** A directory that is only read: nothing in it is created, locked or changed. */
    public static SegmentFrameStore forReading(Path directory) {
        return new SegmentFrameStore(directory, 0, 0, Disk.REAL);
    }

    /** Whether a directory holds a journal of this kind, or the beginning of one. */
    public static boolean isIn(Path directory) {
        return Files.isDirectory(directory.resolve(SegmentLayout.FOLDER));
    }

    @Override
    public Carries carries() {
        return Carries.POWER;
    }

    @Override
    public void createMark(ByteBuffer content) throws IOException {
        // The folder says of which kind the journal is, and so is there before the journal.
        disk().createDirectories(folder());
        disk().forceDirectory(directory());
        super.createMark(content);
    }

    private Path folder() {
        return directory().resolve(SegmentLayout.FOLDER);
    }

    @Override
    public synchronized List<SegmentFile> segments() throws IOException {
        List<SegmentFile> segments = new ArrayList<>();
        addForeign(segments);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder())) {
            for (Path file : files) {
                if (file.getFileName().toString().endsWith(SegmentLayout.SUFFIX)) {
                    add(segments, file);
                }
            }
        } catch (NoSuchFileException e) {
            return segments;
        }
        segments.sort(
                Comparator.comparingInt(SegmentFile::number)
                        .thenComparingInt(SegmentFile::epoch)
                        .thenComparing(SegmentFile::name));
        return segments;
    }

    private void add(List<SegmentFile> segments, Path file) throws IOException {
        String name = file.getFileName().toString();
        int[] epochAndNumber = SegmentLayout.parse(name);
        try {
            if (epochAndNumber == null || hasBegun(file)) {
                segments.add(
                        new SegmentFile(
                                epochAndNumber == null ? 0 : epochAndNumber[1],
                                epochAndNumber == null ? 0 : epochAndNumber[0],
                                SegmentLayout.FOLDER + "/" + name,
                                Files.size(file)));
            }
        } catch (NoSuchFileException e) {
            // Deleted since the folder was listed, because nobody needs it any more.
        }
    }

    /** Files that look like segments and stand where none of this journal can. */
    private void addForeign(List<SegmentFile> segments) throws IOException {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(directory(), "*{.segment,.cq4}")) {
            for (Path file : files) {
                segments.add(
                        new SegmentFile(0, 0, file.getFileName().toString(), Files.size(file)));
            }
        } catch (NoSuchFileException e) {
            // No directory, no files.
        }
    }

    /** Whether a file's first word is written; one too short for it is damaged, and so is there. */
    private synchronized boolean hasBegun(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (begun.contains(name)) {
            return true;
        }
        boolean hasWord;
        try (FileSegmentBytes bytes = new FileSegmentBytes(file)) {
            ByteBuffer word = ByteBuffer.allocate(SegmentLayout.WORD_LENGTH);
            int count = bytes.read(0, word);
            hasWord = count < SegmentLayout.WORD_LENGTH || word.getLong(0) != 0;
        }
        if (hasWord) {
            begun.add(name);
        }
        return hasWord;
    }

    @Override
    public int lastEpoch() throws IOException {
        int last = 0;
        for (Path file : files()) {
            int[] epochAndNumber = SegmentLayout.parse(file.getFileName().toString());
            last = epochAndNumber == null ? last : Math.max(last, epochAndNumber[0]);
        }
        return last;
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder())) {
            entries.forEach(files::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        files.sort(Comparator.naturalOrder());
        return files;
    }

    @Override
    public SegmentWriter create(int epoch, int number) throws IOException {
        MappedSegment next = prepared;
        if (next == null || next.epoch() != epoch || next.number() != number) {
            return make(epoch, number);
        }
        // In this order, which prepareAhead reads the other way round: what was taken is current.
        current = next;
        prepared = null;
        return next;
    }

    /** Makes a segment's file now, or finishes it. */
    private MappedSegment make(int epoch, int number) throws IOException {
        synchronized (makeLock) {
            unmapLeft();
            MappedSegment ready = prepared;
            prepared = null; // here and not later: what is prepared from then on is the next
            if (ready != null && ready.epoch() == epoch && ready.number() == number) {
                current = ready; // made while this waited for the lock
                return ready;
            }
            if (ready != null) {
                ready.close();
            }
            if (preparation != null && !preparation.isFor(epoch, number)) {
                discard();
            }
            if (preparation == null) {
                preparation = prepare(epoch, number);
            }
            try {
                MappedSegment made = preparation.finish();
                preparation = null;
                current = made;
                return made;
            } catch (IOException | RuntimeException | Error e) {
                discard();
                throw e;
            }
        }
    }

    private Preparation prepare(int epoch, int number) throws IOException {
        if (!hasFolder) {
            disk().createDirectories(folder());
            collect();
            hasFolder = true;
        }
        return new Preparation(
                disk(), folder(), spares.poll(), fileLength, epoch, number, left::add);
    }

    /** Takes up what earlier writers left: files made ahead, files kept, files half made. */
    private void collect() throws IOException {
        for (Path file : files()) {
            String name = file.getFileName().toString();
            boolean isSpare = name.startsWith(SegmentLayout.SPARE_PREFIX);
            boolean isNew = name.endsWith(SegmentLayout.NEW_SUFFIX);
            boolean isUnused =
                    SegmentLayout.parse(name) != null && !isCurrent(name) && !hasBegun(file);
            boolean isWanted = spares.size() < MAX_SPARES && Files.size(file) == fileLength;
            if (isNew || ((isSpare || isUnused) && !isWanted)) {
                disk().delete(file);
            } else if (isSpare || isUnused) {
                spares.add(isSpare ? file : keep(file));
            }
        }
    }

    private boolean isCurrent(String name) {
        MappedSegment writing = current;
        return writing != null
                && name.equals(SegmentLayout.name(writing.epoch(), writing.number()));
    }

    /** Renames a file whose first word is zero to wait for its next use. */
    private Path keep(Path file) throws IOException {
        Path spare;
        do {
            spare = folder().resolve(SegmentLayout.SPARE_PREFIX + ++spareCount);
        } while (Files.exists(spare));
        disk().rename(file, spare);
        return spare;
    }

    private void discard() {
        Preparation failed = preparation;
        preparation = null;
        if (failed != null) {
            failed.discard();
        }
        // What it left is taken up before the next is made.
        spares.clear();
        hasFolder = false;
    }

    @Override
    public int prepareAhead() throws IOException {
        MappedSegment writing = current;
        if (writing == null || isClosed) {
            return 0;
        }
        int touched = writing.touch(touchAhead, PAGES_A_CALL);
        synchronized (makeLock) {
            touched += unmapLeft();
            if (touched > 0 || isClosed) {
                return touched;
            }
            MappedSegment next = prepared;
            if (next != null) {
                return next.touch(touchAhead - writing.remaining(), PAGES_A_CALL);
            }
            writing = current;
            try {
                if (preparation == null) {
                    preparation = prepare(writing.epoch(), writing.number() + 1);
                }
                preparation.step();
                if (preparation.isReady()) {
                    prepared = preparation.segment();
                    preparation = null;
                }
            } catch (IOException | RuntimeException | Error e) {
                discard();
                throw e;
            }
        }
        return 1;
    }

    private int unmapLeft() {
        int count = 0;
        for (MappedSegment done = left.poll(); done != null; done = left.poll()) {
            done.unmap();
            count++;
        }
        return count;
    }

    @Override
    public FrameSource open(SegmentFile segment) throws IOException {
        return new SegmentReader(
                new FileSegmentBytes(directory().resolve(segment.name())),
                segment.epoch(),
                segment.number());
    }

    @Override
    public void delete(SegmentFile segment) throws IOException {
        Path file = directory().resolve(segment.name());
        synchronized (makeLock) {
            if (segment.lengthBytes() == fileLength && spares.size() < MAX_SPARES && hasFolder) {
                // Its first word goes before its name: a segment that has begun is never a spare.
                try (FileChannel channel = disk().open(file, StandardOpenOption.WRITE)) {
                    disk().write(channel, ByteBuffer.allocate(SegmentLayout.WORD_LENGTH), 0);
                    disk().force(channel, false);
                }
                spares.add(keep(file));
            } else {
                disk().delete(file);
            }
        }
        disk().forceDirectory(folder());
        synchronized (this) {
            begun.remove(file.getFileName().toString());
        }
    }

    @Override
    public void force(String segmentName) throws IOException {
        disk().forceFile(directory().resolve(segmentName));
        disk().forceDirectory(folder());
        disk().forceDirectory(directory());
    }

    @Override
    public void close() {
        isClosed = true;
        synchronized (makeLock) {
            unmapLeft();
            if (preparation != null) {
                preparation.discard();
                preparation = null;
            }
            if (prepared != null) {
                prepared.unmap();
                prepared = null;
            }
        }
        super.close();
    }
}
