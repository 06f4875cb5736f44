package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.FutureGuard;
import io.penstock.engine.pipeline.Idle;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Watermarks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Mistakes that are often made with time, each with the version that makes it: on the same events
 * that one gives a wrong answer, and the engine the right one.
 */
final class TrapsTest {
    private static final long SIZE = 10;

    private final KeyedValueDecoder decoder = new KeyedValueDecoder();

    /** Sums in windows of 10; results to sink 0, late events to sink 1, refused ones to sink 2. */
    private static Pipeline sums(
            Watermarks<? super KeyedValueDecoder> watermarks, Idle idle, FutureGuard guard) {
        return Pipeline.define(
                "sums",
                p -> {
                    EventTimeStream<KeyedValueDecoder> events =
                            p.source("events", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(
                                            KeyedValueDecoder::eventTimeNs,
                                            watermarks,
                                            idle,
                                            guard);
                    events.keyBy("all", m -> 1)
                            .window("sums", new Windows.Aligned(SIZE, SIZE), Late.toSide("late"))
                            .aggregate(
                                    BuiltinMessages.KEYED_VALUE,
                                    (window, result) -> {
                                        result.eventTimeNs(window.startNs());
                                        result.value()
                                                .mantissa(window.longValue(0))
                                                .scale((short) 0);
                                        result.putKey(new byte[0], 0, 0);
                                    },
                                    Aggregates.sum(m -> m.value().mantissa()))
                            .sink("results", Sinks.memory(new MemorySink()));
                    events.side("late").sink("late", Sinks.memory(new MemorySink()));
                    events.rejected().sink("refused", Sinks.memory(new MemorySink()));
                });
    }

    private static Pipeline sums() {
        return sums(new Disorder(0), Idle.never(), FutureGuard.off());
    }

    /** Event time and value of a sink's messages. */
    private List<String> texts(CoreDriver driver, int sinkId) {
        driver.drain();
        List<String> texts = new ArrayList<>();
        for (CoreDriver.Out out : driver.outsOf(sinkId)) {
            BuiltinMessages.KEYED_VALUE.wrap(decoder, out.message(), 0);
            texts.add(decoder.eventTimeNs() + ":" + decoder.value().mantissa());
        }
        return texts;
    }

    private static void events(CoreDriver driver, long... times) {
        for (long time : times) {
            driver.event(time, "k", time);
        }
    }

    @Test
    void shouldCallAnEventLateOnlyWhenItsWindowHasGivenItsResult() {
        long[] times = {1, 4, 12, 3};
        List<String> naiveLate = new ArrayList<>();
        for (long time : times) {
            long windowEnd = Math.floorDiv(time, SIZE) * SIZE + SIZE;
            if (time < windowEnd) {
                naiveLate.add(time + ":" + time);
            }
        }
        assertEquals(times.length, naiveLate.size(), "each event is before the end of its window");

        try (CoreDriver driver = new CoreDriver(sums(), 1)) {
            events(driver, times);
            driver.end(0);

            assertEquals(List.of("3:3"), texts(driver, 1));
            assertEquals(List.of("0:5", "10:12"), texts(driver, 0));
        }
    }

    /** Closes whatever ends before the time of the event at hand, and opens it again if need be. */
    private static List<String> expiringByTheEventAtHand(long... times) {
        List<String> results = new ArrayList<>();
        TreeMap<Long, Long> open = new TreeMap<>();
        for (long time : times) {
            while (!open.isEmpty() && open.firstKey() + SIZE <= time) {
                Map.Entry<Long, Long> closed = open.pollFirstEntry();
                results.add(closed.getKey() + ":" + closed.getValue());
            }
            open.merge(Math.floorDiv(time, SIZE) * SIZE, time, Long::sum);
        }
        open.forEach((start, sum) -> results.add(start + ":" + sum));
        return results;
    }

    @Test
    void shouldSurviveAnEventDatedInTheFuture() {
        long future = 1_000_000_007;
        long[] times = {1, 2, future, 3, 4, 12};
        List<String> expected = List.of("0:10", "10:12");
        List<String> naive = expiringByTheEventAtHand(times);
        assertEquals(List.of("0:3", "0:7", "10:12", future - 7 + ":" + future), naive);

        try (CoreDriver driver = new CoreDriver(sums(), 1)) {
            events(driver, times);
            driver.end(0);
            assertNotEquals(expected, texts(driver, 0), "without a guard the rest would be late");
            assertEquals(List.of("3:3", "4:4", "12:12"), texts(driver, 1));
        }
        for (FutureGuard guard :
                List.of(
                        FutureGuard.reject(Duration.ofNanos(5000)),
                        FutureGuard.rejectJump(Duration.ofNanos(50)),
                        FutureGuard.reject(Duration.ofNanos(5000)).andJump(Duration.ofNanos(50)))) {
            Pipeline guarded = sums(new Disorder(0), Idle.never(), guard);
            try (CoreDriver driver = new CoreDriver(guarded, 1)) {
                events(driver, times);
                driver.end(0);

                assertEquals(expected, texts(driver, 0), guard.toString());
                assertEquals(List.of(), texts(driver, 1), guard.toString());
                assertEquals(1, driver.outsOf(2).size(), guard.toString());
                assertEquals(1, driver.core().source(0).countOf(2), guard.toString());
            }
        }
    }

    @Test
    void shouldClampAnEventDatedInTheFutureToWhatIsAllowed() {
        FutureGuard guard = FutureGuard.clamp(Duration.ofNanos(2));
        try (CoreDriver driver = new CoreDriver(sums(new Disorder(0), Idle.never(), guard), 1)) {
            driver.at(1);
            events(driver, 1, 1_000_007, 2, 3);
            driver.at(15);
            events(driver, 15);
            driver.end(0);

            assertEquals(List.of("0:" + (1 + 1_000_007 + 2 + 3), "10:15"), texts(driver, 0));
            assertEquals(1, driver.core().source(0).countOf(3));
        }
    }

    @Test
    void shouldBelieveAJumpThatManyEventsAgreeOn() {
        FutureGuard guard = FutureGuard.rejectJump(Duration.ofNanos(50)).believedAfter(3);
        try (CoreDriver driver = new CoreDriver(sums(new Disorder(0), Idle.never(), guard), 1)) {
            events(driver, 1, 1000, 1001, 2, 1002, 5000, 1003, 1004, 1005, 3, 1006);
            driver.snapshotAndRestore();
            driver.end(0);

            assertEquals(List.of("0:3", "1000:2011"), texts(driver, 0));
            assertEquals(List.of("3:3"), texts(driver, 1));
            assertEquals(6, driver.core().source(0).countOf(2));
        }
    }

    /** Counts events, and gives the count 100 after the first of them. */
    private static final class Batches implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private ValueState count;

        @Override
        public void open(HandlerSetup setup) {
            count = setup.value("count", 8);
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            UnsafeBuffer state = count.update();
            state.putLong(0, state.getLong(0) + 1);
            if (state.getLong(0) == 1) {
                context.scheduleByClock(0, context.timeNs() + 100);
            }
        }

        @Override
        public void onClockTimer(long id, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            KeyedValueEncoder result = context.begin();
            result.eventTimeNs(timeNs).value().mantissa(count.read().getLong(0)).scale((short) 0);
            result.putKey(new byte[0], 0, 0);
            context.emit();
            count.remove();
        }
    }

    @Test
    void shouldFlushABatchByTheClockWithoutAFurtherEvent() {
        long[] arrivals = {1000, 1010, 1050};
        long naiveFlushed = 0;
        long naiveHeld = 0;
        for (long now : arrivals) {
            // The timeout is looked at when an event comes: if none comes, never.
            if (naiveHeld > 0 && now - arrivals[0] >= 100) {
                naiveFlushed += naiveHeld;
                naiveHeld = 0;
            }
            naiveHeld++;
        }
        assertEquals(0, naiveFlushed);

        Pipeline pipeline =
                Pipeline.define(
                        "batches",
                        p ->
                                p.source("events", BuiltinMessages.KEYED_VALUE)
                                        .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none())
                                        .keyBy("all", m -> 1)
                                        .process("batch", BuiltinMessages.KEYED_VALUE, Batches::new)
                                        .sink("out", Sinks.memory(new MemorySink())));
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            for (long now : arrivals) {
                driver.at(now).event(1, "k", 1);
            }
            driver.tick(1099);
            assertEquals(List.of(), texts(driver, 0));
            driver.snapshotAndRestore();
            driver.tick(1100);
            assertEquals(List.of("1100:3"), texts(driver, 0));
        }
    }

    @Test
    void shouldGiveTheSameResultsWhenTheSameEventsComeAtAnotherTime() {
        long[] times = {1, 4, 12, 15, 23};
        List<List<String>> naive = new ArrayList<>();
        List<List<String>> ours = new ArrayList<>();
        for (long now : new long[] {1_000, 77_777_775}) {
            List<String> results = new ArrayList<>();
            TreeMap<Long, Long> open = new TreeMap<>();
            long clock = now;
            for (long time : times) {
                long window = Math.floorDiv(clock, SIZE) * SIZE;
                while (!open.isEmpty() && open.firstKey() < window) {
                    results.add(open.firstKey() + ":" + open.pollFirstEntry().getValue());
                }
                open.merge(window, time, Long::sum);
                clock += 6;
            }
            naive.add(results);
            try (CoreDriver driver = new CoreDriver(sums(), 1)) {
                for (int i = 0; i < times.length; i++) {
                    events(driver.at(now + 6L * i), times[i]);
                }
                driver.end(0);
                ours.add(texts(driver, 0));
            }
        }
        assertNotEquals(naive.get(0), naive.get(1), "windows of the time it happens to be");
        assertEquals(ours.get(0), ours.get(1));
        assertEquals(List.of("0:5", "10:27", "20:23"), ours.get(0), "the last window included");
    }

    @Test
    void shouldReplayAWatermarkThatLagsBehindTheClock() {
        long lag = 5;
        long[] times = {100, 103, 98, 112, 101};
        long[] arrivals = {101, 103, 105, 113, 117};
        long replayedAt = 1_000_000;
        List<Long> naiveLive = lateByTheClockAtHand(times, arrivals, lag);
        long[] later = new long[times.length];
        Arrays.fill(later, replayedAt);
        assertNotEquals(naiveLive, lateByTheClockAtHand(times, later, lag), "all would be late");

        // A replay feeds the journaled times: there is no other clock that it could ask.
        List<List<String>> runs = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            Pipeline lagging =
                    sums(Watermarks.lag(Duration.ofNanos(lag)), Idle.never(), FutureGuard.off());
            try (CoreDriver driver = new CoreDriver(lagging, run)) {
                for (int i = 0; i < times.length; i++) {
                    if (i == times.length - 1) {
                        driver.tick(116);
                    }
                    events(driver.at(arrivals[i]), times[i]);
                    if (run == 1) {
                        driver.snapshotAndRestore();
                    }
                }
                driver.tick(125);
                List<String> all = new ArrayList<>(texts(driver, 0));
                all.addAll(texts(driver, 1));
                runs.add(all);
            }
        }
        assertEquals(runs.get(0), runs.get(1));
        assertEquals(List.of("90:98", "100:203", "110:112", "101:101"), runs.get(0));
    }

    /** Late events of a watermark that is the clock of the moment minus a lag. */
    private static List<Long> lateByTheClockAtHand(long[] times, long[] clocks, long lag) {
        List<Long> late = new ArrayList<>();
        for (int i = 0; i < times.length; i++) {
            long windowEnd = Math.floorDiv(times[i], SIZE) * SIZE + SIZE;
            if (windowEnd <= clocks[i] - lag) {
                late.add(times[i]);
            }
        }
        return late;
    }
}
