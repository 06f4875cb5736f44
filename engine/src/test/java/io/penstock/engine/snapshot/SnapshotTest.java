package io.penstock.engine.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SnapshotTest {
    private static final String NAME = "s-000042";

    private final MemorySnapshotStorage memory = new MemorySnapshotStorage();

    private static void write(SnapshotStorage storage, int words) {
        try (SnapshotWriter writer = new SnapshotWriter(storage, NAME)) {
            writer.beginSection("stage velocity", 7, 65_535, 3);
            writer.putByte((byte) 5).putInt(-6).putLong(Long.MIN_VALUE).putString("grüße");
            for (int i = 0; i < words; i++) {
                writer.putLong(i * 31L);
            }
            byte[] bytes = {1, 2, 3};
            writer.putBytes(new UnsafeBuffer(bytes), 1, 2).putBytes(bytes, 0, 3);
            writer.endSection();
            writer.beginSection("empty", 0, 0, 0).endSection();
            writer.beginSection("last", 1, 2, 3).putInt(9).endSection();
            writer.seal();
        }
    }

    private static void read(SnapshotStorage storage, int words) {
        try (SnapshotReader reader = new SnapshotReader(storage, NAME)) {
            assertEquals(3, reader.sections().size());
            assertTrue(reader.nextSection());
            SnapshotReader.Section section = reader.section();
            assertEquals("stage velocity", section.name());
            assertEquals(7, section.type());
            assertEquals(65_535, section.schemaId());
            assertEquals(3, section.version());
            assertEquals(5, reader.getByte());
            assertEquals(-6, reader.getInt());
            assertEquals(Long.MIN_VALUE, reader.getLong());
            assertEquals("grüße", reader.getString(100));
            for (int i = 0; i < words; i++) {
                assertEquals(i * 31L, reader.getLong());
            }
            byte[] bytes = new byte[5];
            reader.getBytes(bytes, 0, 5);
            assertArrayEquals(new byte[] {2, 3, 1, 2, 3}, bytes);
            assertEquals(0, reader.remaining());
            assertTrue(reader.nextSection());
            assertEquals("empty", reader.section().name());
            assertTrue(reader.nextSection());
            assertEquals(9, reader.getInt());
            assertFalse(reader.nextSection());
        }
    }

    @Test
    void shouldReadWhatWasWrittenWhenSectionsSpanBlocks() {
        for (int words : new int[] {0, 1, 8000, 8190, 30_000}) {
            write(memory, words);
            read(memory, words);
        }
    }

    @Test
    void shouldReadAnySectionAgainWhenRewound() {
        write(memory, 30_000);
        try (SnapshotReader reader = new SnapshotReader(memory, NAME)) {
            for (int round = 0; round < 3; round++) {
                assertTrue(reader.skipToNextSection());
                assertEquals(5, reader.getByte());
                assertTrue(reader.skipToNextSection());
                assertEquals("empty", reader.section().name());
                assertTrue(reader.skipToNextSection());
                assertEquals(9, reader.getInt());
                assertFalse(reader.skipToNextSection());
                reader.rewind();
            }
            assertTrue(reader.nextSection());
            assertEquals(5, reader.getByte());
        }
    }

    @Test
    void shouldCopyNativeBytesWhenTheySpanBlocks() {
        int length = 200_001;
        long from = NativeMemory.allocate(length);
        long to = NativeMemory.allocate(length);
        byte[] bytes = new byte[length];
        new Random(3).nextBytes(bytes);
        Memory.copyFrom(bytes, 0, length, from);
        try (SnapshotWriter writer = new SnapshotWriter(memory, NAME)) {
            writer.beginSection("a", 1, 1, 1).putByte((byte) 1).putBytes(from, length);
            writer.endSection().beginSection("b", 1, 1, 1).putInt(4).endSection().seal();
        }
        try (SnapshotReader reader = new SnapshotReader(memory, NAME)) {
            reader.nextSection();
            reader.getByte();
            reader.getBytes(to, length);
            assertTrue(Memory.isEqual(from, to, length));
        }
        try (SnapshotReader reader = new SnapshotReader(memory, NAME)) {
            reader.nextSection();
            reader.getByte();
            assertTrue(reader.skipToNextSection());
            assertEquals(4, reader.getInt());
        }
        NativeMemory.free(from);
        NativeMemory.free(to);
    }

    @Test
    void shouldNameDamageWhenAnyBitIsFlipped() {
        write(memory, 20);
        byte[] good = memory.bytes(NAME);
        for (int at = 0; at < good.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] bad = good.clone();
                bad[at] ^= (byte) (1 << bit);
                assertDamage(bad, "offset " + at + " bit " + bit);
            }
        }
        System.out.println(
                "GUARANTEE R5c " + 8 * good.length + " bits of a snapshot flipped: all named");
    }

    @Test
    void shouldNameDamageWhenCutOrLonger() {
        write(memory, 20);
        byte[] good = memory.bytes(NAME);
        for (int length = 0; length < good.length; length++) {
            assertDamage(Arrays.copyOf(good, length), "length " + length);
        }
        assertDamage(Arrays.copyOf(good, good.length + 1), "one byte more");
        byte[] twice = Arrays.copyOf(good, good.length * 2);
        System.arraycopy(good, 0, twice, good.length, good.length);
        assertDamage(twice, "twice");
        System.out.println(
                "GUARANTEE R6c "
                        + (good.length + 2)
                        + " lengths of a snapshot, cut or longer: all named");
    }

    private void assertDamage(byte[] bad, String how) {
        memory.put(NAME, bad);
        PenstockException e =
                assertThrows(PenstockException.class, () -> new SnapshotReader(memory, NAME), how);
        assertEquals(Category.DAMAGE, e.category(), how);
        assertTrue(e.getMessage().contains(NAME), e.getMessage());
        assertTrue(e.getMessage().contains("offset="), e.getMessage());
    }

    @Test
    void shouldNameDamageWhenMoreIsAskedThanSectionHolds() {
        write(memory, 0);
        try (SnapshotReader reader = new SnapshotReader(memory, NAME)) {
            assertEquals(
                    Category.DAMAGE,
                    assertThrows(PenstockException.class, reader::getInt).category());
            reader.nextSection();
            assertThrows(PenstockException.class, () -> reader.nextSection());
            byte[] bytes = new byte[1000];
            assertThrows(PenstockException.class, () -> reader.getBytes(bytes, 0, 1000));
            assertThrows(PenstockException.class, () -> reader.getString(1));
        }
    }

    @Test
    void shouldShowOnlySealedSnapshotsWhenKeptInFiles(@TempDir Path directory) throws IOException {
        FileSnapshotStorage storage = new FileSnapshotStorage(directory.resolve("snapshots"));
        try (SnapshotWriter writer = new SnapshotWriter(storage, "unsealed")) {
            writer.beginSection("a", 1, 1, 1).putInt(1).endSection();
            assertEquals(List.of(), storage.list());
        }
        SnapshotStorage.Output abandoned = storage.create("abandoned");
        write(storage, 10_000);
        write(storage, 5);
        assertEquals(List.of(NAME), storage.list());
        read(storage, 5);
        abandoned.seal();
        assertEquals(List.of("abandoned", NAME), storage.list());
        storage.delete("abandoned");
        Files.write(directory.resolve("snapshots/x.tmp"), new byte[3]);
        storage.deleteUnsealed();
        try (var files = Files.list(directory.resolve("snapshots"))) {
            assertEquals(1, files.count());
        }
        assertEquals(
                Category.STORAGE,
                assertThrows(PenstockException.class, () -> storage.open("none")).category());
        assertThrows(IllegalArgumentException.class, () -> storage.create("../x"));
    }

    @Test
    void shouldWriteSameBytesWhenKeptInMemoryOrFile(@TempDir Path directory) throws IOException {
        write(memory, 100);
        write(new FileSnapshotStorage(directory), 100);
        assertArrayEquals(memory.bytes(NAME), Files.readAllBytes(directory.resolve(NAME)));
    }
}
