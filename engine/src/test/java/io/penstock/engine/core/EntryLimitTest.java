package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Dedupe;
import io.penstock.engine.operator.StateLimit;
import io.penstock.engine.operator.WhenFull;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.KeyedStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.SinkSpec;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.rolling.LookBack;
import io.penstock.engine.rolling.Rolling;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** Limits on what windows, sessions, de-duplication and look-backs hold. */
final class EntryLimitTest {
    private static final long DISORDER_NS = 10;

    /** Puts a stage with a limit behind a keyed stream. */
    private interface Stage
            extends BiFunction<KeyedStream<KeyedValueDecoder>, StateLimit, Stream<?>> {}

    private static Duration ns(long length) {
        return Duration.ofNanos(length);
    }

    private static SinkSpec memory() {
        return Sinks.memory(new MemorySink());
    }

    private static Stage windows(Windows windows) {
        return (keyed, limit) ->
                keyed.window("limited", windows, Late.drop())
                        .limit(limit)
                        .aggregate(Aggregates.count());
    }

    private static Stage dedupe(Dedupe dedupe) {
        return (keyed, limit) -> keyed.dedupe("limited", dedupe, limit);
    }

    private static Stage lookBack(LookBack lookBack) {
        return (keyed, limit) ->
                keyed.lookBack("limited", lookBack, limit).aggregate(Rolling.count());
    }

    private static Pipeline pipeline(Stage stage, StateLimit limit) {
        return Pipeline.define(
                "limits",
                p -> {
                    EventTimeStream<KeyedValueDecoder> events =
                            p.source("events", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(
                                            KeyedValueDecoder::eventTimeNs,
                                            new Disorder(DISORDER_NS));
                    stage.apply(events.keyByBytes("key", (m, to) -> m.getKey(to, 0, 64)), limit)
                            .sink("results", memory());
                    if (limit.rejected() != null) {
                        events.side(limit.rejected()).sink("rejected", memory());
                    }
                });
    }

    private static StateLimit rejecting(int keys) {
        return StateLimit.keys(keys, WhenFull.REJECT_EVENT).rejectedTo("full");
    }

    /** Values of the events that were rejected. */
    private static List<Long> rejected(CoreDriver driver) {
        driver.drain();
        KeyedValueDecoder decoder = new KeyedValueDecoder();
        List<Long> values = new ArrayList<>();
        for (CoreDriver.Out out : driver.outsOf(1)) {
            BuiltinMessages.KEYED_VALUE.wrap(decoder, out.message(), 0);
            values.add(decoder.value().mantissa());
        }
        return values;
    }

    private static long count(CoreDriver driver, String label) {
        var operator =
                driver.core().operators().stream()
                        .filter(o -> o.name().equals("limited"))
                        .findFirst()
                        .orElseThrow();
        int index = List.of(operator.countLabels()).indexOf(label);
        return operator.countOf(index);
    }

    /** Feeds events such as {@code 8a}, time and key; the value of an event is its number. */
    private static CoreDriver run(Stage stage, int limit, String timesAndKeys) {
        String[] events = timesAndKeys.split(" ", -1);
        CoreDriver driver = new CoreDriver(pipeline(stage, rejecting(limit)), 1);
        for (int i = 0; i < events.length; i++) {
            if (i % 3 == 0) {
                driver.snapshotAndRestore();
            }
            int key = events[i].length() - 1;
            driver.event(Long.parseLong(events[i].substring(0, key)), events[i].substring(key), i);
        }
        return driver;
    }

    private static void assertRejected(
            List<Long> values, Stage stage, int limit, String timesAndKeys) {
        try (CoreDriver driver = run(stage, limit, timesAndKeys)) {
            assertEquals(values, rejected(driver));
            assertEquals(values.size(), count(driver, "rejected"));
            assertEquals(timesAndKeys.split(" ", -1).length, count(driver, "in"));
            driver.end(0); // where the core checks the account
        }
    }

    @Test
    void shouldRejectNewKeysOfWindowsWhileTheyAreFull() {
        // The sixth event ends the first window; it is checked before that.
        assertRejected(
                List.of(2L, 4L, 5L),
                windows(Windows.tumbling(ns(20))),
                2,
                "1a 2b 3c 4a 25a 40c 41c");
    }

    @Test
    void shouldRejectEventsThatWouldBeginASessionWhileThereAreTooMany() {
        // The fourth joins a session and the sixth comes when the first two are over.
        assertRejected(
                List.of(2L, 4L), windows(Windows.sessions(ns(20))), 2, "1a 2b 3c 8a 50a 61c");
    }

    @Test
    void shouldRejectKeysThatWouldBeginAWindowOfACount() {
        assertRejected(List.of(2L), windows(Windows.count(2)), 2, "1a 2b 3c 4a 5c");
    }

    @Test
    void shouldRejectIdsThatAreNotRemembered() {
        assertRejected(List.of(2L, 4L), dedupe(Dedupe.forever()), 2, "1a 2b 3c 4a 500c");
        assertRejected(List.of(2L), dedupe(Dedupe.within(ns(30))), 2, "1a 2b 3c 4a 90a 91c");
    }

    @Test
    void shouldRejectKeysThatHaveNoRowsToLookBackAt() {
        assertRejected(List.of(2L, 4L), lookBack(LookBack.rows(2)), 2, "1a 2b 3c 4a 500c");
        assertRejected(List.of(2L), lookBack(LookBack.within(ns(30))), 2, "1a 2b 3c 4a 90a 91c");
    }

    @Test
    void shouldHoldNoMorePairsOfKeyAndWindowThanTheLimitOverRandomEvents() {
        long all = 0;
        for (long seed = 1; seed <= 300; seed++) {
            Random random = new Random(seed);
            int limit = 1 + random.nextInt(8);
            long size = 5L + random.nextInt(30);
            Map<String, Long> ends = new HashMap<>();
            List<Long> expected = new ArrayList<>();
            long latest = Long.MIN_VALUE / 2;
            try (CoreDriver driver =
                    new CoreDriver(
                            pipeline(windows(Windows.tumbling(ns(size))), rejecting(limit)),
                            seed)) {
                for (int i = 0; i < 80; i++) {
                    long time = (long) i + random.nextInt(25);
                    String key = "k" + random.nextInt(6);
                    long end = time / size * size + size;
                    if (end > latest - DISORDER_NS) {
                        String pair = key + " " + end;
                        if (!ends.containsKey(pair) && ends.size() >= limit) {
                            expected.add((long) i);
                        } else {
                            ends.put(pair, end);
                        }
                    }
                    latest = Math.max(latest, time);
                    long watermark = latest - DISORDER_NS;
                    ends.values().removeIf(e -> e <= watermark);
                    driver.event(time, key, i);
                }
                assertEquals(expected, rejected(driver), "seed " + seed);
                all += expected.size();
            }
        }
        assertTrue(all > 3000, "rejected: " + all);
    }

    @Test
    void shouldStopWhenItIsFull() {
        List<Stage> stages =
                List.of(
                        windows(Windows.global()),
                        windows(Windows.sessions(ns(5))),
                        windows(Windows.count(3)),
                        dedupe(Dedupe.forever()),
                        lookBack(LookBack.all()));
        List<String> whats = List.of("keys in panes", "sessions", "keys", "ids", "keys");
        for (int i = 0; i < stages.size(); i++) {
            StateLimit limit = StateLimit.keys(2, WhenFull.STOP);
            try (CoreDriver driver = new CoreDriver(pipeline(stages.get(i), limit), 1)) {
                driver.event(1, "a", 1);
                driver.event(2, "b", 1);
                driver.event(2, "b", 1);
                StepFailure failure =
                        assertThrows(StepFailure.class, () -> driver.event(3, "c", 1));
                PenstockException cause = (PenstockException) failure.getCause();
                assertEquals(Category.LIMIT, cause.category());
                assertEquals(
                        whats.get(i)
                                + " of stage limited must fit: limit=2 (raise its StateLimit, or"
                                + " say WhenFull.REJECT_EVENT)",
                        cause.getMessage());
            }
        }
    }

    @Test
    void shouldNotSplitAStageWithALimit() {
        assertFalse(pipeline(windows(Windows.global()), rejecting(2)).isSplittable());
        assertFalse(pipeline(dedupe(Dedupe.forever()), rejecting(2)).isSplittable());
        assertFalse(pipeline(lookBack(LookBack.all()), rejecting(2)).isSplittable());
    }

    private static void assertRefused(String message, Stage stage, StateLimit limit) {
        PenstockException refused =
                assertThrows(PenstockException.class, () -> pipeline(stage, limit));
        assertEquals(message, refused.getMessage());
    }

    @Test
    void shouldRefuseLimitsThatCannotBeKept() {
        assertRefused(
                "only handlers can do without their oldest keys: stage limited, limit=keys:2"
                        + " whenFull=EVICT_OLDEST (use WhenFull.REJECT_EVENT or STOP)",
                windows(Windows.global()),
                StateLimit.keys(2, WhenFull.EVICT_OLDEST));
        assertRefused(
                "a limit in bytes is for handlers: stage limited, limit=bytes:1000 whenFull=STOP"
                        + " (use StateLimit.keys)",
                lookBack(LookBack.all()),
                StateLimit.bytes(1000, WhenFull.STOP));
        assertRefused(
                "de-duplication over the last rows remembers no more ids than rows: stage limited"
                        + " needs no limit",
                dedupe(Dedupe.lastRows(5)),
                StateLimit.keys(2, WhenFull.STOP));
    }
}
