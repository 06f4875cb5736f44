package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Timers of event time and timers by the engine's clock. */
final class TimersTest {
    private static final int SEEDS = 1000;
    private static final int BY_CLOCK = 1;
    private static final int BY_EVENTS = 2;
    private static final int CANCEL_BY_CLOCK = 3;
    private static final int CANCEL_BY_EVENTS = 4;
    private static final int IDS = 3;
    private static final int MILLION = 1_000_000;

    private final KeyedValueDecoder decoder = new KeyedValueDecoder();

    /** A command in the scale, a time in the mantissa; the id is the time's remainder. */
    private static final class Logic implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            long time = event.message().value().mantissa();
            long id = Math.floorMod(time, IDS);
            switch (event.message().value().scale()) {
                case BY_CLOCK -> context.scheduleByClock(id, time);
                case BY_EVENTS -> context.schedule(id, time);
                case CANCEL_BY_CLOCK -> context.cancelByClock(id);
                case CANCEL_BY_EVENTS -> context.cancel(id);
                default -> throw new IllegalStateException();
            }
        }

        @Override
        public void onTimer(long id, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            emit(id, timeNs, BY_EVENTS, context);
            if (timeNs % 5 == 0) {
                context.scheduleByClock(id, timeNs + 7);
            }
        }

        @Override
        public void onClockTimer(long id, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            emit(id, timeNs, BY_CLOCK, context);
            if (timeNs % 5 == 0) {
                context.schedule(id, timeNs - 7);
            }
        }

        private static void emit(
                long id, long timeNs, int kind, HandlerContext<KeyedValueEncoder> context) {
            KeyedValueEncoder result = context.begin();
            result.eventTimeNs(timeNs).value().mantissa(id).scale((short) kind);
            result.putKey(context.key(), 0, context.key().capacity());
            context.emit();
        }
    }

    private record Timer(long time, String key, long id) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(time, other.time);
            int byKey = byTime != 0 ? byTime : key.compareTo(other.key);
            return byKey != 0 ? byKey : Long.compare(id, other.id);
        }
    }

    /** The same on plain collections. */
    private static final class Oracle {
        private final Map<String, Timer> byClock = new TreeMap<>();
        private final Map<String, Timer> byEvents = new TreeMap<>();
        private final List<String> fired = new ArrayList<>();
        private long clock = Long.MIN_VALUE;
        private long watermark = Long.MIN_VALUE;

        private void event(long sequence, long now, long eventTime, String key, int what, long at) {
            clock = Math.max(clock, now);
            long id = Math.floorMod(at, IDS);
            switch (what) {
                case BY_CLOCK -> byClock.put(key + id, new Timer(at, key, id));
                case BY_EVENTS -> byEvents.put(key + id, new Timer(at, key, id));
                case CANCEL_BY_CLOCK -> byClock.remove(key + id);
                default -> byEvents.remove(key + id);
            }
            watermark = Math.max(watermark, eventTime - 5);
            fire(sequence);
        }

        private void tick(long sequence, long now) {
            clock = Math.max(clock, now);
            fire(sequence);
        }

        private void fire(long sequence) {
            while (true) {
                Timer first = first(byClock, clock);
                if (first != null) {
                    fired.add(sequence + " clock " + first);
                    if (first.time() % 5 == 0) {
                        Timer next = new Timer(first.time() - 7, first.key(), first.id());
                        byEvents.put(next.key() + next.id(), next);
                    }
                    continue;
                }
                first = first(byEvents, watermark);
                if (first == null) {
                    return;
                }
                fired.add(sequence + " event " + first);
                if (first.time() % 5 == 0) {
                    Timer next = new Timer(first.time() + 7, first.key(), first.id());
                    byClock.put(next.key() + next.id(), next);
                }
            }
        }

        private static Timer first(Map<String, Timer> timers, long until) {
            Timer first = timers.values().stream().sorted().findFirst().orElse(null);
            if (first == null || first.time() > until) {
                return null;
            }
            timers.remove(first.key() + first.id());
            return first;
        }
    }

    private static Pipeline pipeline(boolean longKeys) {
        return Pipeline.define(
                "timers",
                p -> {
                    var source =
                            p.source("events", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(KeyedValueDecoder::eventTimeNs, new Disorder(5));
                    (longKeys
                                    ? source.keyBy("number", KeyedValueDecoder::eventTimeNs)
                                    : source.keyByBytes("key", (m, t) -> m.getKey(t, 0, 64)))
                            .process("logic", BuiltinMessages.KEYED_VALUE, Logic::new)
                            .sink("out", Sinks.memory(new MemorySink()));
                });
    }

    @Test
    void shouldFireTimersByTimeKeyAndIdThoseByTheClockFirst() {
        long fired = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            Oracle oracle = new Oracle();
            try (CoreDriver driver = new CoreDriver(pipeline(false), seed)) {
                long now = 0;
                for (int i = 0; i < 60; i++) {
                    now += random.nextInt(8) - 1;
                    driver.at(now);
                    long sequence = driver.sequence();
                    switch (random.nextInt(6)) {
                        case 0 -> {
                            driver.tick(now);
                            oracle.tick(sequence, now);
                        }
                        case 1 -> driver.snapshotAndRestore();
                        default -> {
                            String key = "k" + random.nextInt(4);
                            long eventTime = now + random.nextInt(20) - 10;
                            int what = 1 + random.nextInt(4);
                            long at = now + random.nextInt(30) - 10;
                            driver.event(
                                    0, eventTime, key.getBytes(StandardCharsets.UTF_8), at, what);
                            oracle.event(sequence, now, eventTime, key, what, at);
                        }
                    }
                }
                driver.drain();
                assertEquals(oracle.fired, fired(driver), "seed " + seed);
                fired += oracle.fired.size();
            }
        }
        assertTrue(fired > 10 * SEEDS, () -> "too few timers");
    }

    private List<String> fired(CoreDriver driver) {
        List<String> texts = new ArrayList<>();
        for (CoreDriver.Out out : driver.outsOf(0)) {
            BuiltinMessages.KEYED_VALUE.wrap(decoder, out.message(), 0);
            long time = decoder.eventTimeNs();
            long id = decoder.value().mantissa();
            String kind = decoder.value().scale() == BY_CLOCK ? " clock " : " event ";
            byte[] key = new byte[decoder.keyLength()];
            decoder.getKey(key, 0, key.length);
            texts.add(
                    out.sequence()
                            + kind
                            + new Timer(time, new String(key, StandardCharsets.UTF_8), id));
        }
        return texts;
    }

    /** A timer per key, a million keys; each sets its next when it fires. */
    private static final class Heartbeat implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private static final long EVERY = MILLION;

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            context.scheduleByClock(0, event.eventTimeNs() + EVERY);
        }

        @Override
        public void onClockTimer(long id, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            context.scheduleByClock(id, timeNs + EVERY);
        }
    }

    private static Pipeline heartbeats() {
        return Pipeline.define(
                "heartbeats",
                p ->
                        p.source("events", BuiltinMessages.KEYED_VALUE)
                                .eventTime(KeyedValueDecoder::eventTimeNs, new Disorder(5))
                                .keyBy("number", KeyedValueDecoder::eventTimeNs)
                                .process("beat", BuiltinMessages.KEYED_VALUE, Heartbeat::new)
                                .sink("out", Sinks.memory(new MemorySink())));
    }

    @Test
    void shouldKeepAMillionTimersInLittleMemory() {
        CoreLimits limits = new CoreLimits(512L << 20, 4096);
        try (CoreDriver driver = new CoreDriver(heartbeats(), 1, SMALL_RING, limits)) {
            long before = driver.core().stateBytes();
            byte[] key = {};
            for (int i = 0; i < MILLION; i++) {
                driver.at(i).event(0, i, key, 0, 0);
            }
            long perTimer = (driver.core().stateBytes() - before) / MILLION;
            assertTrue(perTimer <= MAX_BYTES_PER_TIMER, () -> "bytes per timer: " + perTimer);

            driver.tick(MILLION + 99_999);

            assertEquals(100_000, driver.core().operators().get(1).countOf(CLOCK_TIMERS));
        }
    }

    @Test
    void shouldAllocateNothingWhenTimersFire() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long me = Thread.currentThread().getId();
        CoreLimits limits = new CoreLimits(64L << 20, 4096);
        try (CoreDriver driver = new CoreDriver(heartbeats(), 1, SMALL_RING, limits)) {
            byte[] key = {};
            for (int i = 0; i < 1000; i++) {
                driver.at(i).event(0, i, key, 0, 0);
            }
            long smallest = Long.MAX_VALUE;
            for (int run = 1; run <= 20 && smallest > 0; run++) {
                long allocated = threads.getThreadAllocatedBytes(me);
                for (int i = 0; i < 50; i++) {
                    driver.tick(run * (long) MILLION + 20L * i);
                }
                smallest = Math.min(smallest, threads.getThreadAllocatedBytes(me) - allocated);
            }
            assertEquals(0, smallest);
            assertTrue(driver.core().operators().get(1).countOf(CLOCK_TIMERS) >= 1000);
        }
    }

    private static final int CLOCK_TIMERS = 3;
    private static final int SMALL_RING = 4 * 4096;
    private static final long MAX_BYTES_PER_TIMER = 144;
}
