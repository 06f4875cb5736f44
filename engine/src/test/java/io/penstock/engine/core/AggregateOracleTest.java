package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.codecs.builtin.WindowResultEncoder;
import io.penstock.engine.core.AggregateOracle.Seen;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregate;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.ManyAggregates;
import io.penstock.engine.window.Rounding;
import io.penstock.engine.window.Ties;
import io.penstock.engine.window.WideNumber;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;

/** All aggregates through real windows, against plain collections. */
final class AggregateOracleTest {
    private static final int SEEDS = 1_200;
    private static final List<Function<List<Seen>, String>> ORACLES = AggregateOracle.all();
    private static final List<Aggregate<KeyedValueDecoder>> ALL = ManyAggregates.all();
    private static final CoreLimits LIMITS = new CoreLimits(64 << 20, 4096);
    private static final int RING_BYTES = 256 << 10;

    /** Which of all aggregates a run computes, over which windows. */
    private record Plan(Windows windows, long disorderNs, List<Integer> chosen) {
        static Plan of(Random random) {
            long size = 10L * (1 + random.nextInt(12)) + 5;
            Windows windows =
                    switch (random.nextInt(5)) {
                        case 0 -> new Windows.Aligned(size, size);
                        case 1 -> new Windows.Aligned(size, size + 7);
                        case 2 -> new Windows.Sessions(size);
                        case 3 -> new Windows.Aligned(4 * size, size);
                        default ->
                                new Windows.Aligned(
                                        size, size / 8 + 1 + random.nextInt((int) size / 2));
                    };
            List<Integer> chosen = new ArrayList<>();
            int all = ORACLES.size();
            int count = random.nextInt(10) == 0 ? all : 1 + random.nextInt(4);
            for (int i = 0; i < count; i++) {
                chosen.add(count == all ? i : random.nextInt(all));
            }
            return new Plan(windows, 10L * random.nextInt(30), chosen);
        }

        @SuppressWarnings({"unchecked", "rawtypes"})
        Aggregate<KeyedValueDecoder>[] aggregates() {
            return chosen.stream().map(ALL::get).toArray(Aggregate[]::new);
        }

        Pipeline pipeline() {
            List<Integer> kinds = chosen;
            return Pipeline.define(
                    "aggregates",
                    p ->
                            p.source("events", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(
                                            KeyedValueDecoder::eventTimeNs,
                                            new Disorder(disorderNs))
                                    .keyByBytes("first", AggregateOracleTest::firstByte)
                                    .window("windows", windows, Late.drop())
                                    .aggregate(
                                            BuiltinMessages.WINDOW_RESULT,
                                            (view, result) -> encode(kinds, view, result),
                                            aggregates())
                                    .sink("results", Sinks.memory(new MemorySink())));
        }

        String result(String window, List<Seen> events) {
            List<String> parts = new ArrayList<>();
            for (int kind : chosen) {
                parts.add(ORACLES.get(kind).apply(events));
            }
            return window + " " + String.join(" ", parts);
        }
    }

    private static int firstByte(KeyedValueDecoder message, org.agrona.MutableDirectBuffer target) {
        message.keyLength();
        int at = message.limit() + KeyedValueDecoder.keyHeaderLength();
        target.putByte(0, message.buffer().getByte(at));
        return 1;
    }

    /** Writes a result as one line. */
    private static void encode(List<Integer> kinds, WindowView view, WindowResultEncoder result) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < kinds.size(); i++) {
            parts.add(text(kinds.get(i), view, i));
        }
        char key = (char) view.key().getByte(0);
        String text =
                key + " " + view.startNs() + ".." + view.endNs() + " " + String.join(" ", parts);
        result.windowStartNs(view.startNs()).windowEndNs(view.endNs()).valuesCount(0);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        result.putKey(bytes, 0, bytes.length);
    }

    private static String text(int kind, WindowView view, int index) {
        if (kind == 13 || kind == 14) {
            return brief(view.bytes(index));
        }
        if (kind < 6 || kind > 12) {
            return text(view.value(index));
        }
        List<String> rows = new ArrayList<>();
        for (int rank = 0; rank < view.topCount(index); rank++) {
            String score = text(view.topScore(index, rank));
            String row =
                    kind == 9 || kind == 11
                            ? view.topLong(index, rank) + ""
                            : brief(view.topBytes(index, rank));
            rows.add(row + "=" + score);
        }
        assertEquals(rows.size(), view.longValue(index));
        return String.join(",", rows);
    }

    private static String brief(DirectBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.getBytes(0, bytes);
        return bytes.length + ":" + Integer.toHexString(Arrays.hashCode(bytes));
    }

    private static String text(WideNumber value) {
        BigInteger low = new BigInteger(Long.toUnsignedString(value.low()));
        BigInteger mantissa = BigInteger.valueOf(value.high()).shiftLeft(64).add(low);
        return AggregateOracle.text(new BigDecimal(mantissa, value.scale()));
    }

    @Test
    void shouldGiveWhatTheDefinitionSaysInAnyOrderAndAcrossRestores() {
        long base = 41_000;
        for (long seed = base; seed < base + SEEDS; seed++) {
            long failing = seed;
            try {
                check(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + failing + ": " + e, e);
            }
        }
    }

    private static void check(long seed) {
        Random random = new Random(seed);
        Plan plan = Plan.of(random);
        int count = 1 + random.nextInt(random.nextInt(15) == 0 ? 1500 : 60);
        List<Seen> events = events(random, count);
        List<String> expected =
                AggregateOracle.results(windows(plan.windows(), events), plan::result);
        for (int run = 0; run < 2; run++) {
            List<Seen> arriving = arrivals(random, events, plan.disorderNs(), run > 0);
            int restores = new int[] {0, 0, 0, 0, count < 40 ? 1 : 2, 2}[random.nextInt(6)];
            String what = plan + " run " + run + ", restores " + restores;
            List<String> results = run(plan, arriving, random, restores, seed);
            for (int i = 0; i < Math.min(expected.size(), results.size()); i++) {
                assertEquals(expected.get(i), results.get(i), what);
            }
            assertEquals(expected.size(), results.size(), what);
        }
    }

    private static List<Seen> events(Random random, int count) {
        List<Seen> events = new ArrayList<>();
        long time = random.nextInt(1000) * 10L - 5000;
        int step = random.nextBoolean() ? 3 : 30;
        int distinct = 1 + random.nextInt(random.nextBoolean() ? 10 : 900);
        int scales = random.nextBoolean() ? 1 : 5;
        for (int i = 0; i < count; i++) {
            time += 10L * random.nextInt(step);
            int which = random.nextInt(distinct);
            String text =
                    switch (which % 6) {
                        case 0 -> "";
                        case 1 -> "-" + which;
                        case 2 -> which + ".50";
                        case 3 -> "text-" + which + "x".repeat(which % 200);
                        case 4 -> "\uD83D\uDE00" + which; // beyond the BMP: bytes, not chars
                        default -> "\uFF5E" + which;
                    };
            long mantissa = random.nextInt(3) == 0 ? which : random.nextLong(2_000_000) - 1_000_000;
            BigDecimal value = BigDecimal.valueOf(mantissa, random.nextInt(scales));
            events.add(new Seen(time, i, (char) ('a' + random.nextInt(3)) + text, value));
        }
        return events;
    }

    /**
     * An order of arrival in which no event is late. Events of one time keep their order: it
     * decides first, last and ties.
     */
    private static List<Seen> arrivals(
            Random random, List<Seen> events, long disorderNs, boolean shuffled) {
        if (!shuffled) {
            return events;
        }
        Map<Long, Long> delays = new TreeMap<>();
        events.forEach(
                e -> delays.computeIfAbsent(e.timeNs(), t -> random.nextLong(disorderNs + 1)));
        return events.stream()
                .sorted(
                        Comparator.comparingLong((Seen e) -> e.timeNs() + delays.get(e.timeNs()))
                                .thenComparing(Seen::arrival))
                .toList();
    }

    private static Map<String, List<Seen>> windows(Windows windows, List<Seen> events) {
        Map<String, List<Seen>> found = new TreeMap<>();
        if (windows instanceof Windows.Aligned aligned) {
            for (Seen e : events) {
                long every = aligned.everyNs();
                for (long k = Math.floorDiv(e.timeNs(), every);
                        k * every + aligned.sizeNs() > e.timeNs();
                        k--) {
                    long start = k * every;
                    put(found, e, start, start + aligned.sizeNs());
                }
            }
            return found;
        }
        long gap = ((Windows.Sessions) windows).gapNs();
        Map<Character, List<Seen>> keys = new TreeMap<>();
        events.forEach(
                e -> keys.computeIfAbsent(e.text().charAt(0), k -> new ArrayList<>()).add(e));
        keys.values()
                .forEach(
                        all -> {
                            int from = 0;
                            for (int i = 1; i <= all.size(); i++) {
                                if (i == all.size()
                                        || all.get(i).timeNs() - all.get(i - 1).timeNs() > gap) {
                                    long start = all.get(from).timeNs();
                                    long end = all.get(i - 1).timeNs() + gap;
                                    all.subList(from, i).forEach(e -> put(found, e, start, end));
                                    from = i;
                                }
                            }
                        });
        return found;
    }

    private static void put(Map<String, List<Seen>> found, Seen e, long start, long end) {
        String name = e.text().charAt(0) + " " + start + ".." + end;
        Seen plain = new Seen(e.timeNs(), e.arrival(), e.text().substring(1), e.value());
        found.computeIfAbsent(name, n -> new ArrayList<>()).add(plain);
    }

    private static List<String> run(
            Plan plan, List<Seen> events, Random random, int restores, long seed) {
        try (CoreDriver driver = new CoreDriver(plan.pipeline(), seed, RING_BYTES, LIMITS)) {
            long fresh = driver.core().stateBytes();
            for (Seen e : events) {
                BigDecimal value = e.value();
                driver.event(
                        0,
                        e.timeNs(),
                        e.text().getBytes(StandardCharsets.UTF_8),
                        value.unscaledValue().longValueExact(),
                        value.scale());
                if (restores == 1
                        || (restores == 2 && random.nextInt(events.size() / 4 + 1) == 0)) {
                    driver.snapshotAndRestore();
                }
            }
            driver.end(0);
            driver.drain();
            // Spare panes keep no table; what is left is the same whatever the aggregates are.
            assertTrue(
                    driver.core().stateBytes() <= fresh + 64 * 1024,
                    () -> "bytes left: " + (driver.core().stateBytes() - fresh));
            List<String> results = new ArrayList<>();
            WindowResultDecoder result = new WindowResultDecoder();
            for (CoreDriver.Out out : driver.outsOf(0)) {
                BuiltinMessages.WINDOW_RESULT.wrap(result, out.message(), 0);
                result.values();
                byte[] text = new byte[result.keyLength()];
                result.getKey(text, 0, text.length);
                results.add(new String(text, StandardCharsets.UTF_8));
            }
            results.sort(null);
            return results;
        }
    }

    @Test
    void shouldLeaveNoTraceOfAStepWhoseSumOverflowsBehindOtherAggregates() {
        Pipeline pipeline =
                single(
                        Aggregates.distinctNumbers(ManyAggregates.VALUE),
                        Aggregates.topBytesByCount(2, ManyAggregates.TEXT, Ties.BYTES),
                        Aggregates.hyperLogLog(m -> m.value().mantissa(), 8),
                        Aggregates.lastBytes(ManyAggregates.TEXT),
                        Aggregates.sumOfProducts(ManyAggregates.VALUE, ManyAggregates.VALUE));
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            driver.event(12, "key", Long.MIN_VALUE);
            for (int i = 0; i < 200; i++) {
                driver.event(12, "k" + "text".repeat(i) + i, i);
            }
            long hash = driver.core().stateHash();
            long bytes = driver.core().stateBytes();

            StepFailure failure =
                    assertThrows(
                            StepFailure.class, () -> driver.event(13, "kother", Long.MIN_VALUE));

            String said = "window [10 ns, 20 ns) of stage windows, key 'k': a sum needs more than";
            assertTrue(failure.getMessage().contains(said), failure::getMessage);
            assertEquals(hash, driver.core().stateHash());
            assertEquals(bytes, driver.core().stateBytes());
        }
    }

    @Test
    void shouldNameTheWindowAndTheKeyWhenAResultCannotBeRead() {
        Pipeline pipeline =
                single(
                        Aggregates.weightedAverage(
                                ManyAggregates.VALUE, ManyAggregates.VALUE, 2, Rounding.HALF_EVEN));
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            driver.event(12, "kx", 5);
            driver.event(12, "kx", -5);

            StepFailure failure = assertThrows(StepFailure.class, () -> driver.event(30, "jx", 1));

            String said = "window [10 ns, 20 ns) of stage windows, key 'k': the weights of";
            assertTrue(failure.getMessage().contains(said), failure::getMessage);
        }
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // handed on to a method that only reads them
    private static Pipeline single(Aggregate<KeyedValueDecoder>... aggregates) {
        return Pipeline.define(
                "single",
                p ->
                        p.source("events", BuiltinMessages.KEYED_VALUE)
                                .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none())
                                .keyByBytes("first", AggregateOracleTest::firstByte)
                                .window("windows", new Windows.Aligned(10, 10), Late.drop())
                                .aggregate(aggregates)
                                .sink("results", Sinks.memory(new MemorySink())));
    }
}
