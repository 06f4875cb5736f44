package io.penstock.engine.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Maps per key against maps of linked maps, over steps that commit or roll back. */
final class KeyedMapOracleTest {
    private static final int STEPS = 1500;
    private static final int VALUE_LENGTH = 16;

    private final long nativeBefore = NativeMemory.liveBytes();
    private final UndoLog undo = new UndoLog(64 << 20);
    private final Arena arena = new Arena("maps", 256 << 20);
    private final MemorySnapshotStorage storage = new MemorySnapshotStorage();

    @AfterEach
    void shouldLeaveNothing() {
        undo.close();
        arena.close();
        assertEquals(nativeBefore, NativeMemory.liveBytes());
    }

    /** A value and when it was used last. */
    private record Entry(long first, long second, long usedNs) {}

    /** The maps under test and what they should be. */
    private final class Run {
        private final Random random;
        private final boolean longs;
        private final long lifetimeNs;
        private final int keyCount;
        private final int subKeyCount;
        private KeyedMap maps;
        private Map<String, Map<String, Entry>> oracle = new LinkedHashMap<>();
        private long timeNs = 1000;

        Run(long seed) {
            random = new Random(seed);
            longs = seed % 2 == 0;
            lifetimeNs = seed % 3 == 0 ? 0 : 1 + random.nextInt(300);
            keyCount = 1 + random.nextInt(20);
            subKeyCount = 1 + random.nextInt(60);
            maps = newMaps(seed);
        }

        private KeyedMap newMaps(long seed) {
            return new KeyedMap(arena, undo, longs, VALUE_LENGTH, lifetimeNs, seed);
        }

        void select(String key) {
            if (longs) {
                maps.select(Long.parseLong(key));
            } else {
                UnsafeBuffer bytes = bytes(key);
                maps.select(bytes, 0, bytes.capacity());
            }
        }

        void step(int bias) {
            Map<String, Map<String, Entry>> before = new LinkedHashMap<>();
            boolean rollback = random.nextInt(15) == 0;
            if (rollback) {
                oracle.forEach((key, map) -> before.put(key, new LinkedHashMap<>(map)));
            }
            for (int n = random.nextInt(20); n >= 0; n--) {
                change(bias);
            }
            if (rollback) {
                undo.rollback();
                oracle = before;
            } else {
                undo.commit();
            }
            timeNs += random.nextInt(10);
            expire(random.nextInt(15) == 0);
            if (random.nextInt(3) > 0) {
                maps.maintain();
            }
        }

        private void change(int bias) {
            String key = "" + random.nextInt(keyCount);
            String subKey = subKey(random.nextInt(subKeyCount));
            UnsafeBuffer bytes = bytes(subKey);
            Map<String, Entry> map = oracle.getOrDefault(key, Map.of());
            select(key);
            assertEquals(map.size(), maps.size());
            int action = random.nextInt(100);
            if (action == 0) {
                maps.clear();
                oracle.remove(key);
            } else if (action == 1) {
                checkOrder(key, map);
            } else if (action < 50 - bias) {
                boolean was = map.containsKey(subKey);
                assertEquals(was, maps.remove(bytes, 0, bytes.capacity()));
                if (was) {
                    map.remove(subKey);
                    if (map.isEmpty()) {
                        oracle.remove(key);
                    }
                }
            } else {
                long usedNs = timeNs + random.nextInt(20) - 10;
                long value = maps.findOrAdd(bytes, 0, bytes.capacity(), usedNs);
                assertEquals(!map.containsKey(subKey), maps.lastAdded());
                assertEquals(value, maps.find(bytes, 0, bytes.capacity()));
                maps.forWrite(value);
                Entry old = map.getOrDefault(subKey, new Entry(0, 0, usedNs));
                assertEquals(old.first(), Memory.getLong(value));
                assertEquals(old.second(), Memory.getLong(value + 8));
                Entry entry =
                        new Entry(
                                old.first() + 1, random.nextLong(), Math.max(old.usedNs(), usedNs));
                Memory.putLong(value, entry.first());
                Memory.putLong(value + 8, entry.second());
                oracle.computeIfAbsent(key, k -> new LinkedHashMap<>()).put(subKey, entry);
            }
        }

        private void checkOrder(String key, Map<String, Entry> map) {
            List<String> subKeys = new ArrayList<>();
            List<Long> values = new ArrayList<>();
            for (int e = maps.firstEntry(); e >= 0; e = maps.nextEntry(e)) {
                byte[] subKey = new byte[maps.subKeyLength(e)];
                Memory.copyTo(maps.subKeyAddress(e), subKey, 0, subKey.length);
                subKeys.add(new String(subKey, StandardCharsets.UTF_8));
                values.add(Memory.getLong(maps.valueAddress(e) + 8));
            }
            assertEquals(new ArrayList<>(map.keySet()), subKeys, key);
            assertEquals(map.values().stream().map(Entry::second).toList(), values, key);
        }

        private void expire(boolean rollback) {
            int expired = 0;
            for (int e = maps.nextExpired(timeNs); e >= 0; e = maps.nextExpired(timeNs)) {
                maps.removeEntry(e);
                expired++;
            }
            if (rollback) {
                undo.rollback();
                expire(false);
                return;
            }
            undo.commit();
            int before = count();
            if (lifetimeNs > 0) {
                oracle.values()
                        .forEach(
                                map ->
                                        map.values()
                                                .removeIf(e -> e.usedNs() + lifetimeNs <= timeNs));
                oracle.values().removeIf(Map::isEmpty);
                assertFalse(maps.mayExpire(timeNs));
            }
            assertEquals(before - count(), expired);
            assertEquals(count(), maps.entryCount());
        }

        private int count() {
            return oracle.values().stream().mapToInt(Map::size).sum();
        }

        void check() {
            assertEquals(oracle.size(), maps.keys().size());
            oracle.forEach(
                    (key, map) -> {
                        select(key);
                        assertEquals(map.size(), maps.size());
                        checkOrder(key, map);
                    });
        }

        void saveAndRestore(long seed) {
            long hash = hash();
            write();
            byte[] written = storage.bytes("s");
            maps.close();
            assertEquals(0, arena.usedBytes());
            maps = newMaps(seed);
            read();
            assertEquals(hash, hash());
            write();
            assertArrayEquals(written, storage.bytes("s"));
        }

        private long hash() {
            long[] groups = new long[KeyGroups.COUNT];
            maps.hashInto(groups);
            return StateHash.combine(groups);
        }

        private void write() {
            try (SnapshotWriter writer = new SnapshotWriter(storage, "s")) {
                writer.beginSection("state", 1, 0, 1);
                maps.writeTo(writer);
                writer.endSection().seal();
            }
        }

        private void read() {
            try (SnapshotReader reader = new SnapshotReader(storage, "s")) {
                assertTrue(reader.nextSection());
                maps.readFrom(reader);
                assertFalse(reader.nextSection());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void shouldDoAsMapsOfLinkedMaps(long seed) {
        Run run = new Run(seed);
        try {
            for (int step = 0; step < STEPS; step++) {
                run.step(step / 100 % 2 == 0 ? 30 : 5);
                if (step % 50 == 0) {
                    run.check();
                }
                if (run.random.nextInt(200) == 0) {
                    run.saveAndRestore(seed + step);
                }
            }
            run.check();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed=" + seed + ": " + e.getMessage(), e);
        }
        run.oracle.keySet().stream().toList().forEach(key -> clear(run, key));
        undo.commit();
        run.maps.maintain();
        assertEquals(0, arena.usedBytes(), "seed=" + seed);
        run.maps.close();
    }

    private static void clear(Run run, String key) {
        run.select(key);
        run.maps.clear();
    }

    @Test
    void shouldKeepMapsOfDifferentKeysApartWhereKeysAndSubKeysTouch() {
        try (KeyedMap maps = new KeyedMap(arena, undo, false, 8, 0, 1)) {
            String[][] paths = {{"ab", "c"}, {"a", "bc"}, {"", "abc"}, {"abc", ""}};
            for (int i = 0; i < paths.length; i++) {
                maps.select(bytes(paths[i][0]), 0, paths[i][0].length());
                long value = maps.findOrAdd(bytes(paths[i][1]), 0, paths[i][1].length(), 0);
                assertTrue(maps.lastAdded());
                Memory.putLong(value, i);
            }
            for (int i = 0; i < paths.length; i++) {
                maps.select(bytes(paths[i][0]), 0, paths[i][0].length());
                long value = maps.find(bytes(paths[i][1]), 0, paths[i][1].length());
                assertEquals(i, Memory.getLong(value));
                assertEquals(1, maps.size());
            }
            undo.commit();
        }
    }

    @Test
    void shouldRefuseASubKeyThatDoesNotFitWithItsKey() {
        try (KeyedMap maps = new KeyedMap(arena, undo, false, 8, 0, 1)) {
            UnsafeBuffer bytes = new UnsafeBuffer(new byte[KeyTable.MAX_KEY_LENGTH + 1]);
            maps.select(bytes, 0, KeyTable.MAX_KEY_LENGTH);
            assertThrows(PenstockException.class, () -> maps.findOrAdd(1, 0));
            assertThrows(
                    PenstockException.class, () -> maps.findOrAdd(bytes, 0, bytes.capacity(), 0));
            undo.rollback();
            assertEquals(0, maps.size());
        }
    }

    /** Lengths around the inline limit, and the empty one. */
    private static String subKey(int number) {
        return switch (number % 4) {
            case 0 -> number == 0 ? "" : "s" + number;
            case 1 -> "s" + number + "x".repeat(12);
            case 2 -> "s" + number + "é".repeat(20);
            default -> "s" + number;
        };
    }

    private static UnsafeBuffer bytes(String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
    }
}
