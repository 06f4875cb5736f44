package io.penstock.engine.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spans per key against lists in linked maps, over steps that commit or roll back. */
final class SessionTableOracleTest {
    private static final int VALUE_LENGTH = 16;
    private static final int BLOCK_LENGTH = 100;
    private static final int KEYS = 12;

    private final long nativeBefore = NativeMemory.liveBytes();
    private final UndoLog undo = new UndoLog(64 << 20);
    private final Arena arena = new Arena("sessions", 256 << 20);

    /** A value: an address of a block of its own, and a number that stands in the block as well. */
    private final class Blocks implements ManagedValues {
        @Override
        public void free(long value, UndoLog log) {
            long block = Memory.getLong(value);
            if (log == null) {
                arena.free(block, BLOCK_LENGTH);
            } else {
                log.freeOnCommit(arena, block, BLOCK_LENGTH);
            }
        }

        @Override
        public long fold(long hash, long value) {
            return StateHash.fold(hash, Memory.getLong(Memory.getLong(value)));
        }

        @Override
        public void writeTo(long value, SnapshotWriter writer) {
            writer.putLong(Memory.getLong(value + Long.BYTES));
        }

        @Override
        public void readFrom(long value, SnapshotReader reader) {
            set(value, arena.allocate(BLOCK_LENGTH), reader.getLong());
        }
    }

    private static void set(long value, long block, long number) {
        Memory.putLong(value, block);
        Memory.putLong(value + Long.BYTES, number);
        Memory.putLong(block, number);
    }

    /** A span as the oracle knows it. */
    private record Span(
            String key,
            int group,
            long start,
            long end,
            long arrival,
            long tie,
            boolean isClosed,
            boolean isEmitted,
            int revision,
            long number) {
        Span with(long newStart, long newEnd, long newArrival, long newTie) {
            return new Span(
                    key,
                    group,
                    newStart,
                    newEnd,
                    newArrival,
                    newTie,
                    isClosed,
                    isEmitted,
                    revision,
                    number);
        }

        Span with(boolean closed) {
            return new Span(
                    key, group, start, end, arrival, tie, closed, isEmitted, revision, number);
        }

        Span with(int newRevision, boolean emitted, long newNumber) {
            return new Span(
                    key,
                    group,
                    start,
                    end,
                    arrival,
                    tie,
                    isClosed,
                    emitted,
                    newRevision,
                    newNumber);
        }
    }

    private static final Comparator<Span> ORDER =
            Comparator.comparingLong(Span::end)
                    .thenComparingLong(Span::start)
                    .thenComparingInt(Span::group)
                    .thenComparingLong(Span::arrival)
                    .thenComparingLong(Span::tie);

    @AfterEach
    void shouldLeaveNothing() {
        undo.close();
        arena.close();
        assertEquals(nativeBefore, NativeMemory.liveBytes());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shouldDoAsListsWhenKeysAreLongs(long seed) {
        run(seed, true);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void shouldDoAsListsWhenKeysAreBytes(long seed) {
        run(seed, false);
    }

    private boolean longs;
    private SessionTable table;
    private Map<String, List<Span>> oracle = new LinkedHashMap<>();
    private long arrivals;

    private void run(long seed, boolean hasLongKeys) {
        longs = hasLongKeys;
        Random random = new Random(seed);
        table = newTable(seed);
        for (int step = 0; step < 4_000; step++) {
            String where = "seed=" + seed + " step=" + step;
            if (random.nextInt(8) == 0) {
                Map<String, List<Span>> before = copy();
                long[] hash = hash(table);
                for (int n = random.nextInt(12); n >= 0; n--) {
                    change(random);
                }
                undo.rollback();
                oracle = before;
                assertArrayEquals(hash, hash(table), where);
            } else {
                for (int n = random.nextInt(4); n >= 0; n--) {
                    change(random);
                }
                undo.commit();
            }
            table.maintain();
            assertQueues(where, random);
            if (step % 50 == 0) {
                assertSame(where);
            }
            if (random.nextInt(200) == 0) {
                restore(seed + step);
            }
        }
        drain();
    }

    private SessionTable newTable(long seed) {
        return new SessionTable(arena, undo, longs, VALUE_LENGTH, seed, new Blocks());
    }

    private void change(Random random) {
        int number = random.nextInt(KEYS);
        String key = String.valueOf(number);
        List<Span> spans = oracle.get(key);
        int at = spans == null ? -1 : random.nextInt(spans.size());
        int what = random.nextInt(100);
        if (spans == null || (what < 15 && spans.size() < 6)) {
            insert(random, number, key);
            return;
        }
        long session = at(number, at);
        Span span = spans.get(at);
        if (what < 35) {
            long start = span.start() - (random.nextBoolean() ? 0 : random.nextInt(4));
            long end = span.end() + random.nextInt(6);
            int other = random.nextInt(4) == 0 ? random.nextInt(spans.size()) : at;
            Span first = spans.get(other);
            table.extend(session, start, end, at(number, other));
            spans.set(at, span.with(start, end, first.arrival(), first.tie()));
        } else if (what < 55) {
            spans.set(at, span.with(!span.isClosed()));
            if (span.isClosed()) {
                table.reopen(session);
            } else {
                table.close(session);
            }
        } else if (what < 75) {
            long value = table.forWrite(session);
            Span changed = span.with(random.nextInt(9), random.nextBoolean(), random.nextLong());
            spans.set(at, changed);
            undo.save(Memory.getLong(value), Long.BYTES);
            set(value, Memory.getLong(value), changed.number());
            table.setEmitted(session, changed.revision(), changed.isEmitted());
        } else if (what < 85 && at + 1 < spans.size()) {
            spans.remove(at + 1);
            table.removeNext(session);
        } else {
            spans.remove(at);
            table.remove(session);
            if (spans.isEmpty()) {
                oracle.remove(key);
            }
        }
    }

    private void insert(Random random, int number, String key) {
        List<Span> spans = oracle.computeIfAbsent(key, k -> new ArrayList<>());
        int behind = spans.isEmpty() ? -1 : random.nextInt(spans.size() + 1) - 1;
        long list = list(number, true);
        long previous = behind < 0 ? 0 : at(number, behind);
        long start = random.nextInt(30);
        long end = start + random.nextInt(10);
        long arrival = ++arrivals / 3; // several come with one record
        long session = table.insert(list, previous, start, end, arrival, arrivals);
        set(table.value(session), undo.allocate(arena, BLOCK_LENGTH), arrivals);
        int group = table.keyGroup(session);
        spans.add(
                behind + 1,
                new Span(key, group, start, end, arrival, arrivals, false, false, 0, arrivals));
    }

    private long list(int number, boolean adds) {
        KeyTable keys = table.keys();
        if (longs) {
            return adds ? keys.findOrAdd(number) : keys.find(number);
        }
        byte[] key = key(number);
        UnsafeBuffer buffer = new UnsafeBuffer(key);
        return adds ? keys.findOrAdd(buffer, 0, key.length) : keys.find(buffer, 0, key.length);
    }

    private static byte[] key(int number) {
        byte[] key = new byte[number == 0 ? 0 : number * 7];
        java.util.Arrays.fill(key, (byte) number);
        return key;
    }

    private long at(int number, int index) {
        long session = table.first(list(number, false));
        for (int i = 0; i < index; i++) {
            session = table.next(session);
        }
        return session;
    }

    private Map<String, List<Span>> copy() {
        Map<String, List<Span>> copied = new LinkedHashMap<>();
        oracle.forEach((key, spans) -> copied.put(key, new ArrayList<>(spans)));
        return copied;
    }

    private static long[] hash(SessionTable hashed) {
        long[] groups = new long[KeyGroups.COUNT];
        hashed.hashInto(groups);
        return groups;
    }

    private void assertQueues(String where, Random random) {
        long to = random.nextInt(60) - 5L;
        assertFirst(where, table.firstOpen(to), false, to);
        assertFirst(where, table.firstClosed(to), true, to);
        int all = oracle.values().stream().mapToInt(List::size).sum();
        assertEquals(all, table.size(), where);
    }

    private void assertFirst(String where, long session, boolean isClosed, long to) {
        Span first =
                oracle.values().stream()
                        .flatMap(List::stream)
                        .filter(s -> s.isClosed() == isClosed && s.end() <= to)
                        .min(ORDER)
                        .orElse(null);
        if (first == null) {
            assertEquals(0, session, where);
            return;
        }
        assertNotEquals(0, session, where);

        assertEquals(first.end(), table.endNs(session), where);
        assertEquals(first.start(), table.startNs(session), where);
        assertEquals(first.group(), table.keyGroup(session), where);
        assertEquals(first.arrival(), table.firstArrival(session), where);
        if (first.tie() == first.number()) {
            assertEquals(first.number(), Memory.getLong(table.value(session) + 8), where);
        }
    }

    private void assertSame(String where) {
        for (int number = 0; number < KEYS; number++) {
            List<Span> spans = oracle.getOrDefault(String.valueOf(number), List.of());
            long list = list(number, false);
            assertEquals(spans.isEmpty(), list == 0, where);
            long session = list == 0 ? 0 : table.first(list);
            for (Span span : spans) {
                String what = where + " " + span;
                assertEquals(span.start(), table.startNs(session), what);
                assertEquals(span.end(), table.endNs(session), what);
                assertEquals(span.arrival(), table.firstArrival(session), what);
                assertEquals(span.isClosed(), table.isClosed(session), what);
                assertEquals(span.isEmitted(), table.isEmitted(session), what);
                assertEquals(span.revision(), table.revision(session), what);
                assertEquals(span.number(), Memory.getLong(table.value(session) + 8), what);
                assertEquals(span.number(), Memory.getLong(Memory.getLong(table.value(session))));
                assertKey(number, session);
                session = table.next(session);
            }
            assertEquals(0, session, where);
        }
    }

    private void assertKey(int number, long session) {
        if (longs) {
            assertEquals(number, table.longKey(session));
            return;
        }
        byte[] key = new byte[table.keyLength(session)];
        Memory.copyTo(table.keyAddress(session), key, 0, key.length);
        assertArrayEquals(key(number), key);
    }

    private void restore(long seed) {
        MemorySnapshotStorage storage = new MemorySnapshotStorage();
        try (SnapshotWriter writer = new SnapshotWriter(storage, "sessions")) {
            writer.beginSection("sessions", 1, 0, 1);
            table.writeTo(writer);
            writer.endSection();
            writer.seal();
        }
        long[] hash = hash(table);
        table.close();
        assertEquals(0, arena.usedBytes());
        table = newTable(seed);
        try (SnapshotReader reader = new SnapshotReader(storage, "sessions")) {
            assertTrue(reader.skipToNextSection());
            table.readFrom(reader);
        }
        assertArrayEquals(hash, hash(table));
    }

    private void drain() {
        for (long session = table.firstOpen(Long.MAX_VALUE);
                session != 0;
                session = table.firstOpen(Long.MAX_VALUE)) {
            table.close(session);
            undo.commit();
        }
        List<Span> rest = oracle.values().stream().flatMap(List::stream).sorted(ORDER).toList();
        for (Span span : rest) {
            long session = table.firstClosed(Long.MAX_VALUE);
            assertEquals(span.end(), table.endNs(session));
            assertEquals(span.start(), table.startNs(session));
            table.remove(session);
            undo.commit();
            table.maintain();
        }
        assertEquals(0, table.size());
        assertArrayEquals(new long[KeyGroups.COUNT], hash(table));
        table.close();
        assertEquals(0, arena.usedBytes());
    }
}
