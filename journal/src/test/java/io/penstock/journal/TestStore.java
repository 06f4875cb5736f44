package io.penstock.journal;

import io.penstock.journal.chronicle.ChronicleStores;
import io.penstock.journal.memory.MemoryFrameStore;
import io.penstock.journal.store.FrameStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

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
    }

    /** In files of Chronicle Queue. */
    record Chronicle(Path directory, Path scratch) implements TestStore {
        @Override
        public JournalConfig config() {
            return JournalConfig.at(directory).withLengths(SMALL_BLOCK, SMALL_FRAME);
        }

        @Override
        public FrameStore forReading() {
            return ChronicleStores.forReading(directory);
        }

        @Override
        public void kill(Journal journal) {
            journal.abandon();
        }

        @Override
        public List<String> files() throws IOException {
            try (Stream<Path> all = Files.walk(directory)) {
                List<String> names = new ArrayList<>();
                all.filter(path -> path.toString().endsWith(".cq4") || path.endsWith("MARK"))
                        .forEach(path -> names.add(directory.relativize(path).toString()));
                names.removeIf(name -> name.startsWith("quarantine"));
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
            Files.copy(((Chronicle) from).directory.resolve(otherName), target);
        }

        @Override
        public TestStore copy() throws IOException {
            Path target = Files.createTempDirectory(scratch, "copy");
            for (String name : files()) {
                Path file = target.resolve(name);
                Files.createDirectories(file.getParent());
                Files.copy(directory.resolve(name), file);
            }
            return new Chronicle(target, scratch);
        }

        @Override
        public String segmentName(int epoch, int number) {
            return String.format("e%05d/197001%02d-%02dF.cq4", epoch, 1 + number / 24, number % 24);
        }

        private FileChannel open(String name) throws IOException {
            return FileChannel.open(
                    directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
    }
}
