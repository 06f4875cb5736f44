package io.penstock.engine.core;

import static io.penstock.engine.core.SessionOracleTest.VALUE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.WindowFiringDecoder;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.WindowedStream;
import io.penstock.engine.window.Aggregate;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.Windows;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;

/** What each rule of sessions means, one small stream each; the gap is 10 ns. */
final class SessionsTest {
    private static final int GAP_NS = 10;

    private static Pipeline pipeline(
            int disorderNs, UnaryOperator<WindowedStream<KeyedValueDecoder>> settings) {
        return pipeline(disorderNs, settings, Aggregates.sum(VALUE));
    }

    private static Pipeline pipeline(
            int disorderNs,
            UnaryOperator<WindowedStream<KeyedValueDecoder>> settings,
            Aggregate<KeyedValueDecoder> aggregate) {
        return Pipeline.define(
                "sessions",
                p ->
                        settings.apply(
                                        p.source("events", BuiltinMessages.KEYED_VALUE)
                                                .eventTime(
                                                        KeyedValueDecoder::eventTimeNs,
                                                        new Disorder(disorderNs))
                                                .keyByBytes(
                                                        "key",
                                                        (m, target) -> m.getKey(target, 0, 1024))
                                                .window(
                                                        "windows",
                                                        new Windows.Sessions(GAP_NS),
                                                        Late.drop()))
                                .firings(aggregate)
                                .sink("results", Sinks.memory(new MemorySink())));
    }

    private static CoreDriver driver(
            int disorderNs, UnaryOperator<WindowedStream<KeyedValueDecoder>> settings) {
        return new CoreDriver(pipeline(disorderNs, settings), 7);
    }

    private static UnaryOperator<WindowedStream<KeyedValueDecoder>> lateness(int ns) {
        return windowed -> windowed.allowedLateness(Duration.ofNanos(ns));
    }

    /** Results in few letters: kind, key, bounds, sum. */
    private static List<String> results(CoreDriver driver) {
        driver.drain();
        List<String> texts = new ArrayList<>();
        WindowFiringDecoder result = new WindowFiringDecoder();
        for (CoreDriver.Out out : driver.outsOf(0)) {
            BuiltinMessages.WINDOW_FIRING.wrap(result, out.message(), 0);
            String bounds = result.windowStartNs() + ".." + result.windowEndNs();
            char kind = (char) result.kind();
            long sum = result.values().next().mantissa().low();
            byte[] key = new byte[result.keyLength()];
            result.getKey(key, 0, key.length);
            texts.add(
                    kind
                            + " "
                            + new String(key, StandardCharsets.UTF_8)
                            + " "
                            + bounds
                            + " "
                            + sum);
        }
        return texts;
    }

    @Test
    void shouldJoinEventsWhenTheirDistanceIsExactlyTheGap() {
        try (CoreDriver driver = driver(100, s -> s)) {
            driver.event(5, "a", 1);
            driver.event(15, "a", 2);
            driver.event(26, "a", 4);
            driver.end(0);

            assertEquals(List.of("O a 5..25 3", "O a 26..36 4"), results(driver));
        }
    }

    @Test
    void shouldEndASessionForAnEventAtItsEndWhenTheWatermarkIsThere() {
        try (CoreDriver driver = driver(0, s -> s)) {
            driver.event(5, "a", 1);
            driver.event(15, "b", 1);
            driver.event(15, "a", 2);
            driver.end(0);

            assertEquals(
                    List.of("O a 5..15 1", "O b 15..25 1", "O a 15..25 2").stream()
                            .sorted()
                            .toList(),
                    results(driver).stream().sorted().toList());
        }
    }

    @Test
    void shouldFireWithoutAFurtherEventOfTheKey() {
        try (CoreDriver driver = driver(0, s -> s)) {
            driver.event(5, "a", 1);
            driver.event(14, "b", 1);
            assertEquals(List.of(), results(driver));

            driver.event(15, "b", 1);

            assertEquals(List.of("O a 5..15 1"), results(driver));
        }
    }

    @Test
    void shouldBridgeTwoSessionsThatHaveFiredWhenALateEventTouchesBoth() {
        try (CoreDriver driver = driver(0, lateness(100))) {
            driver.event(0, "a", 1);
            driver.event(20, "a", 2);
            driver.event(40, "b", 8);

            driver.event(10, "a", 4);
            driver.end(0);

            assertEquals(
                    List.of("O a 0..10 1", "O a 20..30 2", "L a 0..30 7", "O b 40..50 8"),
                    results(driver));
        }
    }

    @Test
    void shouldFireOnTimeAgainWhenAFiredSessionJoinsOneThatHasNot() {
        try (CoreDriver driver = driver(0, lateness(100))) {
            driver.event(0, "a", 1);
            driver.event(20, "a", 2);

            driver.event(10, "a", 4);
            assertEquals(List.of("O a 0..10 1"), results(driver));
            driver.event(30, "b", 8);

            assertEquals(List.of("O a 0..10 1", "O a 0..30 7"), results(driver));
        }
    }

    @Test
    void shouldTakeAnEventThatIsTooLateAloneWhenALiveSessionTouchesIt() {
        try (CoreDriver driver = driver(0, s -> s)) {
            driver.event(10, "a", 1);
            driver.event(19, "b", 1);

            driver.event(9, "a", 2); // ends at 19, where the watermark is; the session at 20
            driver.event(9, "c", 4);
            driver.end(0);

            assertEquals(List.of("O a 9..20 3", "O b 19..29 1"), results(driver));
            assertEquals(1, SessionOracleTest.count(driver.core(), "late"));
        }
    }

    @Test
    void shouldDropAnEventWhenItsSessionWouldTakeNoEventsAnyMore() {
        try (CoreDriver driver = driver(0, lateness(5))) {
            driver.event(20, "b", 1);
            driver.event(6, "a", 1); // 6 + 10 + 5 lies behind the watermark
            driver.event(5, "c", 2);
            driver.end(0);

            assertEquals(List.of("L a 6..16 1", "O b 20..30 1"), results(driver));
        }
    }

    @Test
    void shouldRetractExactlyWhatWasSaidWhenSessionsMergeOrChange() {
        try (CoreDriver driver =
                driver(
                        0,
                        s -> lateness(100).apply(s).trigger(Trigger.onWatermark().retracting()))) {
            driver.event(0, "a", 1);
            driver.event(20, "a", 2);
            driver.event(40, "b", 8);
            driver.event(2, "a", 16);

            driver.event(11, "a", 4);
            driver.end(0);

            assertEquals(
                    List.of(
                            "O a 0..10 1",
                            "O a 20..30 2",
                            "R a 0..10 1",
                            "L a 0..12 17",
                            "R a 0..12 17",
                            "R a 20..30 2",
                            "L a 0..30 23",
                            "O b 40..50 8"),
                    results(driver));
        }
    }

    @Test
    void shouldGiveOneResultPerSurvivingSessionWhenOnlyTheFinalCounts() {
        try (CoreDriver driver =
                driver(0, s -> lateness(100).apply(s).trigger(Trigger.finalOnly()))) {
            driver.event(0, "a", 1);
            driver.event(20, "a", 2);
            driver.event(40, "b", 8);
            driver.event(10, "a", 4);
            driver.event(129, "c", 1);
            assertEquals(List.of(), results(driver));

            driver.event(130, "c", 1);

            assertEquals(List.of("O a 0..30 7"), results(driver));
        }
    }

    @Test
    void shouldTellWhatHasChangedEarlyAndNothingElse() {
        Trigger early = Trigger.onWatermark().early(Duration.ofNanos(5));
        try (CoreDriver driver = driver(0, s -> s.trigger(early))) {
            driver.event(1, "a", 1);
            driver.event(4, "b", 1);
            driver.event(5, "b", 1);
            driver.event(6, "b", 1);
            driver.event(10, "c", 1);

            assertEquals(
                    List.of("E a 1..11 1", "E b 4..15 2", "E b 4..16 3", "E c 10..20 1"),
                    results(driver));
        }
    }

    @Test
    void shouldTellWhatHasChangedWhenTheClockSaysSo() {
        Trigger early = Trigger.onWatermark().earlyByClock(Duration.ofNanos(100)).retracting();
        try (CoreDriver driver = driver(0, s -> s.trigger(early))) {
            driver.at(1_010).event(1, "a", 1);
            driver.tick(1_099);
            assertEquals(List.of(), results(driver));
            driver.tick(1_100);
            driver.tick(1_250);
            driver.event(2, "a", 2);
            driver.tick(1_300);
            driver.end(0);

            assertEquals(
                    List.of(
                            "E a 1..11 1",
                            "R a 1..11 1",
                            "E a 1..12 3",
                            "R a 1..12 3",
                            "O a 1..12 3"),
                    results(driver));
        }
    }

    @Test
    void shouldStopAtTheEndsOfTime() {
        try (CoreDriver driver = driver(0, lateness(Integer.MAX_VALUE))) {
            driver.event(Long.MIN_VALUE, "a", 1);
            driver.event(Long.MIN_VALUE + 10, "a", 1);
            driver.event(Long.MAX_VALUE - 1, "b", 2);
            driver.event(Long.MAX_VALUE, "b", 4);
            driver.end(0);

            String max = String.valueOf(Long.MAX_VALUE);
            assertEquals(
                    List.of(
                            "O a " + Long.MIN_VALUE + ".." + (Long.MIN_VALUE + 20) + " 2",
                            "O b " + (Long.MAX_VALUE - 1) + ".." + max + " 6"),
                    results(driver));
        }
    }

    @Test
    void shouldStopAndNameTheSessionWhenASumNeedsMoreThan128Bits() {
        Pipeline pipeline = pipeline(0, lateness(100), Aggregates.sumOfProducts(VALUE, VALUE));
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            driver.event(0, "k", Long.MIN_VALUE);
            driver.event(20, "k", Long.MIN_VALUE);
            driver.event(40, "other", 1);
            long hash = driver.core().stateHash();

            StepFailure failure = assertThrows(StepFailure.class, () -> driver.event(10, "k", 1));

            assertEquals("windows", failure.stage());
            assertTrue(failure.getMessage().contains("stage windows"), failure::getMessage);
            assertTrue(failure.getMessage().contains("128 bits"), failure::getMessage);
            assertEquals(hash, driver.core().stateHash());
        }
    }

    @Test
    void shouldKeepNothingWhenAllSessionsHaveEnded() {
        try (CoreDriver driver = driver(0, lateness(50));
                CoreDriver fresh = driver(0, lateness(50))) {
            for (int i = 0; i < 20_000; i++) {
                driver.event(i, "a key of some length" + i % 500, i);
            }
            driver.end(0);
            fresh.event(1, "one", 1);
            fresh.end(0);

            assertTrue(
                    driver.core().stateBytes() <= fresh.core().stateBytes() + (256 << 10),
                    () -> "bytes left: " + driver.core().stateBytes());
        }
    }

    @Test
    void shouldGiveBackWhatIdleKeysHeldWhileOthersGoOn() {
        try (CoreDriver driver = driver(0, s -> s)) {
            for (int i = 0; i < 10_000; i++) {
                driver.event(1, "idle" + i, i);
            }
            long full = driver.core().stateBytes();
            for (int i = 0; i < 10_000; i++) {
                driver.event(20 + i, "busy", i);
            }

            assertTrue(
                    driver.core().stateBytes() < full / 10,
                    () -> "of " + full + " bytes left: " + driver.core().stateBytes());
        }
    }

    /** Windows of a stage before, whose results come with one record, all for one moment. */
    private static Pipeline sessionsOfResults() {
        return Pipeline.define(
                "sessions-of-results",
                p ->
                        p.source("events", BuiltinMessages.KEYED_VALUE)
                                .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none())
                                .keyByBytes("key", (m, target) -> m.getKey(target, 0, 1024))
                                .window(
                                        "before",
                                        Windows.tumbling(Duration.ofNanos(10)),
                                        Late.drop())
                                .aggregate(Aggregates.sum(VALUE))
                                .keyByBytes("again", (m, target) -> lastKey(m, target))
                                .window("windows", new Windows.Sessions(GAP_NS), Late.drop())
                                .firings(Aggregates.count())
                                .sink("results", Sinks.memory(new MemorySink())));
    }

    private static int lastKey(WindowResultDecoder result, MutableDirectBuffer target) {
        result.values().forEach(value -> {});
        return result.getKey(target, 0, 1024);
    }

    @Test
    void shouldFireSessionsOfOneRecordInTheOrderInWhichTheirEventsCame() {
        for (int restoredAt = 0; restoredAt < 3; restoredAt++) {
            try (CoreDriver driver = new CoreDriver(sessionsOfResults(), 3)) {
                List<String> keys = new ArrayList<>();
                for (int i = 0; keys.size() < 40; i++) {
                    String key = "key" + i;
                    if (WindowOracle.group(key.getBytes(StandardCharsets.UTF_8)) == 99) {
                        keys.add(key);
                    }
                }
                Collections.shuffle(keys, new Random(5));
                keys.forEach(key -> driver.event(1, key, 1));
                for (int time : new int[] {10, 12, 40}) {
                    driver.event(time, "other", 1);
                    if (time / 12 == restoredAt) {
                        driver.snapshotAndRestore();
                    }
                }

                List<String> expected = keys.stream().map(key -> "O " + key + " 9..19 1").toList();
                List<String> all = results(driver);
                assertEquals(expected, all.subList(0, keys.size()), "restored at " + restoredAt);
            }
        }
    }
}
