package io.penstock.journal.memory;

import io.penstock.fault.PenstockException;
import io.penstock.journal.store.DocumentLayout;
import io.penstock.journal.store.DocumentReader;
import io.penstock.journal.store.FrameSource;
import io.penstock.journal.store.FrameStore;
import io.penstock.journal.store.MarkRegion;
import io.penstock.journal.store.Quarantined;
import io.penstock.journal.store.SegmentFile;
import io.penstock.journal.store.SegmentWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A journal's bytes in memory, with faults to order.
 *
 * <p>It outlives its writers: {@link #close()} gives back the lock only, {@link #crash} and {@link
 * #losePower} end a writer as the end of a process or of the power would. Everything that is random
 * is so by a given seed. Safe for use by several threads.
 */
public final class MemoryFrameStore implements FrameStore {
    /** Name of the mark among {@link #names()}. */
    public static final String MARK = "MARK";

    private static final Pattern SEGMENT = Pattern.compile("e(\\d{5,9})/(\\d{8,9})\\.segment");
    private static final String QUARANTINE = "quarantine/";
    private static final int MARK_SLOT_LENGTH = 64;
    private static final int HALF_WRITTEN = 200;

    private final TreeMap<String, MemoryFile> files = new TreeMap<>();
    private int bootIdHash = 1;
    private int life;
    private boolean isLocked;
    private int appendsUntilFault = Integer.MAX_VALUE;
    private AppendFault appendFault;
    private int forcesUntilFault = Integer.MAX_VALUE;
    private int failedForces;
    private byte[] markAtCrash;

    /** Creates an empty store. */
    public MemoryFrameStore() {}

    @Override
    public Carries carries() {
        return Carries.POWER;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public synchronized int bootIdHash() {
        return bootIdHash;
    }

    @Override
    public synchronized void lock() {
        if (isLocked) {
            throw new PenstockException(
                    PenstockException.Category.LOCKED,
                    "journal is open for writing already: " + name() + " (close it first)");
        }
        isLocked = true;
    }

    @Override
    public synchronized int readMark(ByteBuffer target) {
        MemoryFile mark = files.get(MARK);
        return mark == null ? -1 : mark.read(0, target);
    }

    @Override
    public synchronized void createMark(ByteBuffer content) {
        MemoryFile mark = new MemoryFile();
        content.get(content.position(), mark.fix(MARK_LENGTH));
        mark.force();
        files.put(MARK, mark);
    }

    @Override
    public synchronized MarkRegion openMark() throws IOException {
        return new Mark(file(MARK));
    }

    @Override
    public synchronized List<SegmentFile> segments() {
        List<SegmentFile> segments = new ArrayList<>();
        files.forEach(
                (name, file) -> {
                    if (name.equals(MARK) || name.startsWith(QUARANTINE)) {
                        return;
                    }
                    Matcher matcher = SEGMENT.matcher(name);
                    boolean isOurs = matcher.matches();
                    segments.add(
                            new SegmentFile(
                                    isOurs ? Integer.parseInt(matcher.group(2)) : 0,
                                    isOurs ? Integer.parseInt(matcher.group(1)) : 0,
                                    name,
                                    file.lengthBytes()));
                });
        segments.sort(
                Comparator.comparingInt(SegmentFile::number).thenComparingInt(SegmentFile::epoch));
        return segments;
    }

    @Override
    public synchronized int lastEpoch() {
        return segments().stream().mapToInt(SegmentFile::epoch).max().orElse(0);
    }

    @Override
    public synchronized SegmentWriter create(int epoch, int number) throws IOException {
        String name = String.format("e%05d/%08d.segment", epoch, number);
        if (files.containsKey(name)) {
            throw new IOException("segment exists: " + name);
        }
        MemoryFile file = new MemoryFile();
        files.put(name, file);
        return new Writer(name, file, life);
    }

    @Override
    public synchronized FrameSource open(SegmentFile segment) throws IOException {
        return new DocumentReader(file(segment.name()));
    }

    @Override
    public synchronized Quarantined cut(SegmentFile segment, long offset) throws IOException {
        MemoryFile file = file(segment.name());
        byte[] content = file.content();
        int from = (int) Math.min(offset, content.length);
        byte[] tail = Arrays.copyOfRange(content, from, content.length);
        file.truncate(from);
        file.force();
        return keep(segment.name() + "-" + from, tail);
    }

    @Override
    public synchronized Quarantined quarantine(SegmentFile segment) throws IOException {
        byte[] content = file(segment.name()).content();
        files.remove(segment.name());
        return keep(segment.name(), content);
    }

    @Override
    public synchronized void delete(SegmentFile segment) {
        files.remove(segment.name());
    }

    @Override
    public synchronized void force(String segmentName) throws IOException {
        force(file(segmentName));
    }

    @Override
    public synchronized void rewrite(String segmentName, long offset, long endOffset)
            throws IOException {
        file(segmentName).rewrite((int) offset);
    }

    @Override
    public synchronized void close() {
        isLocked = false;
    }

    /** Lets the append after so many go wrong. */
    public synchronized void failAppend(int afterAppends, AppendFault fault) {
        appendsUntilFault = afterAppends;
        appendFault = fault;
    }

    /**
     * Lets the force after so many fail, once, with nothing brought to the medium. As a kernel
     * does, it takes what was to be forced for clean then: a later force brings only what was
     * written since.
     */
    public synchronized void failForce(int afterForces) {
        forcesUntilFault = afterForces;
    }

    /** Forces that failed because they were told to. */
    public synchronized int failedForces() {
        return failedForces;
    }

    /**
     * Ends the writer as {@code kill -9} would: whatever was appended is there; perhaps half of a
     * frame behind it that was being written, or half of a slot of the mark.
     */
    public synchronized void crash(long seed) {
        Random random = new Random(seed);
        endLife();
        List<SegmentFile> segments = segments();
        if (!segments.isEmpty() && random.nextBoolean()) {
            byte[] half = new byte[DocumentLayout.HEADER_LENGTH + random.nextInt(HALF_WRITTEN)];
            random.nextBytes(half);
            int word = random.nextBoolean() ? 0 : DocumentLayout.NOT_COMPLETE | random.nextInt(999);
            putWord(half, word);
            files.get(segments.get(segments.size() - 1).name()).append(half, half.length);
        }
        MemoryFile mark = files.get(MARK);
        // Without a write since the last crash there is none that could be half done, and the slot
        // that was half done then is the one that a writer would take.
        boolean isWritten = mark != null && !Arrays.equals(mark.content(), markAtCrash);
        if (isWritten && random.nextBoolean()) {
            int older = olderAppendedSlot(mark.content());
            int from = random.nextInt(MARK_SLOT_LENGTH);
            mark.scribble(older + from, MARK_SLOT_LENGTH - from, random);
        }
        markAtCrash = mark == null ? null : mark.content();
    }

    /**
     * Ends the writer as a power cut would: of each file every sector that changed since it was
     * forced is there or is not.
     */
    public synchronized void losePower(long seed) {
        Random random = new Random(seed);
        endLife();
        bootIdHash++;
        for (MemoryFile file : files.values()) {
            if (file != files.get(MARK)) {
                file.losePower(random);
            }
        }
        if (files.containsKey(MARK)) {
            // A sector is written whole or not at all, and the mark is within one.
            files.get(MARK).losePower(random);
            files.get(MARK).fix(MARK_LENGTH);
        }
    }

    /** Turns one bit of a file over. */
    public synchronized void flip(String name, long offset, int bit) throws IOException {
        file(name).flip(offset, bit);
    }

    /** Cuts a file. */
    public synchronized void truncate(String name, int lengthBytes) throws IOException {
        file(name).truncate(lengthBytes);
    }

    /** A copy of a file's bytes, as processes see them. */
    public synchronized byte[] bytes(String name) throws IOException {
        return file(name).content();
    }

    /** Puts bytes in the place of those that a file has from an offset on, as a disk might. */
    public synchronized void write(String name, int offset, byte[] bytes) throws IOException {
        file(name).write(offset, bytes);
    }

    /** Removes a file. */
    public synchronized void remove(String name) {
        files.remove(name);
    }

    /** Puts a copy of a file, of this or another store, in the place of one. */
    public synchronized void put(String name, MemoryFrameStore other, String otherName)
            throws IOException {
        MemoryFile copy;
        synchronized (other) {
            copy = other.file(otherName).copy();
        }
        files.put(name, copy);
    }

    /** All that is there now, as the process sees it, in a store of its own without a lock. */
    public synchronized MemoryFrameStore copy() {
        MemoryFrameStore copy = new MemoryFrameStore();
        files.forEach((name, file) -> copy.files.put(name, file.copy()));
        copy.bootIdHash = bootIdHash;
        return copy;
    }

    /** Names of all files. */
    public synchronized Collection<String> names() {
        return List.copyOf(files.keySet());
    }

    /** Bytes of a file. */
    public synchronized long lengthBytes(String name) throws IOException {
        return file(name).lengthBytes();
    }

    private MemoryFile file(String name) throws NoSuchFileException {
        MemoryFile file = files.get(name);
        if (file == null) {
            throw new NoSuchFileException(name);
        }
        return file;
    }

    private Quarantined keep(String name, byte[] content) {
        int length = content.length;
        while (length > 0 && content[length - 1] == 0) {
            length--;
        }
        String kept = QUARANTINE + name.replace('/', '-');
        if (length > 0) {
            for (int i = 1; files.containsKey(kept); i++) {
                kept = QUARANTINE + name.replace('/', '-') + "." + i;
            }
            MemoryFile copy = new MemoryFile();
            copy.append(content, length);
            copy.force();
            files.put(kept, copy);
        }
        return new Quarantined(kept, length);
    }

    private void endLife() {
        life++;
        isLocked = false;
        appendsUntilFault = Integer.MAX_VALUE;
        forcesUntilFault = Integer.MAX_VALUE;
    }

    private void force(MemoryFile file) throws IOException {
        if (forcesUntilFault-- <= 0) {
            forcesUntilFault = Integer.MAX_VALUE;
            failedForces++;
            file.failForce();
            throw new IOException("injected: force failed");
        }
        file.force();
    }

    /** The slot that the appending thread writes next: the one of the lower generation. */
    private static int olderAppendedSlot(byte[] mark) {
        UnsafeBuffer view = new UnsafeBuffer(mark);
        int generation = 8;
        return view.getLong(generation) < view.getLong(MARK_SLOT_LENGTH + generation)
                ? 0
                : MARK_SLOT_LENGTH;
    }

    private static void putWord(byte[] target, int word) {
        new UnsafeBuffer(target).putInt(0, word, java.nio.ByteOrder.LITTLE_ENDIAN);
    }

    /** Appends documents to one file. */
    private final class Writer implements SegmentWriter {
        private final String name;
        private final MemoryFile file;
        private final int bornIn;
        private byte[] document = new byte[HALF_WRITTEN];

        Writer(String name, MemoryFile file, int bornIn) {
            this.name = name;
            this.file = file;
            this.bornIn = bornIn;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void append(DirectBuffer frame, int offset, int length) throws IOException {
            synchronized (MemoryFrameStore.this) {
                if (bornIn != life) {
                    throw new IOException("the process of this writer has ended");
                }
                int count = DocumentLayout.HEADER_LENGTH + length;
                if (document.length < count) {
                    document = new byte[count];
                }
                frame.getBytes(offset, document, DocumentLayout.HEADER_LENGTH, length);
                putWord(document, length);
                if (appendsUntilFault-- <= 0) {
                    appendsUntilFault = Integer.MAX_VALUE;
                    appendWrong(length);
                } else {
                    file.append(document, count);
                }
            }
        }

        private void appendWrong(int length) throws IOException {
            int part = DocumentLayout.HEADER_LENGTH + length / 2;
            switch (appendFault) {
                case NOTHING_STORED -> {}
                case PART_STORED -> {
                    putWord(document, DocumentLayout.NOT_COMPLETE | length);
                    file.append(document, part);
                }
                case TORN -> file.append(document, part);
                case ALL_STORED -> file.append(document, DocumentLayout.HEADER_LENGTH + length);
                case LOST -> {
                    return;
                }
            }
            throw new IOException("injected: " + appendFault);
        }

        @Override
        public void force() throws IOException {
            synchronized (MemoryFrameStore.this) {
                MemoryFrameStore.this.force(file);
            }
        }

        @Override
        public void close() {}
    }

    /** The mark's bytes themselves. */
    private final class Mark implements MarkRegion {
        private final MemoryFile file;
        private final UnsafeBuffer buffer;

        Mark(MemoryFile file) {
            this.file = file;
            this.buffer = new UnsafeBuffer(file.fix(MARK_LENGTH));
        }

        @Override
        public MutableDirectBuffer buffer() {
            return buffer;
        }

        @Override
        public void force() throws IOException {
            synchronized (MemoryFrameStore.this) {
                MemoryFrameStore.this.force(file);
            }
        }

        @Override
        public void close() {}
    }
}
