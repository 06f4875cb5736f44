package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.LookBackResultDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.rolling.Ewma;
import io.penstock.engine.rolling.LookBack;
import io.penstock.engine.rolling.Rolling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Look-backs in a pipeline, in a core. */
final class LookBackPipelineTest {
    private static final int DISORDER = 20;

    private record In(long timeNs, int key, long value) {}

    private static Pipeline pipeline(boolean inOrder, boolean longKeys) {
        return Pipeline.define(
                "look-back",
                p -> {
                    EventTimeStream<KeyedValueDecoder> events =
                            p.source("events", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(
                                            KeyedValueDecoder::eventTimeNs, new Disorder(DISORDER));
                    Stream<KeyedValueDecoder> ordered =
                            inOrder ? events.inOrder("in-order", Late.drop()) : events;
                    (longKeys
                                    ? ordered.keyBy("key", LookBackPipelineTest::keyOf)
                                    : ordered.keyByBytes("key", (m, to) -> m.getKey(to, 0, 100)))
                            .lookBack("look", LookBack.within(Duration.ofNanos(50)))
                            .aggregate(
                                    Rolling.count(),
                                    Rolling.sum(m -> m.value().mantissa()),
                                    Rolling.max(m -> m.value().mantissa()),
                                    Rolling.distinct(m -> m.value().mantissa()),
                                    Ewma.time(m -> m.value().mantissa(), Duration.ofNanos(30), 3))
                            .sink("results", Sinks.memory(new MemorySink()));
                });
    }

    /** Number after the letter k. */
    private static long keyOf(KeyedValueDecoder message) {
        message.limit(message.offset() + message.sbeBlockLength() + 3);
        return (long) message.buffer().getByte(message.limit()) - 'a';
    }

    private static List<In> stream(Random random) {
        List<In> events = new ArrayList<>();
        long time = 0;
        for (int i = 0; i < 150; i++) {
            time += random.nextInt(12);
            events.add(new In(time, random.nextInt(5), random.nextInt(20)));
        }
        return events;
    }

    private static void feed(CoreDriver driver, List<In> events) {
        for (In event : events) {
            driver.event(event.timeNs(), "k" + (char) ('a' + event.key()), event.value());
        }
    }

    private static List<String> texts(CoreDriver driver) {
        driver.drain();
        List<String> texts = new ArrayList<>();
        for (CoreDriver.Out out : driver.outsOf(0)) {
            LookBackResultDecoder result = new LookBackResultDecoder();
            BuiltinMessages.LOOK_BACK_RESULT.wrap(result, out.message(), 0);
            texts.add(result.toString());
        }
        return texts;
    }

    @Test
    void shouldGiveAResultOfEachEventWithItsKeyAndValues() {
        try (CoreDriver driver = new CoreDriver(pipeline(true, true), 1)) {
            feed(driver, List.of(new In(10, 3, 7), new In(11, 3, 7), new In(70, 3, -9)));
            driver.end(0);
            driver.drain();

            LookBackResultDecoder result = new LookBackResultDecoder();
            BuiltinMessages.LOOK_BACK_RESULT.wrap(result, driver.outs().get(1).message(), 0);
            assertEquals(11, result.eventTimeNs());
            assertEquals(2, result.rows());
            LookBackResultDecoder.ValuesDecoder values = result.values();
            long[] expected = {2, 14, 7, 1, 7_000};
            for (long value : expected) {
                assertEquals(value, values.next().mantissa().low());
            }
            assertEquals(3, values.scale());
            byte[] key = new byte[8];
            assertEquals(8, result.getKey(key, 0, 8));
            assertEquals(3, key[0]);
            assertEquals(3, driver.outs().size());
        }
    }

    @Test
    void shouldGiveTheSameForAnyArrivalWithinTheDisorderBoundWhenInOrder() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            List<In> events = stream(random);
            // ties keep their order: they are told apart by their arrival
            List<In> shuffled = new ArrayList<>(events);
            for (int i = 0; i < 500; i++) {
                int at = random.nextInt(shuffled.size() - 1);
                long first = shuffled.get(at).timeNs();
                long second = shuffled.get(at + 1).timeNs();
                if (first != second) {
                    Collections.swap(shuffled, at, at + 1);
                    if (isBeyondDisorder(shuffled)) {
                        Collections.swap(shuffled, at, at + 1);
                    }
                }
            }
            try (CoreDriver one = new CoreDriver(pipeline(true, false), seed);
                    CoreDriver other = new CoreDriver(pipeline(true, false), seed + 1)) {
                feed(one, events);
                one.end(0);
                feed(other, shuffled);
                other.end(0);
                assertEquals(texts(one), texts(other), "seed " + seed);
            }
        }
    }

    private static boolean isBeyondDisorder(List<In> events) {
        long largest = Long.MIN_VALUE;
        for (In event : events) {
            if (event.timeNs() < largest - DISORDER) {
                return true;
            }
            largest = Math.max(largest, event.timeNs());
        }
        return false;
    }

    @Test
    void shouldGiveTheSameWhenStepsAreBlockedAndStateIsRestoredBetweenAnyTwoEvents() {
        for (long seed = 1; seed <= 60; seed++) {
            List<In> events = stream(new Random(seed));
            boolean inOrder = seed % 2 == 0;
            try (CoreDriver smooth = new CoreDriver(pipeline(inOrder, true), seed);
                    CoreDriver blocked = new CoreDriver(pipeline(inOrder, true), seed, 16 * 1024);
                    CoreDriver restored = new CoreDriver(pipeline(inOrder, true), seed)) {
                feed(smooth, events);
                feed(blocked, events);
                for (In event : events) {
                    feed(restored, List.of(event));
                    restored.snapshotAndRestore();
                }
                assertEquals(smooth.core().stateHash(), blocked.core().stateHash());
                assertEquals(smooth.core().stateHash(), restored.core().stateHash());
                smooth.end(0);
                blocked.end(0);
                restored.end(0);
                assertEquals(texts(smooth), texts(blocked), "seed " + seed);
                assertEquals(texts(smooth), texts(restored), "seed " + seed);
                assertEquals(smooth.core().stateHash(), restored.core().stateHash());
                if (inOrder) {
                    assertTrue(blocked.blocked() > 0);
                }
            }
        }
    }

    @Test
    void shouldGiveTheSameOnAnyNumberOfShards() {
        for (long seed = 1; seed <= 30; seed++) {
            Pipeline pipeline = pipeline(seed % 2 == 0, false);
            assertTrue(pipeline.isSplittable());
            List<ShardedRun.Entry> entries = ShardedRun.entries(new Random(seed), 1, 200);
            int middle = entries.size() / 2;
            List<List<String>> results = new ArrayList<>();
            List<Long> hashes = new ArrayList<>();
            List<Map<String, Long>> counts = new ArrayList<>();
            for (int shards : new int[] {1, 2, 4}) {
                ShardConfig config =
                        shards == 1 ? ShardConfig.NONE : new ShardConfig(shards, 1 << 12);
                try (ShardedRun run = new ShardedRun(pipeline, entries, config, seed)) {
                    run.runTo(middle);
                    run.snapshotAndRestore();
                    hashes.add(run.core().stateHash());
                    run.runTo(entries.size());
                    hashes.add(run.core().stateHash());
                    counts.add(run.counts());
                    results.add(List.copyOf(run.outs()));
                }
            }
            assertTrue(results.get(0).size() > 50, "seed " + seed);
            for (int i = 1; i < results.size(); i++) {
                assertEquals(results.get(0), results.get(i), "seed " + seed);
                assertEquals(counts.get(0), counts.get(i), "seed " + seed);
                assertEquals(
                        hashes.subList(0, 2), hashes.subList(2 * i, 2 * i + 2), "seed " + seed);
            }
        }
    }
}
