package io.penstock.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyTableTest {
    // Computed by a program of its own from the description in StateHash.
    private static final long GOLDEN_LONGS = -6323633306565163589L;
    private static final long GOLDEN_BYTES = 7978250795599703237L;

    private final long nativeBefore = NativeMemory.liveBytes();
    private final UndoLog undo = new UndoLog(64 << 20);
    private final Arena arena = new Arena("table", 256 << 20);

    @AfterEach
    void shouldLeaveNothing() {
        undo.close();
        arena.close();
        assertEquals(nativeBefore, NativeMemory.liveBytes());
    }

    // Lengths that fill first chunks of different counts of entries.
    @ParameterizedTest
    @ValueSource(ints = {0, 8, 16, 24, 40, 72, 200, 1000, 20_000})
    void shouldGiveEachEntryItsOwnMemoryWhenTableGrows(int valueLength) {
        KeyTable table = KeyTable.ofLongs(arena, undo, valueLength, 1);
        int count = valueLength > 1000 ? 300 : 20_000;
        for (long key = 0; key < count; key++) {
            long value = table.findOrAdd(key);
            if (valueLength > 0) {
                Memory.putLong(value, ~key);
                Memory.putLong(value + valueLength - 8, ~key);
            }
        }
        undo.commit();
        for (int entry = 0; entry < count; entry++) {
            assertEquals(entry, table.longKey(entry));
            assertEquals(table.find(entry), table.valueAddress(entry));
            if (valueLength > 0) {
                assertEquals(~entry, Memory.getLong(table.find(entry)));
            }
        }
        table.close();
        assertEquals(0, arena.usedBytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 600, 615, 5000, 40_000, 1_000_000})
    void shouldHoldTheSameHoweverManyKeysWereExpected(int expected) {
        KeyTable table = KeyTable.ofLongs(arena, undo, 8, 42);
        KeyTable other = KeyTable.ofLongs(arena, undo, 8, 42);
        table.expect(expected);
        for (long key = 0; key < 30_000; key++) {
            Memory.putLong(table.findOrAdd(key * 7), key);
            Memory.putLong(other.add(key * 7), key);
            if (key % 1000 == 500) { // what was taken back leaves no trace
                undo.rollback();
            } else if (key % 100 == 99) {
                undo.commit();
            }
        }
        undo.commit();
        assertEquals(other.size(), table.size());
        assertEquals(hash(other), hash(table));
        for (int entry = 0; entry < table.entryCount(); entry++) {
            assertEquals(table.valueAddress(entry), table.find(table.longKey(entry)));
        }
        table.close();
        other.close();
        assertEquals(0, arena.usedBytes());
    }

    private static long hash(KeyTable table) {
        long[] groups = new long[KeyGroups.COUNT];
        table.hashInto(groups);
        return Arrays.hashCode(groups);
    }

    @Test
    void shouldExpectNothingWhenMemoryIsShort() {
        try (Arena small = new Arena("small", 1 << 20)) {
            KeyTable table = KeyTable.ofLongs(small, undo, 8, 42);
            table.expect(40_000);
            assertEquals(0, small.usedBytes());
            table.findOrAdd(1);
            table.expect(5); // not empty any more: nothing happens
            assertEquals(1, table.size());
            undo.rollback();
            assertEquals(0, table.find(1));
            table.close();
        }
    }

    @Test
    void shouldFindAllWhenIndexHasSplitManyTimes() {
        KeyTable table = KeyTable.ofLongs(arena, undo, 8, 42);
        int count = 300_000;
        for (long key = 0; key < count; key++) {
            Memory.putLong(table.findOrAdd(key << 32), key);
            if ((key & 1023) == 0) {
                undo.commit();
            }
        }
        undo.commit();
        for (long key = 0; key < count; key += 3) {
            assertTrue(table.remove(key << 32));
        }
        undo.rollback();
        for (long key = 0; key < count; key++) {
            assertEquals(key, Memory.getLong(table.find(key << 32)));
            assertEquals(0, table.find((key << 32) + 1));
        }
        for (long key = 0; key < count; key++) {
            if (key % 5 != 0) {
                table.remove(key << 32);
            }
            undo.commit();
            table.maintain();
        }
        assertEquals(count / 5, table.size());
        assertTrue(table.entryCount() < count * 3 / 4, "entries=" + table.entryCount());
        for (long key = 0; key < count; key++) {
            assertEquals(key % 5 == 0, table.find(key << 32) != 0);
        }
        table.clear();
        assertEquals(0, table.size());
        undo.commit();
        assertEquals(0, arena.usedBytes());
    }

    @Test
    void shouldStayCheapWhenTablesAreSmall() {
        KeyTable table = KeyTable.ofLongs(arena, undo, 40, 1);
        assertEquals(0, arena.usedBytes());
        table.findOrAdd(1);
        table.findOrAdd(2);
        undo.commit();
        assertTrue(arena.usedBytes() <= 512, "used=" + arena.usedBytes());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRestoreContentAndOrderWhenSaved(boolean longs) {
        MemorySnapshotStorage storage = new MemorySnapshotStorage();
        Random random = new Random(9);
        KeyTable table = newTable(longs, 1);
        for (int n = 0; n < 5000; n++) {
            String key = "key".repeat(random.nextInt(20)) + random.nextInt(1000);
            if (random.nextInt(3) == 0) {
                remove(table, key);
            } else {
                Memory.putLong(table.forWrite(findOrAdd(table, key)), n);
            }
            undo.commit();
        }
        try (SnapshotWriter writer = new SnapshotWriter(storage, "s")) {
            writer.beginSection("t", 1, 0, 1);
            table.writeTo(writer);
            writer.endSection().seal();
        }
        KeyTable restored = newTable(longs, 2);
        try (SnapshotReader reader = new SnapshotReader(storage, "s")) {
            reader.nextSection();
            restored.readFrom(reader);
            assertFalse(reader.nextSection());
        }
        assertEquals(table.size(), restored.size());
        assertEquals(restored.size(), restored.entryCount());
        assertEquals(KeyTableOracleTest.hash(table), KeyTableOracleTest.hash(restored));
        try (SnapshotReader reader = new SnapshotReader(storage, "s");
                KeyTable other = KeyTable.ofLongs(arena, undo, 24, 1)) {
            reader.nextSection();
            assertEquals(
                    Category.DAMAGE,
                    assertThrows(PenstockException.class, () -> other.readFrom(reader)).category());
        }
        table.close();
        restored.close();
        assertEquals(0, arena.usedBytes());
    }

    private KeyTable newTable(boolean longs, long seed) {
        return longs
                ? KeyTable.ofLongs(arena, undo, 16, seed)
                : KeyTable.ofBytes(arena, undo, 16, seed);
    }

    private static long findOrAdd(KeyTable table, String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return table.hasLongKeys()
                ? table.findOrAdd(key.hashCode())
                : table.findOrAdd(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private static void remove(KeyTable table, String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        if (table.hasLongKeys()) {
            table.remove(key.hashCode());
        } else {
            table.remove(new UnsafeBuffer(bytes), 0, bytes.length);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldBeUnchangedWhenLimitIsMetWithinStep(long seed) {
        Random random = new Random(seed);
        try (Arena small = new Arena("stage totals", 200_000);
                UndoLog shortLog = new UndoLog(8192)) {
            KeyTable table = KeyTable.ofBytes(small, shortLog, 16, seed);
            KeyedDeque deques = KeyedDeque.ofLongs(small, shortLog, 8, 32, seed);
            TimerQueue timers = TimerQueue.ofLongs(small, shortLog, seed);
            UnsafeBuffer key = new UnsafeBuffer(new byte[400]);
            int failures = 0;
            for (int step = 0; step < 600; step++) {
                long before = hash(table, deques, timers);
                try {
                    for (int n = random.nextInt(40); n >= 0; n--) {
                        key.putInt(0, random.nextInt(500));
                        long number = random.nextInt(100);
                        switch (random.nextInt(6)) {
                            case 0, 1 -> table.findOrAdd(key, 0, 4 + random.nextInt(100));
                            case 2 -> deques.append(deques.findOrAdd(number));
                            case 3 -> timers.schedule(random.nextInt(100), number, 1);
                            case 4 -> timers.pollDue(50);
                            default -> table.remove(key, 0, 4 + random.nextInt(100));
                        }
                    }
                    if (random.nextInt(100) == 0) {
                        table.clear();
                        deques.remove(random.nextInt(100));
                    }
                    shortLog.commit();
                    table.maintain();
                    deques.maintain();
                    timers.maintain();
                } catch (PenstockException e) {
                    assertEquals(Category.LIMIT, e.category());
                    failures++;
                    shortLog.rollback();
                    assertEquals(before, hash(table, deques, timers), "seed=" + seed);
                }
            }
            assertTrue(failures > 5, "seed=" + seed + " failures=" + failures);
            table.close();
            deques.close();
            timers.close();
            assertEquals(0, small.usedBytes(), "seed=" + seed);
        }
    }

    private static long hash(KeyTable table, KeyedDeque deques, TimerQueue timers) {
        long[] groups = new long[KeyGroups.COUNT];
        table.hashInto(groups);
        deques.hashInto(groups);
        timers.hashInto(groups);
        return StateHash.combine(groups);
    }

    @Test
    void shouldRefuseWhenKeyIsTooLong() {
        KeyTable table = KeyTable.ofBytes(arena, undo, 8, 1);
        UnsafeBuffer key = new UnsafeBuffer(new byte[KeyTable.MAX_KEY_LENGTH + 1]);
        table.findOrAdd(key, 0, KeyTable.MAX_KEY_LENGTH);
        PenstockException e =
                assertThrows(
                        PenstockException.class, () -> table.findOrAdd(key, 0, key.capacity()));
        assertEquals(Category.LIMIT, e.category());
        undo.commit();
        table.close();
        assertEquals(0, arena.usedBytes());
    }

    @Test
    void shouldRefuseWhenWaitingEventsExceedLimit() {
        EventHeap events = new EventHeap(arena, undo, 8, 100, 1024);
        UnsafeBuffer event = new UnsafeBuffer(new byte[100]);
        for (int i = 0; i < 4; i++) {
            events.add(1, i, event, 0, 100);
        }
        PenstockException e =
                assertThrows(PenstockException.class, () -> events.add(1, 9, event, 0, 100));
        assertEquals(Category.LIMIT, e.category());
        assertTrue(e.getMessage().contains(EventHeap.SETTING), e.getMessage());
        undo.rollback();
        assertEquals(0, events.size());
        assertEquals(0, events.usedBytes());
        events.close();
    }

    @Test
    void shouldKeepItsHashForEverWhenContentIsTheSame() {
        KeyTable table = KeyTable.ofLongs(arena, undo, 8, 77);
        for (long key = -50; key < 50; key++) {
            Memory.putLong(table.findOrAdd(key), key * key);
        }
        undo.commit();
        assertEquals(1, StateHash.STATE_HASH_VERSION);
        assertEquals(GOLDEN_LONGS, KeyTableOracleTest.hash(table));
        KeyTable bytes = KeyTable.ofBytes(arena, undo, 8, 78);
        for (int key = 0; key < 100; key++) {
            byte[] text = "k".repeat(key).getBytes(StandardCharsets.UTF_8);
            Memory.putLong(bytes.findOrAdd(new UnsafeBuffer(text), 0, key), key);
        }
        undo.commit();
        assertEquals(GOLDEN_BYTES, KeyTableOracleTest.hash(bytes));
    }

    // Below, at and above the count from which entries are read chunk by chunk.
    @ParameterizedTest
    @ValueSource(ints = {1, 600, 614, 615, 4095, 4096, 4097, 50_000})
    void shouldRestoreAllKeysInOrderWhenSeedIsAnother(int count) {
        MemorySnapshotStorage storage = new MemorySnapshotStorage();
        KeyTable written = KeyTable.ofLongs(arena, undo, 16, 1);
        for (long key = 0; key < count + 10; key++) {
            Memory.putLong(written.findOrAdd(key * 31), ~key);
        }
        for (long key = 0; key < 10; key++) {
            written.remove(key * 31);
        }
        undo.commit();
        write(storage, written::writeTo);
        KeyTable restored = KeyTable.ofLongs(arena, undo, 16, 2);
        read(storage, restored);
        assertEquals(count, restored.size());
        for (int entry = 0; entry < count; entry++) {
            long key = entry + 10L;
            assertEquals(key * 31, restored.longKey(entry));
            assertEquals(restored.valueAddress(entry), restored.find(key * 31));
            assertEquals(~key, Memory.getLong(restored.find(key * 31)));
        }
        assertEquals(0, restored.find(-1));
        // Works on as any other: what is there is found, what is new is added, what goes is gone.
        for (long key = 10; key < count + 20_000; key++) {
            restored.findOrAdd(key * 31);
            assertEquals(key >= count + 10, restored.lastAdded());
        }
        for (long key = 10; key < count + 10; key++) {
            assertTrue(restored.remove(key * 31));
        }
        undo.commit();
        assertEquals(19_990, restored.size());
        assertEquals(0, restored.find(310));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4096, 50_000})
    void shouldNameDamageWhenAKeyStandsTwiceInASnapshot(int count) {
        MemorySnapshotStorage storage = new MemorySnapshotStorage();
        write(
                storage,
                writer -> {
                    writer.putInt(8).putInt(1).putInt(count);
                    for (long key = 1; key < count; key++) {
                        writer.putLong(key).putLong(0);
                    }
                    writer.putLong(1).putLong(0);
                });
        KeyTable restored = KeyTable.ofLongs(arena, undo, 8, 2);
        PenstockException failure =
                assertThrows(PenstockException.class, () -> read(storage, restored));
        assertEquals(Category.DAMAGE, failure.category());
        assertTrue(failure.getMessage().contains("a key stands twice"), failure.getMessage());
    }

    private static void write(MemorySnapshotStorage storage, Consumer<SnapshotWriter> content) {
        try (SnapshotWriter writer = new SnapshotWriter(storage, "s")) {
            writer.beginSection("table", 0, 0, 0);
            content.accept(writer);
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
