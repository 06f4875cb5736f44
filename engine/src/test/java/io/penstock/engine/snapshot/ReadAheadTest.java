package io.penstock.engine.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is read ahead by another thread is what would be read, damage included. */
@Timeout(60)
final class ReadAheadTest {
    private static final String NAME = "snapshot";
    private static final int WORDS = 2_000_000;
    private static final int BLOCK =
            SnapshotDescriptor.BLOCK_HEADER_LENGTH + SnapshotDescriptor.MAX_DATA_LENGTH;

    private final MemorySnapshotStorage memory = written();

    /** Where a byte is another one from now on; negative: nowhere. */
    private volatile long damagedAt = -1;

    /** Where a read fails from now on; negative: nowhere. */
    private volatile long failingFrom = -1;

    @Test
    void shouldDeliverAllSectionsWhenOneIsReadAhead() {
        try (SnapshotReader reader = open()) {
            for (int round = 0; round < 2; round++) {
                assertTrue(reader.nextSection());
                assertEquals(1, reader.getInt());
                assertTrue(reader.nextSection());
                readWords(reader, 0, WORDS);
                assertTrue(reader.nextSection());
                assertEquals(3, reader.getInt());
                assertFalse(reader.nextSection());
                reader.rewind();
            }
        }
        assertFalse(isReadingAhead(), "the thread is gone");
    }

    @Test
    void shouldGoOnWhenASectionIsLeftInTheMiddle() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            try (SnapshotReader reader = open()) {
                reader.nextSection();
                reader.skipToNextSection();
                readWords(reader, 0, random.nextInt(WORDS));
                if (random.nextBoolean()) {
                    assertTrue(reader.skipToNextSection());
                    assertEquals(3, reader.getInt(), "seed " + seed);
                } else {
                    reader.rewind();
                    assertTrue(reader.nextSection());
                    assertEquals(1, reader.getInt(), "seed " + seed);
                }
            }
        }
        assertFalse(isReadingAhead(), "the thread is gone");
    }

    @Test
    void shouldNameTheBlockWhenItIsDamagedBehindTheVerification() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 30; round++) {
            damagedAt = -1;
            try (SnapshotReader reader = open()) {
                reader.nextSection();
                long first = firstBlock(reader);
                int block = random.nextInt(WORDS * Long.BYTES / SnapshotDescriptor.MAX_DATA_LENGTH);
                long start = first + (long) block * BLOCK;
                damagedAt = start + 16 + random.nextInt(SnapshotDescriptor.MAX_DATA_LENGTH);
                reader.skipToNextSection();
                int before = block * SnapshotDescriptor.MAX_DATA_LENGTH / Long.BYTES;
                readWords(reader, 0, before);
                PenstockException failure =
                        assertThrows(PenstockException.class, () -> readWords(reader, before, 1));
                assertEquals(
                        "snapshot is not as it was written: wrong checksum of block file="
                                + "memory offset="
                                + start
                                + " (an older snapshot or the whole journal can be used instead)",
                        failure.getMessage(),
                        "seed " + seed);
            }
        }
    }

    @Test
    void shouldTellOfTheFileWhenItCannotBeReadAnyMore() {
        try (SnapshotReader reader = open()) {
            reader.nextSection();
            failingFrom = firstBlock(reader) + 100L * BLOCK;
            reader.skipToNextSection();
            PenstockException failure =
                    assertThrows(PenstockException.class, () -> readWords(reader, 0, WORDS));
            assertEquals(Category.STORAGE, failure.category());
            assertEquals("planted", failure.getMessage());
        }
        assertFalse(isReadingAhead(), "the thread is gone");
    }

    @Test
    void shouldNameTheSameDamageWhenAThreadBesideVerifies() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int length = memory.bytes(NAME).length;
        AtomicInteger meanwhile = new AtomicInteger();
        for (int round = 1; round <= 40; round++) {
            damagedAt = random.nextInt(length);
            PenstockException expected = assertThrows(PenstockException.class, this::open);
            PenstockException failure =
                    assertThrows(
                            PenstockException.class,
                            () ->
                                    new SnapshotReader(
                                            new Damaging(), NAME, meanwhile::incrementAndGet));
            assertEquals(expected.getMessage(), failure.getMessage(), "seed " + seed);
            assertEquals(round, meanwhile.get());
        }
        damagedAt = -1;
        new SnapshotReader(new Damaging(), NAME, meanwhile::incrementAndGet).close();
        assertEquals(41, meanwhile.get());
        assertThrows(
                UnsupportedOperationException.class,
                () ->
                        new SnapshotReader(
                                new Damaging(),
                                NAME,
                                () -> {
                                    throw new UnsupportedOperationException();
                                }));
    }

    private static long firstBlock(SnapshotReader reader) {
        SnapshotReader.Section section = reader.sections().get(1);
        return section.offset()
                + SnapshotDescriptor.BLOCK_HEADER_LENGTH
                + SnapshotDescriptor.SECTION_FIXED_LENGTH
                + section.name().length();
    }

    private static void readWords(SnapshotReader reader, int from, int count) {
        for (int i = from; i < from + count; i++) {
            assertEquals(i * 31L, reader.getLong());
        }
    }

    private static boolean isReadingAhead() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("penstock-ahead"));
    }

    private static MemorySnapshotStorage written() {
        MemorySnapshotStorage storage = new MemorySnapshotStorage();
        try (SnapshotWriter writer = new SnapshotWriter(storage, NAME)) {
            writer.beginSection("first", 1, 0, 0).putInt(1).endSection();
            writer.beginSection("large", 2, 0, 0);
            for (int i = 0; i < WORDS; i++) {
                writer.putLong(i * 31L);
            }
            writer.endSection();
            writer.beginSection("last", 3, 0, 0).putInt(3).endSection();
            writer.seal();
        }
        return storage;
    }

    private SnapshotReader open() {
        return new SnapshotReader(new Damaging(), NAME);
    }

    /** The storage in memory, and what goes wrong. */
    private final class Damaging implements SnapshotStorage {
        @Override
        public Output create(String name) {
            return memory.create(name);
        }

        @Override
        public List<String> list() {
            return memory.list();
        }

        @Override
        public Input open(String name) {
            Input input = memory.open(name);
            return new Input() {
                @Override
                public long length() {
                    return input.length();
                }

                @Override
                public String location() {
                    return "memory";
                }

                @Override
                public int read(long offset, ByteBuffer target) {
                    int from = target.position();
                    int count = input.read(offset, target);
                    if (failingFrom >= 0 && offset + count > failingFrom) {
                        throw new PenstockException(Category.STORAGE, "planted");
                    }
                    long at = damagedAt - offset;
                    if (damagedAt >= 0 && at >= 0 && at < count) {
                        int index = from + (int) at;
                        target.put(index, (byte) ~target.get(index));
                    }
                    return count;
                }

                @Override
                public void close() {
                    input.close();
                }
            };
        }

        @Override
        public void delete(String name) {
            memory.delete(name);
        }

        @Override
        public void deleteUnsealed() {
            memory.deleteUnsealed();
        }
    }
}
