package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.WindowFiringDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.KeyedStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.SinkSpec;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.pipeline.WindowedStream;
import io.penstock.engine.window.Aggregate;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.Windows;
import io.penstock.fault.PenstockException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Totals over results that are taken back: two stages against a direct computation. */
final class RetractionsTest {
    private static final int SEEDS = 600;
    private static final int KEYS = 6;
    private static final long FAR = 100_000;
    private static final CoreLimits LIMITS = new CoreLimits(64 << 20, 128 << 10);
    private static final int RING_BYTES = 1 << 20;

    /** One event. */
    private record Given(long timeNs, String key, long value) {}

    /** One result of either stage. */
    private record Told(
            long sequence, char kind, long startNs, long endNs, String key, List<String> values) {
        String window() {
            return key + " [" + startNs + ", " + endNs + ")";
        }
    }

    private static SinkSpec memory() {
        return Sinks.memory(new MemorySink());
    }

    private static Duration ns(long length) {
        return Duration.ofNanos(length);
    }

    private static void skipValues(WindowFiringDecoder m) {
        for (WindowFiringDecoder.ValuesDecoder values = m.values(); values.hasNext(); ) {
            values.next();
        }
    }

    /** The key of the totals: keys a and b have one, c and d, and so on. */
    private static long pair(WindowFiringDecoder m) {
        skipValues(m);
        m.keyLength();
        int at = m.limit() + WindowFiringDecoder.keyHeaderLength();
        return (m.buffer().getByte(at) - (long) 'a') / 2;
    }

    private static long sum(WindowFiringDecoder m) {
        return m.values().next().mantissa().low();
    }

    /** The two stages of a seed. */
    private record Plan(
            long disorderNs,
            Windows first,
            long firstLatenessNs,
            Trigger firstTrigger,
            Windows second,
            long secondLatenessNs,
            Trigger secondTrigger) {
        static Plan of(Random random) {
            Windows first =
                    switch (random.nextInt(4)) {
                        case 0 -> Windows.sessions(ns(1 + random.nextInt(12)));
                        case 1 -> Windows.hopping(ns(20), ns(1 + random.nextInt(25)));
                        case 2 -> Windows.cumulative(ns(30), ns(10));
                        default -> Windows.tumbling(ns(1 + random.nextInt(20)));
                    };
            Windows second =
                    switch (random.nextInt(6)) {
                        case 0 -> Windows.hopping(ns(40), ns(1 + random.nextInt(39)));
                        case 1 -> Windows.hopping(ns(10), ns(17));
                        case 2 -> Windows.cumulative(ns(60), ns(20));
                        case 3 -> Windows.global();
                        default -> Windows.tumbling(ns(1 + random.nextInt(80)));
                    };
            long lateness = random.nextBoolean() ? FAR : random.nextInt(60);
            return new Plan(
                    random.nextInt(30),
                    first,
                    random.nextInt(60),
                    retracting(random),
                    second,
                    lateness,
                    random.nextInt(3) == 0 ? Trigger.finalOnly() : retracting(random));
        }

        private static Trigger retracting(Random random) {
            Trigger trigger = Trigger.onWatermark().retracting();
            return random.nextBoolean() ? trigger : trigger.early(ns(1 + random.nextInt(20)));
        }

        Pipeline pipeline() {
            return Pipeline.define(
                    "totals",
                    p -> {
                        Stream<WindowFiringDecoder> parts =
                                p.source("events", BuiltinMessages.KEYED_VALUE)
                                        .eventTime(
                                                KeyedValueDecoder::eventTimeNs,
                                                new Disorder(disorderNs))
                                        .keyByBytes("key", (m, to) -> m.getKey(to, 0, 64))
                                        .window("parts", first, Late.drop())
                                        .allowedLateness(ns(firstLatenessNs))
                                        .trigger(firstTrigger)
                                        .firings(Aggregates.sum(m -> m.value().mantissa()));
                        parts.sink("parts-out", memory());
                        parts.keyBy("pair", RetractionsTest::pair)
                                .window("totals", second, Late.drop())
                                .allowedLateness(ns(secondLatenessNs))
                                .trigger(secondTrigger)
                                .retractedBy(m -> m.kind() == 'R')
                                .firings(
                                        Aggregates.count(),
                                        Aggregates.sum(RetractionsTest::sum),
                                        Aggregates.average(RetractionsTest::sum, 2))
                                .sink("totals-out", memory());
                    });
        }
    }

    private static List<Given> events(Random random, int count) {
        List<Given> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long time = (long) i + random.nextInt(40);
            if (random.nextInt(5) == 0) {
                time = Math.max(0, time - random.nextInt(80));
            }
            String key = String.valueOf((char) ('a' + random.nextInt(KEYS)));
            events.add(new Given(time, key, random.nextInt(40) - 10));
        }
        return events;
    }

    private static List<Told> told(CoreDriver driver, int sinkId) {
        WindowFiringDecoder m = new WindowFiringDecoder();
        List<Told> told = new ArrayList<>();
        for (CoreDriver.Out out : driver.outsOf(sinkId)) {
            BuiltinMessages.WINDOW_FIRING.wrap(m, out.message(), 0);
            char kind = (char) m.kind();
            long startNs = m.windowStartNs();
            long endNs = m.windowEndNs();
            List<String> values = new ArrayList<>();
            for (WindowFiringDecoder.ValuesDecoder v = m.values(); v.hasNext(); ) {
                v.next();
                values.add(BigDecimal.valueOf(v.mantissa().low(), v.scale()).toPlainString());
            }
            byte[] key = new byte[m.keyLength()];
            m.getKey(key, 0, key.length);
            String text =
                    sinkId == 0 ? new String(key, StandardCharsets.UTF_8) : String.valueOf(key[0]);
            told.add(new Told(out.sequence(), kind, startNs, endNs, text, values));
        }
        return told;
    }

    /** What stands of a stage's results, checking that each replaced one was retracted before. */
    private static Map<String, List<String>> standing(List<Told> told) {
        Map<String, List<String>> standing = new TreeMap<>();
        for (Told one : told) {
            if (one.kind() == 'R') {
                assertEquals(one.values(), standing.remove(one.window()), () -> "" + one);
            } else {
                assertNull(standing.put(one.window(), one.values()), () -> "" + one);
            }
        }
        return standing;
    }

    /** Windows that a time belongs to, by the definition. */
    private static List<long[]> windowsOf(Windows windows, long timeNs) {
        List<long[]> all = new ArrayList<>();
        if (windows instanceof Windows.Aligned aligned) {
            long every = aligned.everyNs();
            for (long k = Math.floorDiv(timeNs, every); ; k--) {
                long start = k * every;
                if (start + aligned.sizeNs() <= timeNs) {
                    return all;
                }
                all.add(new long[] {start, start + aligned.sizeNs()});
            }
        }
        if (windows instanceof Windows.Cumulative cumulative) {
            long start = Math.floorDiv(timeNs, cumulative.sizeNs()) * cumulative.sizeNs();
            for (long end = start + cumulative.stepNs();
                    end <= start + cumulative.sizeNs();
                    end += cumulative.stepNs()) {
                if (timeNs < end) {
                    all.add(new long[] {start, end});
                }
            }
            return all;
        }
        all.add(new long[] {Long.MIN_VALUE, Long.MAX_VALUE});
        return all;
    }

    /** The totals of what was told by the first stage and not too late for the second. */
    private static Map<String, List<String>> totals(
            Plan plan, List<Given> events, List<Told> parts) {
        Map<String, List<Long>> held = new TreeMap<>();
        for (Told part : parts) {
            long watermarkNs = Long.MIN_VALUE;
            for (int i = 0; i < Math.min(events.size(), part.sequence()); i++) {
                watermarkNs = Math.max(watermarkNs, events.get(i).timeNs() - plan.disorderNs());
            }
            for (long[] window : windowsOf(plan.second(), part.endNs() - 1)) {
                boolean isGlobal = window[1] == Long.MAX_VALUE;
                if (!isGlobal && watermarkNs >= window[1] + plan.secondLatenessNs()) {
                    continue;
                }
                int pair = (part.key().charAt(0) - 'a') / 2;
                String name = pair + " [" + window[0] + ", " + window[1] + ")";
                List<Long> values = held.computeIfAbsent(name, k -> new ArrayList<>());
                Long value = Long.valueOf(part.values().get(0));
                if (part.kind() == 'R') {
                    assertTrue(values.remove(value), () -> part + " was never held");
                } else {
                    values.add(value);
                }
            }
        }
        return figures(held);
    }

    private static Map<String, List<String>> figures(Map<String, List<Long>> held) {
        Map<String, List<String>> totals = new TreeMap<>();
        held.forEach(
                (window, values) -> {
                    if (values.isEmpty()) {
                        return;
                    }
                    BigDecimal sum =
                            BigDecimal.valueOf(values.stream().mapToLong(Long::longValue).sum());
                    BigDecimal count = BigDecimal.valueOf(values.size());
                    totals.put(
                            window,
                            List.of(
                                    count.toPlainString(),
                                    sum.toPlainString(),
                                    sum.divide(count, 2, RoundingMode.HALF_EVEN).toPlainString()));
                });
        return totals;
    }

    private static void feed(CoreDriver driver, List<Given> events, Random random) {
        for (Given event : events) {
            if (random.nextInt(30) == 0) {
                driver.snapshotAndRestore();
            }
            driver.event(event.timeNs(), event.key(), event.value());
        }
        driver.end(0);
        driver.drain();
    }

    private static Map<String, Long> counts(CoreDriver driver, String stage) {
        Map<String, Long> counts = new HashMap<>();
        Operator operator = operator(driver, stage);
        String[] labels = operator.countLabels();
        for (int i = 0; i < labels.length; i++) {
            counts.put(labels[i], operator.countOf(i));
        }
        return counts;
    }

    private static Operator operator(CoreDriver driver, String stage) {
        return driver.core().operators().stream()
                .filter(operator -> operator.name().equals(stage))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldGiveTheTotalsOfWhatStandsWhateverWasTakenBack() {
        long retracted = 0;
        long late = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Random random = new Random(seed);
            Plan plan = Plan.of(random);
            List<Given> events = events(random, 20 + random.nextInt(100));
            String what = "seed " + seed + "\n" + plan;
            try (CoreDriver driver = new CoreDriver(plan.pipeline(), seed, RING_BYTES, LIMITS)) {
                feed(driver, events, random);
                List<Told> parts = told(driver, 0);
                standing(parts);

                assertEquals(totals(plan, events, parts), standing(told(driver, 1)), what);

                Map<String, Long> counts = counts(driver, "totals");
                assertEquals(parts.size(), counts.get("in"), what);
                assertEquals(0, counts.get("unmatched"), what);
                retracted += counts.get("retracted");
                late += counts.get("late");
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(what, e);
            }
        }
        assertTrue(retracted > 10L * SEEDS, "retracted: " + retracted);
        assertTrue(late > SEEDS / 2, "late: " + late);
    }

    @Test
    void shouldGiveTheSameTotalsForEveryOrderWithinTheLateness() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            Windows second =
                    random.nextInt(4) == 0
                            ? Windows.global()
                            : Windows.hopping(ns(40), ns(1 + random.nextInt(60)));
            long sizeNs = 1L + random.nextInt(20);
            Plan plan =
                    new Plan(
                            random.nextInt(30),
                            Windows.tumbling(ns(sizeNs)),
                            FAR,
                            Plan.retracting(random),
                            second,
                            FAR,
                            random.nextInt(3) == 0 ? Trigger.finalOnly() : Plan.retracting(random));
            List<Given> events = events(random, 60);
            Map<String, List<String>> expected = direct(plan, sizeNs, events);
            for (int order = 0; order < 4; order++) {
                Collections.shuffle(events, random);
                try (CoreDriver driver =
                        new CoreDriver(plan.pipeline(), seed, RING_BYTES, LIMITS)) {
                    feed(driver, events, random);
                    assertEquals(expected, standing(told(driver, 1)), "seed " + seed + " " + plan);
                }
            }
        }
    }

    /** Both stages over the events at once. */
    private static Map<String, List<String>> direct(Plan plan, long sizeNs, List<Given> events) {
        Map<String, Map<Long, Long>> parts = new TreeMap<>();
        for (Given event : events) {
            parts.computeIfAbsent(event.key(), k -> new TreeMap<>())
                    .merge(event.timeNs() / sizeNs, event.value(), Long::sum);
        }
        Map<String, List<Long>> held = new TreeMap<>();
        parts.forEach(
                (key, sums) ->
                        sums.forEach(
                                (index, sum) -> {
                                    long timeNs = (index + 1) * sizeNs - 1;
                                    for (long[] w : windowsOf(plan.second(), timeNs)) {
                                        int pair = (key.charAt(0) - 'a') / 2;
                                        held.computeIfAbsent(
                                                        pair + " [" + w[0] + ", " + w[1] + ")",
                                                        k -> new ArrayList<>())
                                                .add(sum);
                                    }
                                }));
        return figures(held);
    }

    /** Totals by the sign of a value's hundreds: below 100 it is added, from there on taken out. */
    private static Pipeline simple(Windows windows, long latenessNs, Trigger trigger) {
        return Pipeline.define(
                "simple",
                p ->
                        keyed(p).window("w", windows, Late.drop())
                                .allowedLateness(ns(latenessNs))
                                .trigger(trigger)
                                .retractedBy(m -> m.value().mantissa() >= 100)
                                .firings(
                                        Aggregates.count(),
                                        Aggregates.sum(m -> m.value().mantissa() % 100))
                                .sink("o", memory()));
    }

    private static KeyedStream<KeyedValueDecoder> keyed(Pipeline.Definition p) {
        return p.source("events", BuiltinMessages.KEYED_VALUE)
                .eventTime(KeyedValueDecoder::eventTimeNs, new Disorder(0))
                .keyByBytes("key", (m, to) -> m.getKey(to, 0, 64));
    }

    private static List<String> texts(CoreDriver driver) {
        driver.drain();
        return told(driver, 0).stream()
                .map(t -> t.sequence() + " " + t.kind() + " " + t.endNs() + " " + t.values())
                .toList();
    }

    @Test
    void shouldForgetAKeyAndWindowThatComeToNothing() {
        Pipeline pipeline =
                simple(Windows.tumbling(ns(10)), 50, Trigger.onWatermark().retracting());
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            driver.event(1, "a", 7);
            driver.event(2, "a", 107);
            driver.event(12, "a", 8); // the first window has nothing to say
            driver.event(3, "a", 9);
            driver.event(4, "a", 109);
            driver.event(5, "a", 1);

            assertEquals(List.of("3 L 10 [1, 9]", "4 R 10 [1, 9]", "5 L 10 [1, 1]"), texts(driver));
            driver.event(100, "b", 1);
            assertEquals("6 O 20 [1, 8]", texts(driver).get(3));
        }
    }

    @Test
    void shouldRetractWhatItSaidEarlyWhenNothingIsLeft() {
        Pipeline pipeline =
                simple(Windows.global(), 0, Trigger.onWatermark().early(ns(10)).retracting());
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            driver.event(5, "a", 7);
            driver.event(12, "b", 1);
            driver.event(13, "a", 107);
            driver.event(25, "b", 2);
            driver.end(0);

            assertEquals(
                    List.of(
                            "1 E 9223372036854775807 [1, 1]",
                            "1 E 9223372036854775807 [1, 7]",
                            "2 R 9223372036854775807 [1, 7]",
                            "3 R 9223372036854775807 [1, 1]",
                            "3 E 9223372036854775807 [2, 3]",
                            "4 R 9223372036854775807 [2, 3]",
                            "4 O 9223372036854775807 [2, 3]"),
                    texts(driver));
        }
    }

    @Test
    void shouldCountARetractionThatHasNothingToTakeOut() {
        Pipeline pipeline = simple(Windows.tumbling(ns(10)), 0, Trigger.onWatermark());
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            driver.event(1, "a", 107);
            driver.event(2, "a", 7);
            driver.event(3, "b", 107);
            driver.event(15, "c", 1);
            driver.event(4, "a", 107); // too late, as any event
            driver.end(0);

            assertEquals(List.of("3 O 10 [1, 7]", "5 O 20 [1, 1]"), texts(driver));
            assertEquals(
                    Map.of(
                            "in",
                            5L,
                            "aggregated",
                            2L,
                            "late",
                            1L,
                            "gap",
                            0L,
                            "fired",
                            2L,
                            "retracted",
                            0L,
                            "unmatched",
                            2L),
                    counts(driver, "w"));
        }
    }

    @Test
    void shouldGiveBackTheMemoryOfKeysThatCameToNothing() {
        Pipeline pipeline = simple(Windows.global(), 0, Trigger.onWatermark());
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            long before = 0;
            for (int i = 0; i < 10_000; i++) {
                driver.event(i, "key-" + i, 7);
                driver.event(i, "key-" + i, 107);
                if (i == 2_000) {
                    before = driver.core().stateBytes();
                }
            }
            assertTrue(
                    driver.core().stateBytes() <= before + 4096,
                    before + " became " + driver.core().stateBytes());
        }
    }

    private static void assertRefused(String message, Windows windows, Trigger trigger) {
        assertRefused(message, windows, trigger, Aggregates.count());
    }

    private static void assertRefused(
            String message,
            Windows windows,
            Trigger trigger,
            Aggregate<KeyedValueDecoder> aggregate) {
        PenstockException refused =
                assertThrows(
                        PenstockException.class,
                        () ->
                                Pipeline.define(
                                        "refused",
                                        p -> {
                                            WindowedStream<KeyedValueDecoder> all =
                                                    keyed(p).window("w", windows, Late.drop())
                                                            .retractedBy(m -> true);
                                            if (trigger != null) {
                                                all = all.allowedLateness(ns(5)).trigger(trigger);
                                            }
                                            all.firings(aggregate).sink("o", memory());
                                        }));
        assertNotNull(refused.getMessage());
        assertTrue(refused.getMessage().startsWith(message), refused.getMessage());
    }

    @Test
    void shouldRefuseRetractionsWhereTheyCannotBeTakenOut() {
        assertRefused(
                "stage w takes no retractions: a session would have to be split",
                Windows.sessions(ns(5)),
                null);
        assertRefused("stage w takes no retractions: a window of a count", Windows.count(5), null);
        assertRefused(
                "stage w takes retractions, and no event can be taken out of max: use counts",
                Windows.global(),
                null,
                Aggregates.max(m -> m.value().mantissa()));
        assertRefused(
                "stage w takes retractions and may give several results of a window",
                Windows.tumbling(ns(5)),
                Trigger.onWatermark());
    }
}
