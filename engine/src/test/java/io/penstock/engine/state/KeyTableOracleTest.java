package io.penstock.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.memory.UndoLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables against linked hash maps, over steps that commit or roll back. */
final class KeyTableOracleTest {
    private static final int VALUE_LENGTH = 24;

    private final long nativeBefore = NativeMemory.liveBytes();
    private final UndoLog undo = new UndoLog(64 << 20);
    private final Arena arena = new Arena("table", 256 << 20);

    @AfterEach
    void shouldLeaveNothing() {
        undo.close();
        arena.close();
        assertEquals(nativeBefore, NativeMemory.liveBytes());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldDoAsLinkedMapWhenKeysAreLongs(long seed) {
        run(seed, true);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
    void shouldDoAsLinkedMapWhenKeysAreBytes(long seed) {
        run(seed, false);
    }

    private void run(long seed, boolean longs) {
        Random random = new Random(seed);
        int keys = 10 << random.nextInt(10);
        int removals = random.nextInt(60);
        KeyTable table =
                longs
                        ? KeyTable.ofLongs(arena, undo, VALUE_LENGTH, seed)
                        : KeyTable.ofBytes(arena, undo, VALUE_LENGTH, seed);
        Map<String, long[]> oracle = new LinkedHashMap<>();
        for (int step = 0; step < 3000; step++) {
            Map<String, long[]> before = null;
            boolean rollback = random.nextInt(50) == 0;
            if (rollback) {
                before = copy(oracle);
            }
            for (int n = random.nextInt(rollback ? 40 : 8); n >= 0; n--) {
                change(table, oracle, random, keys, removals);
            }
            if (rollback) {
                undo.rollback();
                oracle = before;
            } else {
                undo.commit();
            }
            if (random.nextInt(3) > 0) {
                table.maintain();
            }
            if (step % 100 == 0 || rollback) {
                assertSame("seed=" + seed + " step=" + step, table, oracle);
            }
        }
        assertSame("seed=" + seed, table, oracle);
        assertHashOfContentAlone(seed, table, oracle);
        table.close();
        assertEquals(0, arena.usedBytes(), "seed=" + seed);
    }

    private static Map<String, long[]> copy(Map<String, long[]> map) {
        Map<String, long[]> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(key, value.clone()));
        return copy;
    }

    private static void change(
            KeyTable table, Map<String, long[]> oracle, Random random, int keys, int removals) {
        String key = key(random.nextInt(keys));
        int action = random.nextInt(100);
        if (action < removals) {
            assertEquals(oracle.remove(key) != null, remove(table, key));
        } else if (action < removals + 5 && !oracle.isEmpty()) {
            String oldest = oracle.keySet().iterator().next();
            assertEquals(oldest, keyOf(table, table.firstEntry()));
            oracle.remove(oldest);
            table.removeEntry(table.firstEntry());
        } else if (action == 99 && random.nextInt(40) == 0) {
            table.clear();
            oracle.clear();
        } else {
            boolean isLast = random.nextInt(4) == 0;
            long value = isLast ? findOrAddLast(table, key) : findOrAdd(table, key);
            if (isLast && oracle.containsKey(key)) {
                oracle.put(key, oracle.remove(key));
            }
            if (random.nextInt(8) == 0) {
                String oldest = oracle.isEmpty() ? key : oracle.keySet().iterator().next();
                assertEquals(oldest, keyOf(table, table.firstEntry()));
            }
            assertEquals(!oracle.containsKey(key), table.lastAdded());
            table.forWrite(value);
            int word = random.nextInt(3);
            long content = random.nextLong();
            Memory.putLong(value + word * 8L, content);
            oracle.computeIfAbsent(key, k -> new long[3])[word] = content;
            assertEquals(value, find(table, key));
        }
    }

    private void assertHashOfContentAlone(long seed, KeyTable table, Map<String, long[]> oracle) {
        try (KeyTable fresh =
                table.hasLongKeys()
                        ? KeyTable.ofLongs(arena, undo, VALUE_LENGTH, seed + 1)
                        : KeyTable.ofBytes(arena, undo, VALUE_LENGTH, seed + 1)) {
            oracle.forEach(
                    (key, words) -> {
                        long value = findOrAdd(fresh, key);
                        for (int i = 0; i < 3; i++) {
                            Memory.putLong(value + i * 8L, words[i]);
                        }
                    });
            undo.commit();
            assertEquals(hash(table), hash(fresh), "seed=" + seed);
            long value = findOrAdd(fresh, "k1");
            Memory.putLong(value, Memory.getLong(value) + 1);
            undo.commit();
            assertNotEquals(hash(table), hash(fresh), "seed=" + seed);
        }
    }

    static long hash(KeyTable table) {
        long[] groups = new long[KeyGroups.COUNT];
        table.hashInto(groups);
        return StateHash.combine(groups);
    }

    private static void assertSame(String where, KeyTable table, Map<String, long[]> oracle) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < table.entryCount(); i++) {
            if (table.isLive(i)) {
                String key = keyOf(table, i);
                keys.add(key);
                long[] words = oracle.get(key);
                assertTrue(words != null, where + " key=" + key);
                for (int w = 0; w < 3; w++) {
                    assertEquals(words[w], Memory.getLong(table.valueAddress(i) + w * 8L), where);
                }
                assertEquals(table.valueAddress(i), find(table, key), where);
            }
        }
        assertEquals(new ArrayList<>(oracle.keySet()), keys, where);
        assertEquals(oracle.size(), table.size(), where);
        assertFalse(
                table.entryCount() > 400 + 4 * Math.max(1, table.size()) + 4096,
                where + " holes=" + (table.entryCount() - table.size()));
    }

    /** Lengths around the inline limit, the empty key, and a few long ones. */
    private static String key(int number) {
        String text = "k" + number;
        return switch (number % 5) {
            case 0 -> number == 0 ? "" : text;
            case 2 -> text + "x".repeat(24 - text.length());
            case 3 -> text + "y".repeat(25 - text.length());
            case 4 -> text + "z".repeat(number % 1000);
            default -> text;
        };
    }

    private static long longOf(String key) {
        return key.isEmpty() ? Long.MIN_VALUE : Long.parseLong(key.replaceAll("[^0-9]", ""));
    }

    private static UnsafeBuffer bytes(String key) {
        return new UnsafeBuffer(key.getBytes(StandardCharsets.UTF_8));
    }

    private static long find(KeyTable table, String key) {
        return table.hasLongKeys()
                ? table.find(longOf(key))
                : table.find(bytes(key), 0, bytes(key).capacity());
    }

    private static long findOrAdd(KeyTable table, String key) {
        return table.hasLongKeys()
                ? table.findOrAdd(longOf(key))
                : table.findOrAdd(bytes(key), 0, bytes(key).capacity());
    }

    private static long findOrAddLast(KeyTable table, String key) {
        return table.hasLongKeys()
                ? table.findOrAddLast(longOf(key))
                : table.findOrAddLast(bytes(key), 0, bytes(key).capacity());
    }

    private static boolean remove(KeyTable table, String key) {
        return table.hasLongKeys()
                ? table.remove(longOf(key))
                : table.remove(bytes(key), 0, bytes(key).capacity());
    }

    private static String keyOf(KeyTable table, int entry) {
        if (table.hasLongKeys()) {
            long key = table.longKey(entry);
            return key == Long.MIN_VALUE ? "" : key((int) key);
        }
        byte[] bytes = new byte[table.keyLength(entry)];
        Memory.copyTo(table.keyAddress(entry), bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
