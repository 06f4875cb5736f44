package io.penstock.journal;

import io.penstock.journal.chronicle.ChronicleStores;
import io.penstock.journal.memory.MemoryFrameStore;
import io.penstock.journal.segment.SegmentFrameStore;
import io.penstock.journal.store.FrameStore;
import io.penstock.journal.store.SegmentFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A place for one journal, whose bytes a test can change; the same for every implementation. */
interface TestStore {
    int SMALL_BLOCK = 256 * 1024;
    int SMALL_FRAME = 4096;

    /** The journal as an engine opens it. */
    JournalConfig config();

    /** The journal as a reader in another process sees it. */
    FrameStore forReading();

    /** Ends writer and lock as the end of the process would, without sealing. */
    void kill(Journal journal);

    /** Names of mark and segments, ascending. */
    List<String> files() throws IOException;

    long length(String name) throws IOException;

    void flip(String name, long offset, int bit) throws IOException;

    void truncate(String name, long length) throws IOException;

    void remove(String name) throws IOException;

    void put(String name, TestStore from, String otherName) throws IOException;

    /** The same bytes elsewhere. */
    TestStore copy() throws IOException;

    /** A name for a segment, as the implementation would give it. */
    String segmentName(int epoch, int number);

    /** Names of files that look like segments and stand where no segment can. */
    List<String> strangers();

    default List<String> segments() throws IOException {
        List<String> segments = new ArrayList<>(files());
        segments.remove("MARK");
        return segments;
    }

    /** In memory. */
    record Memory(MemoryFrameStore store) implements TestStore {
        @Override
        public JournalConfig config() {
            return JournalConfig.on(store).withLengths(SMALL_BLOCK, SMALL_FRAME);
        }

        @Override
        public FrameStore forReading() {
            return store;
        }

        @Override
        public void kill(Journal journal) {
            journal.abandon();
        }

        @Override
        public List<String> files() {
            return store.names().stream().filter(name -> !name.startsWith("quarantine")).toList();
        }

        @Override
        public long length(String name) throws IOException {
            return store.lengthBytes(name);
        }

        @Override
        public void flip(String name, long offset, int bit) throws IOException {
            store.flip(name, offset, bit);
        }

        @Override
        public void truncate(String name, long length) throws IOException {
            store.truncate(name, (int) length);
        }

        @Override
        public void remove(String name) {
            store.remove(name);
        }

        @Override
        public void put(String name, TestStore from, String otherName) throws IOException {
            store.put(name, ((Memory) from).store, otherName);
        }

        @Override
        public TestStore copy() {
            return new Memory(store.copy());
        }

        @Override
        public String segmentName(int epoch, int number) {
            return String.format("e%05d/%08d.segment", epoch, number);
        }

        @Override
        public List<String> strangers() {
            return List.of("00000001.segment", "e00001/other.cq4");
        }
    }

    /** In files below a directory. */
    abstract class InFiles implements TestStore {
        final Path directory;
        final Path scratch;

        InFiles(Path directory, Path scratch) {
            this.directory = directory;
            this.scratch = scratch;
        }

        /** The same implementation elsewhere. */
        abstract InFiles at(Path place);

        abstract JournalKind kind();

        abstract String suffix();

        @Override
        public JournalConfig config() {
            return JournalConfig.at(directory)
                    .withKind(kind())
                    .withLengths(SMALL_BLOCK, SMALL_FRAME);
        }

        @Override
        public void kill(Journal journal) {
            journal.abandon();
        }

        @Override
        public List<String> files() throws IOException {
            try (FrameStore store = forReading()) {
                List<String> names =
                        new ArrayList<>(store.segments().stream().map(SegmentFile::name).toList());
                if (Files.exists(directory.resolve("MARK"))) {
                    names.add("MARK");
                }
                Collections.sort(names);
                return names;
            }
        }

        @Override
        public long length(String name) throws IOException {
            return Files.size(directory.resolve(name));
        }

        @Override
        public void flip(String name, long offset, int bit) throws IOException {
            try (FileChannel file = open(name)) {
                ByteBuffer one = ByteBuffer.allocate(1);
                if (file.read(one, offset) != 1) {
                    throw new IllegalArgumentException("no byte there: " + offset);
                }
                one.put(0, (byte) (one.get(0) ^ (1 << bit))).flip();
                file.write(one, offset);
            }
        }

        @Override
        public void truncate(String name, long length) throws IOException {
            try (FileChannel file = open(name)) {
                file.truncate(length);
            }
        }

        @Override
        public void remove(String name) throws IOException {
            Files.delete(directory.resolve(name));
        }

        @Override
        public void put(String name, TestStore from, String otherName) throws IOException {
            Path target = directory.resolve(name);
            Files.createDirectories(target.getParent());
            Files.deleteIfExists(target);
            Files.copy(((InFiles) from).directory.resolve(otherName), target);
        }

        @Override
        public TestStore copy() throws IOException {
            Path target = Files.createTempDirectory(scratch, "copy");
            for (String name : files()) {
                Path file = target.resolve(name);
                Files.createDirectories(file.getParent());
                Files.copy(directory.resolve(name), file);
            }
            return at(target);
        }

        private FileChannel open(String name) throws IOException {
            return FileChannel.open(
                    directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
    }

    /** In files of Chronicle Queue. */
    final class Chronicle extends InFiles {
        Chronicle(Path directory, Path scratch) {
            super(directory, scratch);
        }

        @Override
        InFiles at(Path place) {
            return new Chronicle(place, scratch);
        }

        @Override
        JournalKind kind() {
            return JournalKind.CHRONICLE;
        }

        @Override
        String suffix() {
            return ".cq4";
        }

        @Override
        public FrameStore forReading() {
            return ChronicleStores.forReading(directory);
        }

        @Override
        public String segmentName(int epoch, int number) {
            return String.format("e%05d/197001%02d-%02dF.cq4", epoch, 1 + number / 24, number % 24);
        }

        @Override
        public List<String> strangers() {
            return List.of("19700101-01F.cq4", "e00001/other.cq4");
        }
    }

    /** In segments of our own. */
    final class Segments extends InFiles {
        Segments(Path directory, Path scratch) {
            super(directory, scratch);
        }

        @Override
        InFiles at(Path place) {
            return new Segments(place, scratch);
        }

        @Override
        public JournalConfig config() {
            // Files have that length at once.
            return super.config().withSegmentLength(SMALL_BLOCK);
        }

        @Override
        JournalKind kind() {
            return JournalKind.SEGMENT;
        }

        @Override
        String suffix() {
            return ".segment";
        }

        @Override
        public FrameStore forReading() {
            return SegmentFrameStore.forReading(directory);
        }

        @Override
        public String segmentName(int epoch, int number) {
            return String.format("segments/e%05d-%08d.segment", epoch, number);
        }

        @Override
        public List<String> strangers() {
            return List.of(
                    "e00001-00000001.segment",
                    "segments/other.segment",
                    "segments/e00001-000000001.segment");
        }
    }
}
