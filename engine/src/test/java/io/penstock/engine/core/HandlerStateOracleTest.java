package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.AggregateState;
import io.penstock.engine.operator.DequeState;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Expiry;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ListState;
import io.penstock.engine.operator.MapState;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.operator.StateLimit;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.operator.WhenFull;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.KeyedStream;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Every form of state, with lifetimes, timers and a limit on the keys, against plain collections,
 * with snapshots, ticks and failing steps in between.
 */
final class HandlerStateOracleTest {
    private static final int OPERATIONS = 14;
    private static final int BAD = 13;
    private static final int SUB_KEYS = 5;
    private static final long TIMER_DELAY = 13;

    /** Lifetimes of the states in the order declared; 0 for none. */
    private record Lifetimes(long value, long map, long list, long deque, long aggregate) {
        static Lifetimes random(Random random, boolean all) {
            return new Lifetimes(
                    lifetime(random, all),
                    lifetime(random, all),
                    lifetime(random, all),
                    lifetime(random, all),
                    lifetime(random, all));
        }

        private static long lifetime(Random random, boolean always) {
            return !always && random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(40);
        }
    }

    /** Does what an event's number says, and tells all that the key has where it is even. */
    private static final class Everything implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private final Lifetimes lifetimes;
        private ValueState value;
        private MapState map;
        private ListState list;
        private DequeState deque;
        private AggregateState aggregate;

        Everything(Lifetimes lifetimes) {
            this.lifetimes = lifetimes;
        }

        @Override
        public void open(HandlerSetup setup) {
            value = setup.value("v", 8, new Expiry(lifetimes.value(), true));
            map = setup.map("m", 8, new Expiry(lifetimes.map(), false));
            list = setup.list("l", 8, new Expiry(lifetimes.list(), false));
            deque = setup.deque("d", 8, 8, new Expiry(lifetimes.deque(), false));
            aggregate = setup.aggregate("a", new Expiry(lifetimes.aggregate(), false));
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            long number = event.message().value().mantissa();
            change(number, event.eventTimeNs(), context);
            if (number % 2 == 0) {
                tell(context, event.eventTimeNs());
            }
        }

        private void change(long number, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            long subKey = number / OPERATIONS % SUB_KEYS;
            switch ((int) (number % OPERATIONS)) {
                case 0, 1 -> value.update().putLong(0, number);
                case 2 -> value.remove();
                case 3, 4 -> map.update(subKey).putLong(0, number);
                case 5 -> map.remove(subKey);
                case 6 -> removeOdd();
                case 7 -> list.append().putLong(0, number);
                case 8 -> list.clear();
                case 9 -> {
                    deque.append().putLong(0, number);
                    UnsafeBuffer head = deque.updateHead();
                    head.putLong(0, head.getLong(0) + number);
                    if (deque.endIndex() - deque.firstIndex() > 3) {
                        deque.removeFirst();
                    }
                }
                case 10 -> aggregate.add(number - 500);
                case 11 -> context.schedule(number % 2, timeNs + TIMER_DELAY);
                case 12 -> {
                    if (subKey == 0) {
                        map.clear();
                        deque.remove();
                        aggregate.clear();
                        context.cancel(0);
                    }
                }
                default -> {
                    for (int i = 0; i < BAD; i++) {
                        change(number - BAD + i, timeNs, context);
                    }
                    throw new IllegalStateException("planted");
                }
            }
        }

        private void removeOdd() {
            for (boolean found = map.first(); found; found = map.next()) {
                if (map.longSubKey() % 2 == 1) {
                    map.removeThis();
                }
            }
        }

        @Override
        public void onTimer(long id, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            if (timeNs % 2 == 0) {
                list.append().putLong(0, id);
            }
            tell(context, timeNs);
        }

        private void tell(HandlerContext<KeyedValueEncoder> context, long timeNs) {
            long digest = 17;
            UnsafeBuffer block = value.read();
            digest = fold(digest, block == null ? -1 : block.getLong(0));
            digest = fold(digest, map.size());
            for (boolean found = map.first(); found; found = map.next()) {
                digest = fold(fold(digest, map.longSubKey()), map.block().getLong(0));
            }
            for (int i = 0; i < list.size(); i++) {
                digest = fold(digest, list.get(i).getLong(0));
            }
            digest = fold(digest, deque.firstIndex());
            for (long i = deque.firstIndex(); i < deque.endIndex(); i++) {
                digest = fold(digest, deque.get(i).getLong(0));
            }
            digest = fold(digest, aggregate.count());
            if (aggregate.count() > 0) {
                digest = fold(fold(digest, aggregate.sum()), aggregate.floorAverage());
                digest = fold(fold(digest, aggregate.min()), aggregate.max());
            }
            KeyedValueEncoder result = context.begin();
            result.eventTimeNs(timeNs).value().mantissa(digest).scale((short) 0);
            result.putKey(new byte[0], 0, 0);
            context.emit();
        }
    }

    private static long fold(long hash, long word) {
        return hash * 31 + word;
    }

    /** What one key has. */
    private static final class Kept {
        private Long value;
        private long valueUsed;
        private final Map<Long, long[]> map = new LinkedHashMap<>();
        private List<Long> list = new ArrayList<>();
        private long listUsed;
        private long dequeEnd;
        private List<Long> deque;
        private long dequeUsed;
        private List<Long> aggregate = new ArrayList<>();
        private long aggregateUsed;

        boolean isEmpty() {
            return value == null
                    && map.isEmpty()
                    && list.isEmpty()
                    && deque == null
                    && aggregate.isEmpty();
        }
    }

    /** The stage as it should be. */
    private static final class Model {
        private final Lifetimes lifetimes;
        private final StateLimit limit;
        private final long disorderNs;
        private final Map<Long, Kept> kept = new TreeMap<>();
        private final Map<Long, Map<Long, Long>> timers = new TreeMap<>();
        private final Set<Long> order = new LinkedHashSet<>();
        private final List<Long> digests = new ArrayList<>();
        private long watermark = Long.MIN_VALUE;
        private long expired;
        private long evicted;
        private long rejected;
        private boolean written;

        Model(Lifetimes lifetimes, StateLimit limit, long disorderNs) {
            this.lifetimes = lifetimes;
            this.limit = limit;
            this.disorderNs = disorderNs;
        }

        void event(long key, long timeNs, long number) {
            if (limit != null
                    && limit.whenFull() == WhenFull.REJECT_EVENT
                    && order.size() >= limit.keys()
                    && !order.contains(key)) {
                rejected++;
            } else {
                change(key, timeNs, number);
                if (number % 2 == 0) {
                    tell(key, Math.max(timeNs, watermark));
                }
                settle(key);
            }
            sweep(Math.max(watermark, timeNs - disorderNs));
        }

        void sweep(long target) {
            while (true) {
                long first = Long.MAX_VALUE;
                long key = 0;
                long id = 0;
                for (Map.Entry<Long, Map<Long, Long>> all : timers.entrySet()) {
                    for (Map.Entry<Long, Long> timer : all.getValue().entrySet()) {
                        if (timer.getValue() < first) {
                            first = timer.getValue();
                            key = all.getKey();
                            id = timer.getKey();
                        }
                    }
                }
                if (first > target || first == Long.MAX_VALUE) {
                    break;
                }
                expire(first);
                timers.get(key).remove(id);
                if (first % 2 == 0) {
                    Kept k = of(key);
                    k.list.add(id);
                    k.listUsed = used(k.list.size() == 1, k.listUsed, Math.max(first, watermark));
                    written = true;
                }
                tell(key, Math.max(first, watermark));
                settle(key);
            }
            expire(target);
            watermark = target;
        }

        private Kept of(long key) {
            return kept.computeIfAbsent(key, k -> new Kept());
        }

        private static long used(boolean isNew, long before, long now) {
            return isNew ? now : Math.max(before, now);
        }

        private void change(long key, long eventTimeNs, long number) {
            Kept k = of(key);
            long now = Math.max(eventTimeNs, watermark);
            long subKey = number / OPERATIONS % SUB_KEYS;
            switch ((int) (number % OPERATIONS)) {
                case 0, 1 -> {
                    k.valueUsed = used(k.value == null, k.valueUsed, now);
                    k.value = number;
                    written = true;
                }
                case 2 -> {
                    written |= k.value != null;
                    k.value = null;
                }
                case 3, 4 -> {
                    long[] old = k.map.get(subKey);
                    long at = used(old == null, old == null ? 0 : old[1], now);
                    k.map.put(subKey, new long[] {number, at});
                    written = true;
                }
                case 5 -> written |= k.map.remove(subKey) != null;
                case 6 -> written |= k.map.keySet().removeIf(s -> s % 2 == 1);
                case 7 -> {
                    k.listUsed = used(k.list.isEmpty(), k.listUsed, now);
                    k.list.add(number);
                    written = true;
                }
                case 8 -> {
                    written |= !k.list.isEmpty();
                    k.list.clear();
                }
                case 9 -> {
                    k.dequeUsed = used(k.deque == null, k.dequeUsed, now);
                    if (k.deque == null) {
                        k.deque = new ArrayList<>();
                        k.dequeEnd = 0;
                    }
                    k.deque.add(number);
                    k.dequeEnd++;
                    if (k.deque.size() > 3) {
                        k.deque.remove(0);
                    }
                    written = true;
                }
                case 10 -> {
                    k.aggregateUsed = used(k.aggregate.isEmpty(), k.aggregateUsed, now);
                    k.aggregate.add(number - 500);
                    written = true;
                }
                case 11 -> {
                    timers.computeIfAbsent(key, t -> new TreeMap<>())
                            .put(number % 2, eventTimeNs + TIMER_DELAY);
                    written = true;
                }
                default -> {
                    if (subKey == 0) {
                        written |= !k.map.isEmpty() || k.deque != null || !k.aggregate.isEmpty();
                        k.map.clear();
                        k.deque = null;
                        k.aggregate.clear();
                        timers.getOrDefault(key, new TreeMap<>()).remove(0L);
                    }
                }
            }
        }

        private void tell(long key, long now) {
            Kept k = of(key);
            long digest = 17;
            digest = fold(digest, k.value == null ? -1 : k.value);
            k.valueUsed = Math.max(k.valueUsed, now);
            digest = fold(digest, k.map.size());
            for (Map.Entry<Long, long[]> entry : k.map.entrySet()) {
                digest = fold(fold(digest, entry.getKey()), entry.getValue()[0]);
            }
            for (long element : k.list) {
                digest = fold(digest, element);
            }
            digest = fold(digest, k.deque == null ? 0 : k.dequeEnd - k.deque.size());
            for (long element : k.deque == null ? List.<Long>of() : k.deque) {
                digest = fold(digest, element);
            }
            digest = fold(digest, k.aggregate.size());
            if (!k.aggregate.isEmpty()) {
                long sum = k.aggregate.stream().mapToLong(Long::longValue).sum();
                digest = fold(fold(digest, sum), Math.floorDiv(sum, k.aggregate.size()));
                digest = fold(digest, k.aggregate.stream().min(Long::compare).orElseThrow());
                digest = fold(digest, k.aggregate.stream().max(Long::compare).orElseThrow());
            }
            digests.add(digest);
        }

        private void expire(long timeNs) {
            for (Map.Entry<Long, Kept> entry : kept.entrySet()) {
                Kept k = entry.getValue();
                if (k.value != null && isOver(lifetimes.value(), k.valueUsed, timeNs)) {
                    k.value = null;
                    expired++;
                }
                int before = k.map.size();
                k.map.values().removeIf(e -> isOver(lifetimes.map(), e[1], timeNs));
                expired += before - k.map.size();
                if (!k.list.isEmpty() && isOver(lifetimes.list(), k.listUsed, timeNs)) {
                    k.list = new ArrayList<>();
                    expired++;
                }
                if (k.deque != null && isOver(lifetimes.deque(), k.dequeUsed, timeNs)) {
                    k.deque = null;
                    expired++;
                }
                if (!k.aggregate.isEmpty()
                        && isOver(lifetimes.aggregate(), k.aggregateUsed, timeNs)) {
                    k.aggregate = new ArrayList<>();
                    expired++;
                }
                if (!holds(entry.getKey())) {
                    order.remove(entry.getKey());
                }
            }
        }

        private static boolean isOver(long lifetimeNs, long usedNs, long timeNs) {
            return lifetimeNs > 0 && usedNs + lifetimeNs <= timeNs;
        }

        private boolean holds(long key) {
            return !of(key).isEmpty() || !timers.getOrDefault(key, Map.of()).isEmpty();
        }

        private void settle(long key) {
            if (!holds(key)) {
                order.remove(key);
            } else if (written) {
                order.remove(key);
                order.add(key);
                if (limit != null && order.size() > limit.keys()) {
                    long oldest = order.iterator().next();
                    order.remove(oldest);
                    kept.remove(oldest);
                    timers.remove(oldest);
                    evicted++;
                }
            }
            written = false;
        }
    }

    private static Pipeline pipeline(
            Lifetimes lifetimes, StateLimit limit, long disorderNs, boolean longKeys) {
        return Pipeline.define(
                "states",
                p -> {
                    EventTimeStream<KeyedValueDecoder> events =
                            p.source("events", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(
                                            KeyedValueDecoder::eventTimeNs,
                                            new Disorder(disorderNs));
                    KeyedStream<KeyedValueDecoder> keyed =
                            longKeys
                                    ? events.keyBy("key", DedupeTest::number)
                                    : events.keyByBytes(
                                            "key", (m, key) -> m.getKey(key, 0, key.capacity()));
                    Stream<KeyedValueDecoder> told =
                            limit == null
                                    ? keyed.process(
                                            "all",
                                            BuiltinMessages.KEYED_VALUE,
                                            () -> new Everything(lifetimes))
                                    : keyed.process(
                                            "all",
                                            BuiltinMessages.KEYED_VALUE,
                                            () -> new Everything(lifetimes),
                                            limit);
                    told.sink("told", Sinks.memory(new MemorySink()));
                    if (limit != null && limit.rejected() != null) {
                        events.side(limit.rejected())
                                .sink("rejected", Sinks.memory(new MemorySink()));
                    }
                });
    }

    private static long count(CoreDriver driver, String label) {
        for (Operator operator : driver.core().operators()) {
            if (operator.name().equals("all")) {
                return operator.countOf(List.of(operator.countLabels()).indexOf(label));
            }
        }
        throw new AssertionError(label);
    }

    /** Two cores, one under a hostile schedule, and the model. */
    private static void compare(long seed, Lifetimes lifetimes, StateLimit limit) {
        Random random = new Random(seed);
        long disorderNs = random.nextInt(20);
        int keys = 1 + random.nextInt(9);
        String where = "seed=" + seed + " " + lifetimes + " " + limit + " disorder=" + disorderNs;
        Pipeline pipeline = pipeline(lifetimes, limit, disorderNs, seed % 2 == 0);
        Model model = new Model(lifetimes, limit, disorderNs);
        try (CoreDriver calm = new CoreDriver(pipeline, seed);
                CoreDriver harassed = new CoreDriver(pipeline, seed * 7, 4 * 4096)) {
            for (int i = 0; i < 250; i++) {
                long key = random.nextInt(keys);
                long timeNs = i + random.nextInt(30) - 15L;
                long number = random.nextInt(1000) * (long) OPERATIONS + random.nextInt(BAD);
                model.event(key, timeNs, number);
                calm.event(timeNs, "" + key, number);
                boolean mayFail = limit == null || limit.whenFull() != WhenFull.REJECT_EVENT;
                harass(harassed, random, timeNs, "" + key, mayFail);
                harassed.event(timeNs, "" + key, number);
                if (i % 25 == 0) {
                    assertEquals(calm.core().stateHash(), harassed.core().stateHash(), where);
                }
            }
            model.sweep(Long.MAX_VALUE);
            calm.end(0);
            harassed.end(0);

            assertEquals(model.digests, DedupeTest.values(calm, 0), where);
            assertEquals(model.digests, DedupeTest.values(harassed, 0), where);
            assertEquals(calm.core().stateHash(), harassed.core().stateHash(), where);
            assertEquals(model.expired, count(harassed, "expired"), where);
            assertEquals(model.evicted, count(harassed, "evicted"), where);
            assertEquals(model.rejected, count(harassed, "rejected"), where);
        }
    }

    private static void harass(
            CoreDriver driver, Random random, long timeNs, String key, boolean mayFail) {
        if (random.nextInt(12) == 0) {
            driver.snapshotAndRestore();
        }
        if (random.nextInt(12) == 0) {
            driver.tick(100_000 + driver.sequence());
        }
        if (mayFail && random.nextInt(15) == 0) {
            long hash = driver.core().stateHash();
            long number = random.nextInt(1000) * (long) OPERATIONS + BAD;
            long ahead = timeNs + random.nextInt(50);
            assertThrows(StepFailure.class, () -> driver.event(ahead, key, number));
            assertEquals(hash, driver.core().stateHash());
            driver.snapshotAndRestore();
        }
    }

    @Test
    void shouldDoAsPlainCollectionsOverRandomEvents() {
        for (long seed = 1; seed <= 120; seed++) {
            compare(seed, Lifetimes.random(new Random(seed), false), null);
        }
    }

    @Test
    void shouldEvictTheKeyThatWasWrittenLongestAgo() {
        for (long seed = 1; seed <= 80; seed++) {
            long keys = 1L + new Random(seed).nextInt(5);
            compare(
                    seed,
                    Lifetimes.random(new Random(seed), false),
                    StateLimit.keys(keys, WhenFull.EVICT_OLDEST));
        }
    }

    @Test
    void shouldRejectEventsOfNewKeysWhenTheStageIsFull() {
        for (long seed = 1; seed <= 80; seed++) {
            long keys = 1L + new Random(seed).nextInt(5);
            StateLimit limit = StateLimit.keys(keys, WhenFull.REJECT_EVENT);
            compare(
                    seed,
                    Lifetimes.random(new Random(seed), false),
                    seed % 3 == 0 ? limit : limit.rejectedTo("too-many"));
        }
    }

    @Test
    void shouldGiveAllMemoryBackWhenEverythingHasExpired() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            Lifetimes lifetimes = Lifetimes.random(random, true);
            Pipeline pipeline = pipeline(lifetimes, null, 5, seed % 2 == 0);
            try (CoreDriver driver = new CoreDriver(pipeline, seed)) {
                long empty = driver.core().stateBytes();
                for (int i = 0; i < 2_000; i++) {
                    long number = random.nextInt(1000) * (long) OPERATIONS + random.nextInt(BAD);
                    driver.event(i / 50 + random.nextInt(9) - 4, "" + random.nextInt(700), number);
                }
                assertTrue(driver.core().stateBytes() > empty + 10_000);
                driver.event(3_000_000, "1", 2);
                driver.event(3_000_010, "1", 2);
                assertEquals(empty, driver.core().stateBytes(), "seed=" + seed + " " + lifetimes);
            }
        }
    }

    @Test
    void shouldStopWithTheLimitWhenOneKeyTooManyComes() {
        StateLimit limit = StateLimit.keys(2, WhenFull.STOP);
        Pipeline pipeline = pipeline(new Lifetimes(10, 0, 0, 0, 0), limit, 0, true);
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            driver.event(1, "1", 0);
            driver.event(2, "2", 0);
            driver.event(3, "3", 2);
            long before = driver.core().stateHash();
            StepFailure failure =
                    assertThrows(StepFailure.class, () -> driver.event(4, "3", OPERATIONS));
            assertTrue(
                    failure.getMessage()
                            .contains(
                                    "keys with state of stage all must fit: limit=2 keys=3 (raise"
                                            + " its StateLimit"),
                    failure.getMessage());
            assertEquals(before, driver.core().stateHash());

            driver.snapshotAndRestore();
            driver.event(13, "1", 1);
            driver.event(14, "3", 1);
            assertEquals(1, count(driver, "expired"));
        }
    }
}
