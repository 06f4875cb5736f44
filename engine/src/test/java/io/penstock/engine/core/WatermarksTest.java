package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.FutureGuard;
import io.penstock.engine.pipeline.Idle;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.pipeline.Watermarks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of watermarks and idleness one by one; {@link TimeOracleTest} has them all at once. */
final class WatermarksTest {
    private static final int BEHIND = 4;
    private static final int IN = 0;
    private static final int LATE = 1;

    private final KeyedValueDecoder decoder = new KeyedValueDecoder();

    /** Sources of one kind, united and put in order: the stage before the sink. */
    private static Pipeline ordered(
            int sources, Watermarks<? super KeyedValueDecoder> watermarks, Idle idle) {
        return Pipeline.define(
                "ordered",
                p -> {
                    Stream<KeyedValueDecoder> events = null;
                    for (int i = 0; i < sources; i++) {
                        Stream<KeyedValueDecoder> source =
                                p.source("source-" + i, BuiltinMessages.KEYED_VALUE)
                                        .eventTime(
                                                KeyedValueDecoder::eventTimeNs, watermarks, idle);
                        events = events == null ? source : events.union("union-" + i, source);
                    }
                    events.inOrder("order", Late.drop())
                            .sink("out", Sinks.memory(new MemorySink()));
                });
    }

    private static void event(CoreDriver driver, int source, long eventTime) {
        driver.event(source, eventTime, new byte[] {'k'}, 0, 0);
    }

    private static Operator order(CoreDriver driver) {
        return driver.core().operators().stream()
                .filter(operator -> operator.name().equals("order"))
                .findFirst()
                .orElseThrow();
    }

    private List<Long> out(CoreDriver driver) {
        driver.drain();
        List<Long> times = new ArrayList<>();
        for (CoreDriver.Out out : driver.outsOf(0)) {
            BuiltinMessages.KEYED_VALUE.wrap(decoder, out.message(), 0);
            times.add(decoder.eventTimeNs());
        }
        return times;
    }

    @Test
    void shouldTakeTheLatestEventForTheWatermarkOfAnAscendingSource() {
        try (CoreDriver driver =
                new CoreDriver(ordered(1, Watermarks.ascending(), Idle.never()), 1)) {
            event(driver, 0, 10);
            assertEquals(10, order(driver).watermark());
            event(driver, 0, 9);
            event(driver, 0, 10);

            assertEquals(1, driver.core().source(0).countOf(BEHIND));
            assertEquals(1, order(driver).countOf(LATE));
            assertEquals(10, order(driver).watermark());
            assertEquals(List.of(10L, 10L), out(driver));
        }
    }

    @Test
    void shouldMoveAPunctuatedWatermarkOnlyByWhatEventsCarry() {
        Watermarks<KeyedValueDecoder> punctuated =
                Watermarks.punctuated(
                        "scale-1",
                        m -> m.value().scale() == 1 ? m.value().mantissa() : Watermarks.NONE);
        try (CoreDriver driver = new CoreDriver(ordered(1, punctuated, Idle.never()), 1)) {
            event(driver, 0, 10);
            event(driver, 0, 20);
            assertEquals(List.of(), out(driver));
            driver.event(0, 30, new byte[] {'k'}, 15, 1);
            assertEquals(15, order(driver).watermark());
            driver.event(0, 31, new byte[] {'k'}, 14, 1);
            assertEquals(15, order(driver).watermark());
            driver.end(0);
            assertEquals(List.of(10L, 20L, 30L, 31L), out(driver));
        }
    }

    @Test
    void shouldMoveALaggingWatermarkByRecordsAndTicksAndNeverBack() {
        Watermarks<? super KeyedValueDecoder> lag = Watermarks.lag(Duration.ofNanos(5));
        try (CoreDriver driver = new CoreDriver(ordered(1, lag, Idle.never()), 1)) {
            event(driver.at(100), 0, 1_000_000);
            assertEquals(95, order(driver).watermark());
            driver.tick(120);
            assertEquals(115, order(driver).watermark());
            event(driver.at(90), 0, 120);
            assertEquals(115, order(driver).watermark());
            event(driver.at(121), 0, 113);
            assertEquals(1, order(driver).countOf(LATE));
            driver.end(0);
            driver.tick(2_000_000);
            assertEquals(Operator.END_OF_TIME, order(driver).watermark());
        }
    }

    @Test
    void shouldLeaveTheClockAloneAtSnapshotBarriers() {
        Watermarks<? super KeyedValueDecoder> lag = Watermarks.lag(Duration.ofNanos(5));
        try (CoreDriver driver = new CoreDriver(ordered(1, lag, Idle.never()), 1)) {
            event(driver.at(100), 0, 97);
            driver.barrier(500);
            assertEquals(95, order(driver).watermark());
            assertEquals(100, driver.core().timeNs());
        }
    }

    @Test
    void shouldFindASourceIdleAtTheFirstTickThatIsLateEnoughHoweverIrregularTicksAre() {
        for (long silence = 1; silence < 60; silence++) {
            Pipeline pipeline = ordered(2, new Disorder(0), new Idle(30));
            try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
                event(driver.at(1000), 0, 10);
                event(driver, 1, 5);
                for (long now : new long[] {1001, 1007, 1029, 1000 + silence}) {
                    event(driver.at(now), 0, 10 + now);
                    driver.tick(now);
                }
                assertEquals(silence >= 30, driver.core().source(1).clock().isIdle());
                assertEquals(silence >= 30 ? 1010 + silence : 5, order(driver).watermark());
            }
        }
    }

    @Test
    void shouldJudgeTheFirstEventAfterSilenceByTheWatermarkOfTheOthers() {
        Pipeline pipeline = ordered(2, new Disorder(0), new Idle(30));
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            event(driver.at(1000), 0, 10);
            event(driver, 1, 5);
            event(driver.at(1040), 0, 50);
            driver.tick(1040);
            assertEquals(50, order(driver).watermark());

            event(driver.at(1041), 1, 49);
            event(driver, 0, 70);

            assertEquals(1, order(driver).countOf(LATE));
            assertEquals(50, order(driver).watermark(), "held where it was, and not moved back");
            event(driver, 1, 60);
            assertEquals(60, order(driver).watermark());
        }
    }

    @Test
    void shouldLetTimeStandStillWhenAllSourcesAreIdleOrHaveEnded() {
        Pipeline pipeline = ordered(2, new Disorder(0), new Idle(30));
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            event(driver.at(1000), 0, 10);
            event(driver, 1, 5);
            driver.tick(1100);
            assertEquals(5, order(driver).watermark());
            driver.end(0);
            driver.tick(1200);
            assertEquals(5, order(driver).watermark(), "the idle one may still come back");
            event(driver.at(1300), 1, 20);
            assertEquals(20, order(driver).watermark(), "an ended one holds nobody back");
            driver.end(1);
            assertEquals(Operator.END_OF_TIME, order(driver).watermark());
            assertEquals(3, order(driver).countOf(IN));
        }
    }

    @Test
    void shouldDescribeTheStrategyInThePlanAndKeepTheTextOfADisorderBound() {
        assertTrue(
                plan(new Disorder(3), FutureGuard.off()).contains(" disorderNs=3 idleAfterNs=0\n"));
        assertTrue(
                plan(Watermarks.lag(Duration.ofNanos(4)), FutureGuard.off())
                        .contains(" lagNs=4 idleAfterNs=0\n"));
        assertTrue(
                plan(Watermarks.punctuated("marks", m -> 0), FutureGuard.clamp(Duration.ofNanos(9)))
                        .contains(
                                " watermarks=punctuated:marks idleAfterNs=0"
                                        + " future=clamp aheadNs=9\n"));
        assertTrue(
                plan(new Disorder(0), FutureGuard.rejectJump(Duration.ofNanos(8)))
                        .contains(" future=reject jumpNs=8 believedAfter=16\n"));
    }

    private static String plan(
            Watermarks<? super KeyedValueDecoder> watermarks, FutureGuard guard) {
        return Pipeline.define(
                        "planned",
                        p ->
                                p.source("events", BuiltinMessages.KEYED_VALUE)
                                        .eventTime(
                                                KeyedValueDecoder::eventTimeNs,
                                                watermarks,
                                                Idle.never(),
                                                guard)
                                        .sink("out", Sinks.memory(new MemorySink())))
                .plan()
                .text();
    }

    @Test
    void shouldRefuseNegativeLimits() {
        assertThrows(IllegalArgumentException.class, () -> Watermarks.lag(Duration.ofNanos(-1)));
        assertThrows(
                IllegalArgumentException.class, () -> FutureGuard.reject(Duration.ofNanos(-1)));
    }
}
