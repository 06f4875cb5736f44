package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Dedupe;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.KeyedStream;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** De-duplication against lists that are searched from end to end. */
final class DedupeTest {
    private static final long BAD = -666;

    private static Pipeline pipeline(Dedupe dedupe, long disorderNs, boolean longKeys) {
        return Pipeline.define(
                "dedupe",
                p -> {
                    EventTimeStream<KeyedValueDecoder> rows =
                            p.source("rows", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(
                                            KeyedValueDecoder::eventTimeNs,
                                            new Disorder(disorderNs));
                    Stream<KeyedValueDecoder> first =
                            keyed(rows, longKeys).dedupe("once", dedupe.duplicatesTo("again"));
                    first.filter("check", DedupeTest::check)
                            .sink("first", Sinks.memory(new MemorySink()));
                    rows.side("again").sink("again", Sinks.memory(new MemorySink()));
                });
    }

    private static KeyedStream<KeyedValueDecoder> keyed(
            Stream<KeyedValueDecoder> rows, boolean longKeys) {
        return longKeys
                ? rows.keyBy("id", DedupeTest::number)
                : rows.keyByBytes("id", (m, key) -> m.getKey(key, 0, key.capacity()));
    }

    static long number(KeyedValueDecoder row) {
        byte[] key = new byte[row.keyLength()];
        row.getKey(key, 0, key.length);
        return Long.parseLong(new String(key, StandardCharsets.UTF_8));
    }

    private static boolean check(KeyedValueDecoder row) {
        if (row.value().mantissa() == BAD) {
            throw new IllegalStateException("planted");
        }
        return true;
    }

    static List<Long> values(CoreDriver driver, int sinkId) {
        driver.drain();
        KeyedValueDecoder decoder = new KeyedValueDecoder();
        List<Long> values = new ArrayList<>();
        for (CoreDriver.Out out : driver.outsOf(sinkId)) {
            BuiltinMessages.KEYED_VALUE.wrap(decoder, out.message(), 0);
            values.add(decoder.value().mantissa());
        }
        return values;
    }

    /** A row by its id and its time, which is not before the watermark. */
    private record Row(String id, long timeNs) {}

    private interface Rule {
        boolean isFirst(List<Row> earlier, Row row);
    }

    private static boolean neverSeen(List<Row> earlier, Row row) {
        return earlier.stream().noneMatch(r -> r.id().equals(row.id()));
    }

    private static Rule notAmongLast(int rows) {
        return (earlier, row) ->
                neverSeen(earlier.subList(Math.max(0, earlier.size() - rows), earlier.size()), row);
    }

    private static Rule notWithin(long durationNs) {
        return (earlier, row) ->
                earlier.stream()
                        .noneMatch(
                                r ->
                                        r.id().equals(row.id())
                                                && r.timeNs() > row.timeNs() - durationNs);
    }

    @Test
    void shouldKeepTheFirstOfEachIdForever() {
        for (long seed = 1; seed <= 60; seed++) {
            compare(seed, Dedupe.forever(), DedupeTest::neverSeen);
        }
    }

    @Test
    void shouldKeepARowWhenNoneOfTheLastRowsHasItsId() {
        for (long seed = 1; seed <= 150; seed++) {
            int rows = 1 + new Random(seed).nextInt(40);
            compare(seed, Dedupe.lastRows(rows), notAmongLast(rows));
        }
    }

    @Test
    void shouldKeepARowWhenNoneOfItsIdWasWithinTheTime() {
        for (long seed = 1; seed <= 150; seed++) {
            long durationNs = 1L + new Random(seed).nextInt(60);
            compare(
                    seed,
                    new Dedupe(new Dedupe.Memory.Within(durationNs), null),
                    notWithin(durationNs));
        }
    }

    private static void compare(long seed, Dedupe dedupe, Rule rule) {
        Random random = new Random(seed);
        int ids = 1 + random.nextInt(50);
        long disorderNs = random.nextInt(30);
        String where = "seed=" + seed + " " + dedupe + " disorderNs=" + disorderNs;
        List<Row> rows = new ArrayList<>();
        List<Long> first = new ArrayList<>();
        List<Long> again = new ArrayList<>();
        long largestNs = Long.MIN_VALUE;
        Pipeline pipeline = pipeline(dedupe, disorderNs, seed % 2 == 0);
        try (CoreDriver driver = new CoreDriver(pipeline, seed)) {
            long empty = driver.core().stateBytes();
            for (int i = 0; i < 400; i++) {
                String id = "" + random.nextInt(ids);
                long timeNs =
                        i / 2L + random.nextInt(60) - 30 - (random.nextInt(30) == 0 ? 500 : 0);
                long watermark =
                        largestNs == Long.MIN_VALUE ? Long.MIN_VALUE : largestNs - disorderNs;
                Row row = new Row(id, Math.max(timeNs, watermark));
                (rule.isFirst(rows, row) ? first : again).add((long) i);
                rows.add(row);
                largestNs = Math.max(largestNs, timeNs);
                driver.event(timeNs, id, i);
                if (random.nextInt(20) == 0) {
                    driver.snapshotAndRestore();
                }
                if (random.nextInt(20) == 0) {
                    driver.tick(10_000 + i);
                }
            }
            driver.end(0);

            assertEquals(first, values(driver, 0), where);
            assertEquals(again, values(driver, 1), where);
            assertCounts(driver, where);
            if (dedupe.memory() instanceof Dedupe.Memory.Within) {
                driver.tick(20_000);
                assertEquals(empty, driver.core().stateBytes(), where);
            }
        }
    }

    private static void assertCounts(CoreDriver driver, String where) {
        Operator stage =
                driver.core().operators().stream()
                        .filter(operator -> operator.name().equals("once"))
                        .findFirst()
                        .orElseThrow();
        assertEquals("in", stage.countLabels()[0]);
        assertEquals(stage.countOf(0), stage.countOf(1) + stage.countOf(2), where);
        assertEquals(values(driver, 0).size(), stage.countOf(1), where);
    }

    @Test
    void shouldLeaveTheIdUnmarkedWhenALaterStageThrows() {
        for (Dedupe dedupe :
                List.of(
                        Dedupe.forever(),
                        Dedupe.lastRows(5),
                        new Dedupe(new Dedupe.Memory.Within(100), null))) {
            try (CoreDriver driver = new CoreDriver(pipeline(dedupe, 0, false), 3)) {
                driver.event(1, "a", 1);
                driver.event(2, "b", 2);
                long before = driver.core().stateHash();
                assertThrows(StepFailure.class, () -> driver.event(3, "c", BAD));
                assertEquals(before, driver.core().stateHash(), dedupe.toString());

                driver.snapshotAndRestore();
                driver.event(4, "c", 4);
                driver.event(5, "c", 5);
                driver.event(6, "b", 6);
                assertEquals(List.of(1L, 2L, 4L), values(driver, 0), dedupe.toString());
                assertEquals(List.of(5L, 6L), values(driver, 1), dedupe.toString());
            }
        }
    }

    @Test
    void shouldHoldNoMoreThanTheIdsInReach() {
        Dedupe last = Dedupe.lastRows(100);
        Dedupe within = new Dedupe(new Dedupe.Memory.Within(100), null);
        for (Dedupe dedupe : List.of(last, within)) {
            try (CoreDriver driver = new CoreDriver(pipeline(dedupe, 0, true), 3)) {
                Set<Long> bytes = new HashSet<>();
                for (int i = 0; i < 30_000; i++) {
                    driver.event(i, "" + (long) i * 7_919, i);
                    if (i > 10_000) {
                        bytes.add(driver.core().stateBytes());
                    }
                }
                assertEquals(30_000, values(driver, 0).size());
                long most = bytes.stream().mapToLong(Long::longValue).max().orElseThrow();
                assertTrue(most < 40_000, () -> dedupe + " held " + most + " bytes");
            }
        }
    }

    @Test
    void shouldTellIdsApartByTheirBytes() {
        try (CoreDriver driver = new CoreDriver(pipeline(Dedupe.forever(), 0, false), 3)) {
            byte[] longId = "x".repeat(900).getBytes(StandardCharsets.UTF_8);
            driver.event(0, 1, new byte[0], 1, 0);
            driver.event(0, 2, longId, 2, 0);
            driver.event(0, 3, new byte[] {0}, 3, 0);
            driver.event(0, 4, new byte[0], 4, 0);
            driver.event(0, 5, longId, 5, 0);
            assertEquals(List.of(1L, 2L, 3L), values(driver, 0));
            assertEquals(List.of(4L, 5L), values(driver, 1));
        }
    }
}
