package io.penstock.engine.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Hash;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.Random;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A table that is restored all at once is the one that would be restored key by key. */
@Timeout(120)
final class BulkRestoreTest {
    private static final long TABLE_SEED = 7;

    /** Of entries of 72 bytes: a helper and reading ahead are worth their threads. */
    private static final int LARGE = 150_000;

    private final long nativeBefore = NativeMemory.liveBytes();
    private final UndoLog undo = new UndoLog(64 << 20);
    private final Arena arena = new Arena("table", 512 << 20);

    @AfterEach
    void shouldLeaveNothing() {
        undo.close();
        arena.close();
        assertEquals(nativeBefore, NativeMemory.liveBytes());
        assertFalse(
                Thread.getAllStackTraces().keySet().stream()
                        .anyMatch(thread -> thread.getName().matches("penstock-(helper|ahead)")),
                "threads are gone");
    }

    @ParameterizedTest
    @CsvSource({"4096, 8", "5000, 64", "40000, 64", "150000, 64", "600000, 8", "300000, 24"})
    void shouldBeTheTableThatIsRestoredKeyByKey(int count, int valueLength) {
        compare(count, valueLength, key -> true);
    }

    @Test
    void shouldBeTheSameTableWhenHashesOfKeysBeginAlike() {
        compare(6000, 16, key -> Hash.ofLong(key ^ TABLE_SEED) >>> 61 == 5);
        compare(LARGE, 64, key -> Hash.ofLong(key ^ TABLE_SEED) >>> 62 == 1);
    }

    @ParameterizedTest
    @CsvSource({"5000, 16, 1, 4999", "150000, 64, 0, 149999", "150000, 64, 149998, 149999"})
    void shouldNameDamageWhenAKeyStandsTwice(int count, int valueLength, int first, int second) {
        MemorySnapshotStorage storage = new MemorySnapshotStorage();
        try (SnapshotWriter writer = new SnapshotWriter(storage, "s")) {
            writer.beginSection("table", 0, 0, 0);
            writer.putInt(valueLength).putInt(1).putInt(count);
            for (int i = 0; i < count; i++) {
                writer.putLong((i == second ? first : i) * 31L);
                for (int at = 0; at < valueLength; at += Long.BYTES) {
                    writer.putLong(i);
                }
            }
            writer.endSection();
            writer.seal();
        }
        try (KeyTable table = KeyTable.ofLongs(arena, undo, valueLength, TABLE_SEED)) {
            PenstockException failure =
                    assertThrows(PenstockException.class, () -> read(storage, table));
            assertEquals(Category.DAMAGE, failure.category());
            assertTrue(failure.getMessage().contains("a key stands twice"), failure.getMessage());
        }
    }

    @Test
    void shouldNameTheLimitWhenALargeTableDoesNotFit() {
        MemorySnapshotStorage storage = new MemorySnapshotStorage();
        try (KeyTable table = fill(new Random(1), LARGE, 64, key -> true)) {
            write(storage, table);
        }
        try (Arena small = new Arena("small", 8 << 20);
                KeyTable restored = KeyTable.ofLongs(small, undo, 64, TABLE_SEED)) {
            PenstockException failure =
                    assertThrows(PenstockException.class, () -> read(storage, restored));
            assertEquals(Category.LIMIT, failure.category());
            assertTrue(failure.getMessage().contains("limit=" + (8 << 20)), failure.getMessage());
        }
    }

    private void compare(int count, int valueLength, LongPredicate keys) {
        long seed = System.nanoTime();
        String hint = "seed " + seed + " count " + count;
        MemorySnapshotStorage storage = new MemorySnapshotStorage();
        try (KeyTable original = fill(new Random(seed), count, valueLength, keys);
                KeyTable slow = KeyTable.ofLongs(arena, undo, valueLength, TABLE_SEED);
                KeyTable bulk = KeyTable.ofLongs(arena, undo, valueLength, TABLE_SEED)) {
            write(storage, original);
            for (int entry = 0; entry < count; entry++) {
                Memory.copyWords(
                        original.valueAddress(entry),
                        slow.restore(original.longKey(entry)),
                        valueLength);
            }
            read(storage, bulk);

            assertEquals(count, bulk.size(), hint);
            assertEquals(count, bulk.entryCount(), hint);
            assertArrayEquals(hashes(slow), hashes(bulk), hint);
            for (int entry = 0; entry < count; entry++) {
                long key = slow.longKey(entry);
                assertEquals(key, bulk.longKey(entry), hint);
                assertEquals(entry, bulk.entryOf(key), hint);
            }
            // Both go on alike: half of the keys go, others come, each is found or not.
            Random random = new Random(seed + 1);
            for (int i = 0; i < count; i++) {
                long key = random.nextBoolean() ? slow.longKey(random.nextInt(count)) : i;
                if (random.nextBoolean()) {
                    assertEquals(slow.remove(key), bulk.remove(key), hint);
                } else {
                    slow.findOrAdd(key);
                    bulk.findOrAdd(key);
                    assertEquals(slow.lastAdded(), bulk.lastAdded(), hint);
                }
                undo.commit();
            }
            assertArrayEquals(hashes(slow), hashes(bulk), hint);
        }
    }

    private KeyTable fill(Random random, int count, int valueLength, LongPredicate keys) {
        KeyTable table = KeyTable.ofLongs(arena, undo, valueLength, TABLE_SEED);
        while (table.size() < count) {
            long key = random.nextLong();
            if (!keys.test(key)) {
                continue;
            }
            long value = table.findOrAdd(key);
            for (int at = 0; at < valueLength; at += Long.BYTES) {
                Memory.putLong(value + at, random.nextLong());
            }
            undo.commit();
        }
        return table;
    }

    private static long[] hashes(KeyTable table) {
        long[] hashes = new long[KeyGroups.COUNT];
        table.hashInto(hashes);
        return hashes;
    }

    private static void write(MemorySnapshotStorage storage, KeyTable table) {
        try (SnapshotWriter writer = new SnapshotWriter(storage, "s")) {
            writer.beginSection("table", 0, 0, 0);
            table.writeTo(writer);
            writer.endSection();
            writer.seal();
        }
    }

    private static void read(MemorySnapshotStorage storage, KeyTable table) {
        try (SnapshotReader reader = new SnapshotReader(storage, "s")) {
            reader.nextSection();
            table.readFrom(reader);
            assertEquals(0, reader.remaining());
        }
    }
}
