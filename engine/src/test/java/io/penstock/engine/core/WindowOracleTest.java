package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.NumberOf;
import io.penstock.engine.window.Windows;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Windows against their definition on plain collections, over random streams. */
final class WindowOracleTest {
    private static final int AVERAGE_SCALE = 8;
    private static final int CASES = 3_000;

    private static final NumberOf<KeyedValueDecoder> VALUE =
            new NumberOf<>() {
                @Override
                public long mantissa(KeyedValueDecoder message) {
                    return message.value().mantissa();
                }

                @Override
                public int scale(KeyedValueDecoder message) {
                    return message.value().scale();
                }
            };

    /** What a random stream is made of. */
    private record Shape(long sizeNs, long everyNs, long disorderNs, long originNs, long spreadNs) {
        static Shape of(Random random) {
            long size = 1L + random.nextInt(40);
            long every =
                    switch (random.nextInt(4)) {
                        case 0 -> size;
                        case 1 -> size + 1 + random.nextInt(20);
                        default -> 1 + random.nextInt((int) size);
                    };
            if (random.nextInt(8) == 0) {
                // lengths with which products and sums leave 64 bits
                every = Long.MAX_VALUE / (1 + random.nextInt(6)) - random.nextInt(3);
                size = every / (1 + random.nextInt(4)) + random.nextInt(5);
                if (random.nextInt(3) == 0) {
                    size = every - 1 + random.nextInt(3);
                }
                size = Math.max(1, size);
            }
            long disorder =
                    switch (random.nextInt(5)) {
                        case 0, 1 -> 0;
                        case 2 -> random.nextInt(100);
                        case 3 -> size;
                        default -> random.nextInt(10) == 0 ? Long.MAX_VALUE : random.nextInt(20);
                    };
            long origin =
                    switch (random.nextInt(6)) {
                        case 0 -> Long.MAX_VALUE - random.nextInt(60);
                        case 1 -> Long.MIN_VALUE + random.nextInt(60);
                        case 2 -> random.nextLong();
                        default -> random.nextInt(200) - 100;
                    };
            long spread = 1L + random.nextInt(random.nextBoolean() ? 10 : 150);
            return new Shape(size, every, disorder, origin, spread);
        }

        /** A time near the stream's drift, now and then anywhere, at an end of time, or a tie. */
        long time(Random random, int index, long last) {
            return switch (random.nextInt(40)) {
                case 0 -> random.nextLong();
                case 1 -> originNs < -1000 ? Long.MIN_VALUE : originNs;
                case 2 -> index > 30 && originNs > 1000 ? Long.MAX_VALUE : originNs;
                case 3, 4, 5, 6, 7, 8, 9, 10 -> last;
                default -> {
                    long drift = index * spreadNs / 8 + random.nextLong(spreadNs);
                    long time = originNs + drift;
                    yield originNs > 0 && time < 0 ? Long.MAX_VALUE - drift % 100 : time;
                }
            };
        }
    }

    private static Pipeline pipeline(Shape shape) {
        return Pipeline.define(
                "oracle",
                p -> {
                    EventTimeStream<KeyedValueDecoder> events =
                            p.source("events", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(
                                            KeyedValueDecoder::eventTimeNs,
                                            new Disorder(shape.disorderNs()));
                    events.keyByBytes("key", (m, target) -> m.getKey(target, 0, 1024))
                            .window(
                                    "windows",
                                    new Windows.Aligned(shape.sizeNs(), shape.everyNs()),
                                    Late.toSide("late"))
                            .aggregate(
                                    Aggregates.count(),
                                    Aggregates.sum(VALUE),
                                    Aggregates.min(VALUE),
                                    Aggregates.max(VALUE),
                                    Aggregates.first(VALUE),
                                    Aggregates.last(VALUE),
                                    Aggregates.average(VALUE, AVERAGE_SCALE),
                                    Aggregates.sumOfProducts(VALUE, VALUE))
                            .sink("results", Sinks.memory(new MemorySink()));
                    events.side("late").sink("late", Sinks.memory(new MemorySink()));
                });
    }

    @Test
    void shouldGiveWhatTheDefinitionSaysOverRandomStreams() {
        long base = 20_240_801;
        for (long seed = base; seed < base + CASES; seed++) {
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
        Shape shape = Shape.of(random);
        List<byte[]> keys = keys(random);
        int restores = random.nextInt(3);
        int ringBytes = random.nextInt(3) == 0 ? 16 * 1024 : 256 * 1024;
        WindowOracle oracle =
                new WindowOracle(
                        shape.sizeNs(), shape.everyNs(), shape.disorderNs(), AVERAGE_SCALE);
        try (CoreDriver driver = new CoreDriver(pipeline(shape), seed, ringBytes)) {
            int events = 1 + random.nextInt(90);
            long time = shape.originNs();
            for (int i = 0; i < events; i++) {
                time = shape.time(random, i, time);
                byte[] key = keys.get(random.nextInt(keys.size()));
                int scale = random.nextInt(3) == 0 ? 0 : random.nextInt(5);
                long mantissa = random.nextLong(2_000_000_000_000L) - 1_000_000_000_000L;
                oracle.event(driver.sequence(), time, key, mantissa, scale);
                driver.event(0, time, key, mantissa, scale);
                if (restores == 1 || (restores == 2 && random.nextInt(20) == 0)) {
                    driver.snapshotAndRestore();
                }
            }
            if (random.nextInt(10) > 0) {
                oracle.end(driver.sequence());
                driver.end(0);
                assertEquals(0, oracle.openWindows());
            }
            driver.drain();
            String what = shape + ", events=" + events + ", restores=" + restores;
            assertEquals(oracle.results(), results(driver), what);
            assertEquals(
                    oracle.late(),
                    driver.outsOf(1).stream().map(CoreDriver.Out::sequence).toList(),
                    what);
            assertEquals(oracle.gaps(), count(driver.core(), "gap"), what);
            assertEquals(oracle.late().size(), count(driver.core(), "late"), what);
        }
    }

    private static List<byte[]> keys(Random random) {
        List<byte[]> keys = new ArrayList<>();
        int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 40 : 4);
        for (int i = 0; i < count; i++) {
            int length =
                    switch (random.nextInt(8)) {
                        case 0 -> 0;
                        case 1 -> 1024 - random.nextInt(3);
                        case 2 -> random.nextInt(200);
                        default -> 1 + random.nextInt(9);
                    };
            byte[] key = new byte[length];
            random.nextBytes(key);
            keys.add(key);
        }
        return keys;
    }

    private static long count(Core core, String label) {
        Operator counted =
                core.operators().stream()
                        .filter(o -> o.name().equals("windows"))
                        .map(Operator::of)
                        .findFirst()
                        .orElseThrow();
        return counted.count(label);
    }

    /** Reads a stage's counts by their labels. */
    private record Operator(io.penstock.engine.operator.Operator operator) {
        static Operator of(io.penstock.engine.operator.Operator operator) {
            return new Operator(operator);
        }

        long count(String label) {
            return operator.countOf(List.of(operator.countLabels()).indexOf(label));
        }
    }

    private static List<String> results(CoreDriver driver) {
        List<String> texts = new ArrayList<>();
        WindowResultDecoder result = new WindowResultDecoder();
        long ordinal = 0;
        for (CoreDriver.Out out : driver.outsOf(0)) {
            assertEquals(ordinal++, out.ordinal());
            BuiltinMessages.WINDOW_RESULT.wrap(result, out.message(), 0);
            StringBuilder text = new StringBuilder().append(out.sequence());
            text.append(' ').append(result.windowStartNs()).append("..");
            text.append(result.windowEndNs()).append(' ');
            StringBuilder values = new StringBuilder();
            for (WindowResultDecoder.ValuesDecoder value : result.values()) {
                BigInteger mantissa =
                        BigInteger.valueOf(value.mantissa().high())
                                .shiftLeft(64)
                                .add(new BigInteger(Long.toUnsignedString(value.mantissa().low())));
                values.append(WindowOracle.text(new BigDecimal(mantissa, value.scale())));
            }
            byte[] key = new byte[result.keyLength()];
            result.getKey(key, 0, key.length);
            texts.add(text + WindowOracle.key(key) + values);
        }
        return texts;
    }

    private static Pipeline sums() {
        return Pipeline.define(
                "sums",
                p ->
                        p.source("events", BuiltinMessages.KEYED_VALUE)
                                .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none())
                                .keyByBytes("key", (m, target) -> m.getKey(target, 0, 1024))
                                .window("windows", new Windows.Aligned(10, 5), Late.drop())
                                .aggregate(Aggregates.sumOfProducts(VALUE, VALUE))
                                .sink("results", Sinks.memory(new MemorySink())));
    }

    @Test
    void shouldStopAndNameTheWindowWhenASumNeedsMoreThan128Bits() {
        try (CoreDriver driver = new CoreDriver(sums(), 1)) {
            driver.event(12, "k", Long.MIN_VALUE);
            long hash = driver.core().stateHash();

            StepFailure failure =
                    assertThrows(StepFailure.class, () -> driver.event(13, "k", Long.MIN_VALUE));

            assertEquals("windows", failure.stage());
            assertEquals(1, failure.sequence());
            assertTrue(
                    failure.getMessage().contains("window [10 ns, 20 ns) of stage windows"),
                    failure::getMessage);
            assertTrue(failure.getMessage().contains("128 bits"), failure::getMessage);
            assertEquals(hash, driver.core().stateHash());
        }
    }

    @Test
    void shouldStopAndNameTheWindowWhenPanesTogetherNeedMoreThan128Bits() {
        try (CoreDriver driver = new CoreDriver(sums(), 1)) {
            driver.event(12, "k", Long.MIN_VALUE);
            driver.event(7, "k", Long.MIN_VALUE);
            driver.event(9, "other", 1);

            StepFailure failure = assertThrows(StepFailure.class, () -> driver.event(15, "k", 1));

            assertEquals("windows", failure.stage());
            assertTrue(
                    failure.getMessage().contains("window [5 ns, 15 ns) of stage windows"),
                    failure::getMessage);
        }
    }

    @Test
    void shouldKeepNothingWhenAllWindowsHaveClosed() {
        try (CoreDriver driver = new CoreDriver(sums(), 1);
                CoreDriver fresh = new CoreDriver(sums(), 1)) {
            for (int i = 0; i < 20_000; i++) {
                driver.event(i, "key" + i % 500, i);
            }
            driver.end(0);
            fresh.event(1, "one", 1);
            fresh.end(0);

            assertTrue(
                    driver.core().stateBytes() <= fresh.core().stateBytes() + (1 << 20),
                    () -> "bytes left: " + driver.core().stateBytes());
        }
    }
}
