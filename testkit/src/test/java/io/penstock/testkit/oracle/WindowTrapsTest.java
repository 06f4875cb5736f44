package io.penstock.testkit.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Idle;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.Windows;
import io.penstock.testkit.harness.HarnessInputs;
import io.penstock.testkit.harness.HarnessResult;
import io.penstock.testkit.harness.OperatorHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Mistakes that window operators are often made with: the naive version fails, ours does not. */
class WindowTrapsTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private static Pipeline pipeline(Windows windows, long disorderNs, Duration lateness) {
        return Pipeline.define(
                "trap",
                p -> {
                    EventTimeStream<KeyedValueDecoder> events =
                            p.source("events", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(
                                            KeyedValueDecoder::eventTimeNs,
                                            new Disorder(disorderNs));
                    events.keyBy("all", m -> 0)
                            .window("windows", windows, Late.toSide("late"))
                            .allowedLateness(lateness)
                            .trigger(Trigger.onWatermark())
                            .aggregate(Aggregates.count())
                            .sink("results", Sinks.memory(new MemorySink()));
                    events.side("late").sink("late", Sinks.memory(new MemorySink()));
                });
    }

    private static HarnessResult run(Pipeline pipeline, long... minutes) {
        HarnessInputs inputs = new HarnessInputs(pipeline);
        for (long minute : minutes) {
            TimedValue event = new TimedValue(inputs.count(), minute * MINUTE, new byte[0], 1);
            RandomStream.send(inputs, "events", event);
        }
        return OperatorHarness.of(pipeline).run(inputs.endAll());
    }

    /** Start, end and count of each result, in minutes. */
    private static List<String> results(HarnessResult result) {
        WindowResultDecoder decoder = new WindowResultDecoder();
        return result.outputs("results").stream()
                .map(
                        output -> {
                            BuiltinMessages.WINDOW_RESULT.wrap(decoder, output.message(), 0);
                            String bounds =
                                    decoder.windowStartNs() / MINUTE
                                            + ".."
                                            + decoder.windowEndNs() / MINUTE;
                            return bounds + ":" + decoder.values().next().mantissa().low();
                        })
                .toList();
    }

    /** Puts each event into the one window that starts last before it. */
    private static List<String> oneWindowEach(long size, long every, long... minutes) {
        TreeMap<Long, Integer> windows = new TreeMap<>();
        for (long minute : minutes) {
            windows.merge(Math.floorDiv(minute, every) * every, 1, Integer::sum);
        }
        List<String> results = new ArrayList<>();
        windows.forEach((start, count) -> results.add(start + ".." + (start + size) + ":" + count));
        return results;
    }

    @Test
    void shouldPutAnEventIntoEveryWindowThatHoldsItWhereWindowsOverlap() {
        long[] minutes = {7, 8, 12};
        List<String> right = List.of("-5..10:2", "0..15:3", "5..20:3", "10..25:1");

        assertNotEquals(right, oneWindowEach(15, 5, minutes));
        Windows windows = Windows.hopping(Duration.ofMinutes(15), Duration.ofMinutes(5));
        assertEquals(right, results(run(pipeline(windows, 0, Duration.ZERO), minutes)));
    }

    /** Closes by the event at hand, and opens a window anew for whoever comes late. */
    private static List<String> expireByEvent(long size, long... minutes) {
        List<String> results = new ArrayList<>();
        TreeMap<Long, Integer> open = new TreeMap<>();
        for (long minute : minutes) {
            open.merge(Math.floorDiv(minute, size) * size, 1, Integer::sum);
            while (open.firstKey() + size <= minute) {
                Map.Entry<Long, Integer> closed = open.pollFirstEntry();
                results.add(
                        closed.getKey()
                                + ".."
                                + (closed.getKey() + size)
                                + ":"
                                + closed.getValue());
            }
        }
        open.forEach((start, count) -> results.add(start + ".." + (start + size) + ":" + count));
        return results;
    }

    @Test
    void shouldNotOpenAClosedWindowAgainForALateEvent() {
        long[] minutes = {1, 2, 11, 3, 12, 4, 21};
        List<String> right = List.of("0..10:2", "10..20:2", "20..30:1");

        assertEquals(
                List.of("0..10:2", "0..10:1", "0..10:1", "10..20:2", "20..30:1"),
                expireByEvent(10, minutes));
        Pipeline pipeline = pipeline(Windows.tumbling(Duration.ofMinutes(10)), 0, Duration.ZERO);
        HarnessResult ours = run(pipeline, minutes);
        assertEquals(right, results(ours));
        assertEquals(2, ours.outputs("late").size());
        assertEquals(2, ours.count("windows", "late"));
    }

    @Test
    void shouldGiveTheWholeWindowAnewForALateEventThatIsAllowed() {
        long[] minutes = {1, 2, 11, 3, 12, 4, 21};
        List<String> right = List.of("0..10:2", "0..10:3", "0..10:4", "10..20:2", "20..30:1");

        assertNotEquals(right, expireByEvent(10, minutes));
        Windows windows = Windows.tumbling(Duration.ofMinutes(10));
        HarnessResult ours = run(pipeline(windows, 0, Duration.ofMinutes(5)), minutes);
        assertEquals(right, results(ours));
        assertEquals(0, ours.outputs("late").size());
    }

    @Test
    void shouldGiveAResultWithoutAFurtherEventWhenTheSourceFallsSilent() {
        Pipeline pipeline =
                Pipeline.define(
                        "silent",
                        p -> {
                            EventTimeStream<KeyedValueDecoder> live =
                                    source(p, "live", Idle.never());
                            EventTimeStream<KeyedValueDecoder> silent =
                                    source(p, "silent", Idle.after(Duration.ofSeconds(5)));
                            live.union("both", silent)
                                    .keyBy("all", m -> 0)
                                    .window(
                                            "windows",
                                            Windows.tumbling(Duration.ofMinutes(10)),
                                            Late.drop())
                                    .aggregate(Aggregates.count())
                                    .sink("results", Sinks.memory(new MemorySink()));
                        });
        HarnessInputs inputs = new HarnessInputs(pipeline);
        inputs.at(0);
        RandomStream.send(inputs, "silent", new TimedValue(0, MINUTE, new byte[0], 1));
        RandomStream.send(inputs, "live", new TimedValue(1, 2 * MINUTE, new byte[0], 1));
        RandomStream.send(inputs, "live", new TimedValue(2, 12 * MINUTE, new byte[0], 1));
        int last = inputs.count();
        for (int second = 1; second <= 6; second++) {
            inputs.tick(Duration.ofSeconds(second).toNanos());
        }

        HarnessResult result = OperatorHarness.of(pipeline).run(inputs);

        // Who looks at its timeout when an event comes would still wait.
        assertEquals(List.of("0..10:2"), results(result));
        int fifthTick = last + 4;
        assertEquals(fifthTick, result.outputs("results").get(0).input());
    }

    private static EventTimeStream<KeyedValueDecoder> source(
            Pipeline.Definition p, String name, Idle idle) {
        return p.source(name, BuiltinMessages.KEYED_VALUE)
                .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none(), idle);
    }

    @Test
    void shouldKnowOneKindOfWindowForAllThreeMeaningsOfHopping() {
        long[] minutes = {0, 5, 6, 9, 10, 15, 16};
        // Six minutes of every ten: who knows windows without gaps only counts 6, 9 and 16 as well.
        assertEquals(List.of("0..6:4", "10..16:3"), oneWindowEach(6, 10, minutes));
        assertEquals(List.of("0..6:2", "10..16:2"), resultsOf(6, 10, minutes));
        assertEquals(List.of("0..10:4", "10..20:3"), resultsOf(10, 10, minutes));
        assertEquals(
                List.of("-5..5:1", "0..10:4", "5..15:4", "10..20:3", "15..25:2"),
                resultsOf(10, 5, minutes));
        Pipeline gaps = pipeline(windows(6, 10), 0, Duration.ZERO);
        HarnessResult counted = run(gaps, minutes);
        assertEquals(3, counted.count("windows", "gap"));
        assertEquals(0, counted.count("windows", "late"));
    }

    private static List<String> resultsOf(long size, long every, long... minutes) {
        return results(run(pipeline(windows(size, every), 0, Duration.ZERO), minutes));
    }

    private static Windows windows(long size, long every) {
        return Windows.hopping(Duration.ofMinutes(size), Duration.ofMinutes(every));
    }
}
