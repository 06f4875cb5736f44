package io.penstock.engine.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queues per key, timers and waiting events against plain collections. */
final class QueuesOracleTest {
    private static final int STEPS = 3000;

    private final long nativeBefore = NativeMemory.liveBytes();
    private final UndoLog undo = new UndoLog(64 << 20);
    private final Arena arena = new Arena("queues", 256 << 20);
    private final MemorySnapshotStorage storage = new MemorySnapshotStorage();

    @AfterEach
    void shouldLeaveNothing() {
        undo.close();
        arena.close();
        assertEquals(nativeBefore, NativeMemory.liveBytes());
    }

    private static final class Queue {
        private final long[] bounds = new long[2];
        private final long[] head = new long[1];
        private final List<long[]> elements = new ArrayList<>();

        Queue copy() {
            Queue copy = new Queue();
            System.arraycopy(bounds, 0, copy.bounds, 0, 2);
            copy.head[0] = head[0];
            copy.elements.addAll(elements);
            return copy;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shouldDoAsListsWhenElementsAreQueuedPerKey(long seed) {
        Random random = new Random(seed);
        int keys = 1 + random.nextInt(200);
        KeyedDeque deques = KeyedDeque.ofLongs(arena, undo, 8, 16, seed);
        Map<Long, Queue> oracle = new LinkedHashMap<>();
        for (int step = 0; step < STEPS; step++) {
            Map<Long, Queue> before = new LinkedHashMap<>();
            boolean rollback = random.nextInt(20) == 0;
            if (rollback) {
                oracle.forEach((key, queue) -> before.put(key, queue.copy()));
            }
            int bias = random.nextInt(10);
            for (int n = random.nextInt(30); n >= 0; n--) {
                changeQueue(deques, oracle, random, keys, bias);
            }
            if (rollback) {
                undo.rollback();
                oracle = before;
            } else {
                undo.commit();
            }
            deques.maintain();
            if (rollback || step % 100 == 0) {
                assertQueues("seed=" + seed + " step=" + step, deques, oracle);
            }
            if (random.nextInt(500) == 0) {
                long hash = hash(deques);
                write(deques::writeTo);
                deques.close();
                assertEquals(0, arena.usedBytes());
                deques = KeyedDeque.ofLongs(arena, undo, 8, 16, seed + step);
                read(deques::readFrom);
                assertEquals(hash, hash(deques), "seed=" + seed + " step=" + step);
            }
        }
        assertQueues("seed=" + seed, deques, oracle);
        deques.close();
        assertEquals(0, arena.usedBytes(), "seed=" + seed);
    }

    private static void changeQueue(
            KeyedDeque deques, Map<Long, Queue> oracle, Random random, int keys, int bias) {
        long key = random.nextInt(keys);
        Queue queue = oracle.get(key);
        if (random.nextInt(200) == 0) {
            assertEquals(oracle.remove(key) != null, deques.remove(key));
        } else if (random.nextInt(10) < bias) {
            long deque = deques.findOrAdd(key);
            assertEquals(queue == null, deques.lastAdded());
            Queue target = oracle.computeIfAbsent(key, k -> new Queue());
            long[] words = {random.nextLong(), random.nextLong()};
            long element = deques.append(deque);
            assertEquals(0, Memory.getLong(element) | Memory.getLong(element + 8));
            Memory.putLong(element, words[0]);
            Memory.putLong(element + 8, words[1]);
            target.elements.add(words);
            target.bounds[1]++;
            target.head[0] += words[0];
            long head = deques.headForWrite(deque);
            Memory.putLong(head, Memory.getLong(head) + words[0]);
        } else if (queue != null && !queue.elements.isEmpty()) {
            deques.removeFirst(deques.find(key));
            queue.elements.remove(0);
            queue.bounds[0]++;
        }
    }

    private static void assertQueues(String where, KeyedDeque deques, Map<Long, Queue> oracle) {
        assertEquals(oracle.size(), deques.keys().size(), where);
        oracle.forEach(
                (key, queue) -> {
                    long deque = deques.find(key);
                    assertEquals(queue.bounds[0], deques.firstIndex(deque), where);
                    assertEquals(queue.bounds[1], deques.endIndex(deque), where);
                    assertEquals(queue.head[0], Memory.getLong(deques.head(deque)), where);
                    for (int i = 0; i < queue.elements.size(); i++) {
                        long at = deques.address(deque, queue.bounds[0] + i);
                        long[] words = {Memory.getLong(at), Memory.getLong(at + 8)};
                        assertArrayEquals(queue.elements.get(i), words, where);
                    }
                });
    }

    private record Timer(long timeNs, String key, long id) {
        static final Comparator<Timer> LONG_ORDER =
                Comparator.comparingLong(Timer::timeNs)
                        .thenComparingLong(timer -> Long.parseLong(timer.key()))
                        .thenComparingLong(Timer::id);
        static final Comparator<Timer> BYTES_ORDER =
                Comparator.comparingLong(Timer::timeNs)
                        .thenComparing(
                                (a, b) -> Arrays.compareUnsigned(bytes(a.key()), bytes(b.key())))
                        .thenComparingLong(Timer::id);
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28})
    void shouldDoAsSortedListWhenTimersAreScheduled(long seed) {
        Random random = new Random(seed);
        boolean longs = seed % 2 == 0;
        TimerQueue timers = newTimers(longs, seed);
        Map<String, Timer> oracle = new TreeMap<>();
        for (int step = 0; step < STEPS; step++) {
            Map<String, Timer> before = new TreeMap<>(oracle);
            boolean rollback = random.nextInt(20) == 0;
            for (int n = random.nextInt(10); n >= 0; n--) {
                changeTimers(timers, oracle, random, longs);
            }
            if (random.nextInt(4) == 0) {
                poll(timers, oracle, random.nextInt(1000), longs);
            }
            if (rollback) {
                undo.rollback();
                oracle = before;
            } else {
                undo.commit();
            }
            timers.maintain();
            assertEquals(oracle.size(), timers.size(), "seed=" + seed);
            if (random.nextInt(200) == 0) {
                long hash = hash(timers);
                write(timers::writeTo);
                byte[] written = storage.bytes("s");
                timers.close();
                assertEquals(0, arena.usedBytes());
                timers = newTimers(longs, seed + step);
                read(timers::readFrom);
                assertEquals(hash, hash(timers), "seed=" + seed + " step=" + step);
                write(timers::writeTo);
                assertArrayEquals(written, storage.bytes("s"), "seed=" + seed);
            }
        }
        poll(timers, oracle, Long.MAX_VALUE, longs);
        undo.commit();
        assertEquals(TimerQueue.NULL_TIME, timers.nextTimeNs());
        assertTrue(oracle.isEmpty());
        timers.close();
        assertEquals(0, arena.usedBytes(), "seed=" + seed);
    }

    private TimerQueue newTimers(boolean longs, long seed) {
        return longs
                ? TimerQueue.ofLongs(arena, undo, seed)
                : TimerQueue.ofBytes(arena, undo, seed);
    }

    private static void changeTimers(
            TimerQueue timers, Map<String, Timer> oracle, Random random, boolean longs) {
        long number = random.nextInt(60) - 30L;
        String key = longs ? "" + number : "é".repeat((int) Math.abs(number)) + number;
        long id = random.nextInt(5) - 2L;
        UnsafeBuffer bytes = new UnsafeBuffer(bytes(key));
        if (random.nextInt(4) == 0) {
            boolean expected = oracle.remove(key + "/" + id) != null;
            boolean actual =
                    longs
                            ? timers.cancel(number, id)
                            : timers.cancel(bytes, 0, bytes.capacity(), id);
            assertEquals(expected, actual);
        } else {
            long timeNs = random.nextInt(1000) - 100L;
            if (longs) {
                timers.schedule(timeNs, number, id);
            } else {
                timers.schedule(timeNs, bytes, 0, bytes.capacity(), id);
            }
            oracle.put(key + "/" + id, new Timer(timeNs, key, id));
        }
    }

    private static void poll(
            TimerQueue timers, Map<String, Timer> oracle, long watermark, boolean longs) {
        List<Timer> due = new ArrayList<>();
        for (Timer timer : oracle.values()) {
            if (timer.timeNs() <= watermark) {
                due.add(timer);
            }
        }
        due.sort(longs ? Timer.LONG_ORDER : Timer.BYTES_ORDER);
        List<Timer> polled = new ArrayList<>();
        while (timers.pollDue(watermark)) {
            String key;
            if (longs) {
                key = "" + timers.polledLongKey();
            } else {
                byte[] bytes = new byte[timers.polledKeyLength()];
                Memory.copyTo(timers.polledKeyAddress(), bytes, 0, bytes.length);
                key = new String(bytes, StandardCharsets.UTF_8);
            }
            polled.add(new Timer(timers.polledTimeNs(), key, timers.polledId()));
        }
        assertEquals(due, polled);
        due.forEach(timer -> oracle.remove(timer.key() + "/" + timer.id()));
    }

    private record Event(long timeNs, long arrival, String content) {}

    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43, 44})
    void shouldDoAsSortedListWhenEventsWait(long seed) {
        Random random = new Random(seed);
        EventHeap events = new EventHeap(arena, undo, 16, 500, 1 << 20);
        List<Event> oracle = new ArrayList<>();
        long arrival = 0;
        for (int step = 0; step < STEPS; step++) {
            List<Event> before = new ArrayList<>(oracle);
            for (int n = random.nextInt(5); n > 0; n--) {
                Event event =
                        new Event(
                                step + random.nextInt(50),
                                arrival++,
                                "e".repeat(random.nextInt(450)) + arrival);
                byte[] bytes = bytes(event.content());
                long metadata =
                        events.add(
                                event.timeNs(),
                                event.arrival(),
                                new UnsafeBuffer(bytes),
                                0,
                                bytes.length);
                Memory.putLong(metadata + 8, event.arrival() * 3);
                oracle.add(event);
            }
            oracle.sort(Comparator.comparingLong(Event::timeNs).thenComparing(Event::arrival));
            while (events.isDue(step)) {
                assertEquals(oracle.remove(0), headOf(events));
                events.removeHead();
            }
            assertFalse(!oracle.isEmpty() && oracle.get(0).timeNs() <= step);
            if (random.nextInt(20) == 0) {
                undo.rollback();
                oracle = before;
            } else {
                undo.commit();
            }
            events.maintain();
            assertEquals(oracle.size(), events.size(), "seed=" + seed);
            if (random.nextInt(200) == 0) {
                long hash = events.foldInto(7);
                long used = events.usedBytes();
                write(events::writeTo);
                events.close();
                assertEquals(0, arena.usedBytes());
                read(events::readFrom);
                assertEquals(hash, events.foldInto(7), "seed=" + seed);
                assertEquals(used, events.usedBytes(), "seed=" + seed);
            }
        }
        events.close();
        assertEquals(0, arena.usedBytes());
    }

    private static Event headOf(EventHeap events) {
        byte[] bytes = new byte[events.headLength()];
        Memory.copyTo(events.headAddress(), bytes, 0, bytes.length);
        assertEquals(events.headArrival() * 3, Memory.getLong(events.headMetadataAddress() + 8));
        return new Event(
                events.peekTimeNs(),
                events.headArrival(),
                new String(bytes, StandardCharsets.UTF_8));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static long hash(KeyedDeque deques) {
        long[] groups = new long[KeyGroups.COUNT];
        deques.hashInto(groups);
        return StateHash.combine(groups);
    }

    private static long hash(TimerQueue timers) {
        long[] groups = new long[KeyGroups.COUNT];
        timers.hashInto(groups);
        return StateHash.combine(groups);
    }

    private interface Writing {
        void writeTo(SnapshotWriter writer);
    }

    private interface Reading {
        void readFrom(SnapshotReader reader);
    }

    private void write(Writing writing) {
        try (SnapshotWriter writer = new SnapshotWriter(storage, "s")) {
            writer.beginSection("state", 1, 0, 1);
            writing.writeTo(writer);
            writer.endSection().seal();
        }
    }

    private void read(Reading reading) {
        try (SnapshotReader reader = new SnapshotReader(storage, "s")) {
            assertTrue(reader.nextSection());
            reading.readFrom(reader);
            assertFalse(reader.nextSection());
        }
    }
}
