package io.penstock.engine.core;

import static io.penstock.engine.core.SessionOracleTest.VALUE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.Windows;
import io.penstock.fault.PenstockException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Windows of counts against lists of events, over random streams. */
final class CountWindowsTest {
    private static final int CASES = 1_500;

    /** An event as the oracle keeps it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Seen(long timeNs, long sequence, byte[] key, BigDecimal value) {}

    private static Pipeline pipeline(long count, boolean hasLineage) {
        return Pipeline.define(
                "counts",
                p -> {
                    var windowed =
                            p.source("events", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none())
                                    .keyByBytes("key", (m, target) -> m.getKey(target, 0, 1024))
                                    .window("windows", Windows.count(count), Late.drop());
                    (hasLineage ? windowed.withLineage() : windowed)
                            .firings(
                                    Aggregates.count(),
                                    Aggregates.sum(VALUE),
                                    Aggregates.max(VALUE))
                            .sink("results", Sinks.memory(new MemorySink()));
                });
    }

    @Test
    void shouldGiveEverySoManyEventsOfAKeyOverRandomStreams() {
        long base = 20_250_401;
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
        int count = 1 + random.nextInt(6);
        boolean hasLineage = random.nextBoolean();
        List<byte[]> keys = SessionOracleTest.keys(random);
        int ringBytes = random.nextInt(3) == 0 ? 16 * 1024 : 256 * 1024;
        boolean restores = random.nextBoolean();
        Map<String, List<Seen>> open = new LinkedHashMap<>();
        List<String> expected = new ArrayList<>();
        long watermark = Long.MIN_VALUE;
        try (CoreDriver driver = new CoreDriver(pipeline(count, hasLineage), seed, ringBytes)) {
            int events = random.nextInt(80);
            for (int i = 0; i < events; i++) {
                long time = random.nextInt(8) == 0 ? random.nextLong() : random.nextInt(50);
                byte[] key = keys.get(random.nextInt(keys.size()));
                long value = random.nextInt(1_000) - 500L;
                String name = HexFormat.of().formatHex(key);
                List<Seen> window = open.computeIfAbsent(name, k -> new ArrayList<>());
                window.add(new Seen(time, driver.sequence(), key, BigDecimal.valueOf(value)));
                if (window.size() == count) {
                    open.remove(name);
                    expected.add(text(driver.sequence(), i, watermark, hasLineage, window));
                }
                driver.event(0, time, key, value, 0);
                watermark = Math.max(watermark, Math.min(time, Long.MAX_VALUE - 1));
                if (restores && random.nextInt(3) == 0) {
                    driver.snapshotAndRestore();
                }
            }
            long last = driver.sequence();
            open.values().stream()
                    .sorted(
                            Comparator.comparingInt((List<Seen> w) -> group(w))
                                    .thenComparing(w -> w.get(0).sequence()))
                    .forEach(w -> expected.add(text(last, -1, Long.MAX_VALUE, hasLineage, w)));
            driver.end(0);
            driver.drain();
            assertEquals(expected, SessionOracleTest.results(driver));
            assertEquals(events, SessionOracleTest.count(driver.core(), "aggregated"));
        }
    }

    private static int group(List<Seen> window) {
        return WindowOracle.group(window.get(0).key());
    }

    private static String text(
            long sequence, long row, long watermark, boolean hasLineage, List<Seen> window) {
        Seen first = window.get(0);
        Seen last = window.get(window.size() - 1);
        return sequence
                + " O "
                + window.stream().mapToLong(Seen::timeNs).min().getAsLong()
                + ".."
                + window.stream().mapToLong(Seen::timeNs).max().getAsLong()
                + " row="
                + row
                + " at="
                + watermark
                + " rev=0 of="
                + (hasLineage ? first.sequence() + ".." + last.sequence() : "-1..-1")
                + " "
                + WindowOracle.key(first.key())
                + WindowOracle.text(BigDecimal.valueOf(window.size()))
                + WindowOracle.text(
                        window.stream().map(Seen::value).reduce(BigDecimal.ZERO, BigDecimal::add))
                + WindowOracle.text(
                        window.stream().map(Seen::value).max(BigDecimal::compareTo).get());
    }

    @Test
    void shouldRefuseWhatACountCannotHave() {
        for (Trigger trigger :
                List.of(
                        Trigger.onWatermark().retracting(),
                        Trigger.onWatermark().early(Duration.ofNanos(1)))) {
            PenstockException refused =
                    assertThrows(
                            PenstockException.class,
                            () ->
                                    Pipeline.define(
                                            "counts",
                                            p ->
                                                    p.source("events", BuiltinMessages.KEYED_VALUE)
                                                            .eventTime(
                                                                    KeyedValueDecoder::eventTimeNs,
                                                                    Disorder.none())
                                                            .keyBy("time", m -> m.eventTimeNs())
                                                            .window(
                                                                    "windows",
                                                                    Windows.count(3),
                                                                    Late.drop())
                                                            .trigger(trigger)));
            assertEquals(PenstockException.Category.CONFIGURATION, refused.category());
        }
    }

    @Test
    void shouldKeepNothingOfKeysWhoseWindowsAreFull() {
        try (CoreDriver driver = new CoreDriver(pipeline(2, false), 1)) {
            long empty = driver.core().stateBytes();
            for (int i = 0; i < 20_000; i++) {
                driver.event(1, "key" + i / 2, i);
            }

            assertTrue(
                    driver.core().stateBytes() <= empty + (64 << 10),
                    () -> "bytes left: " + driver.core().stateBytes());
        }
    }
}
