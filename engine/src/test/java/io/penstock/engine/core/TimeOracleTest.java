package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.SystemMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.csv.RejectReason;
import io.penstock.codecs.system.RejectedRowDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.FutureGuard;
import io.penstock.engine.pipeline.Idle;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.pipeline.Watermarks;
import io.penstock.engine.time.FutureLimit.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Watermarks, idleness and the guard of several sources against their definition. */
final class TimeOracleTest {
    private static final int SEEDS = 4000;
    private static final int PUNCTUATION = 1;
    private static final long[] EXTREMES = {
        Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, Long.MAX_VALUE - 1, Long.MAX_VALUE
    };

    private final KeyedValueDecoder event = new KeyedValueDecoder();

    /** What a random stream holds: how often each case comes up is told at the end. */
    private long lateEvents;

    private long refusedEvents;
    private long clampedEvents;

    private static Watermarks<? super KeyedValueDecoder> watermarks(TimeOracle.Settings settings) {
        return switch (settings.mode()) {
            case DISORDER -> new Disorder(settings.distance());
            case PUNCTUATED ->
                    Watermarks.<KeyedValueDecoder>punctuated(
                            "scale-1",
                            m ->
                                    m.value().scale() == PUNCTUATION
                                            ? m.value().mantissa()
                                            : Watermarks.NONE);
            case LAG -> new Watermarks.Lag(settings.distance());
        };
    }

    private static FutureGuard guard(TimeOracle.Settings settings) {
        return new FutureGuard(
                settings.rejects() ? Policy.REJECT : Policy.CLAMP,
                settings.ahead() < 0 ? FutureGuard.UNLIMITED : settings.ahead(),
                settings.jump() < 0 ? FutureGuard.UNLIMITED : settings.jump(),
                0);
    }

    /**
     * All sources in one union, put in order; late events and refused ones to sinks of their own.
     */
    private static Pipeline pipeline(List<TimeOracle.Settings> all) {
        return Pipeline.define(
                "time",
                p -> {
                    Stream<KeyedValueDecoder> events = null;
                    for (int i = 0; i < all.size(); i++) {
                        EventTimeStream<KeyedValueDecoder> source =
                                p.source("source-" + i, BuiltinMessages.KEYED_VALUE)
                                        .eventTime(
                                                KeyedValueDecoder::eventTimeNs,
                                                watermarks(all.get(i)),
                                                new Idle(all.get(i).idleAfter()),
                                                guard(all.get(i)));
                        source.rejected().sink("refused-" + i, Sinks.memory(new MemorySink()));
                        events = events == null ? source : events.union("union-" + i, source);
                    }
                    events.inOrder("order", Late.toSide("late"))
                            .sink("ordered", Sinks.memory(new MemorySink()));
                    events.side("late").sink("late", Sinks.memory(new MemorySink()));
                });
    }

    private static TimeOracle.Settings settings(Random random) {
        TimeOracle.Mode mode =
                switch (random.nextInt(3)) {
                    case 0 -> TimeOracle.Mode.DISORDER;
                    case 1 -> TimeOracle.Mode.PUNCTUATED;
                    default -> TimeOracle.Mode.LAG;
                };
        long distance = random.nextInt(4) == 0 ? 0 : random.nextInt(60);
        long idleAfter = random.nextBoolean() ? 0 : 1 + random.nextInt(40);
        long ahead = random.nextInt(3) == 0 ? random.nextInt(80) : -1;
        long jump = random.nextInt(3) == 0 ? random.nextInt(80) : -1;
        return new TimeOracle.Settings(
                mode, distance, idleAfter, random.nextBoolean(), ahead, jump);
    }

    @Test
    void shouldGiveWhatTheDefinitionGivesOnRandomStreamsOfSeveralSources() {
        for (int seed = 0; seed < SEEDS; seed++) {
            run(seed);
        }
        assertTrue(lateEvents > SEEDS && refusedEvents > SEEDS && clampedEvents > SEEDS);
    }

    private void run(int seed) {
        Random random = new Random(seed);
        List<TimeOracle.Settings> all = new ArrayList<>();
        int sources = 1 + random.nextInt(4);
        for (int i = 0; i < sources; i++) {
            all.add(settings(random));
        }
        TimeOracle oracle = new TimeOracle(all);
        try (CoreDriver driver = new CoreDriver(pipeline(all), seed)) {
            boolean isExtreme = random.nextInt(5) == 0;
            long now = isExtreme ? 0 : -200 + random.nextInt(400);
            int records = 20 + random.nextInt(60);
            for (int i = 0; i < records; i++) {
                // Producers race: a record's time may be before that of the one before it.
                now += random.nextInt(12) - 2;
                step(random, driver, oracle, now, isExtreme, sources, i);
            }
            for (int source = 0; source < sources; source++) {
                if (!oracle.hasEnded(source)) {
                    driver.at(now).end(source);
                    oracle.end(source, now);
                }
            }
            driver.drain();
            assertEquals(oracle.ordered(), ordered(driver, sources), "seed " + seed);
            assertEquals(oracle.late(), ids(driver, sources + 1), "seed " + seed);
            assertEquals(oracle.refused(), refused(driver, sources), "seed " + seed);
            assertEquals(oracle.clamped(), count(driver, sources, 3), "seed " + seed);
            assertEquals(oracle.refused().size(), count(driver, sources, 2), "seed " + seed);
            lateEvents += oracle.late().size();
            refusedEvents += oracle.refused().size();
            clampedEvents += oracle.clamped();
        }
    }

    private static void step(
            Random random,
            CoreDriver driver,
            TimeOracle oracle,
            long now,
            boolean isExtreme,
            int sources,
            int id) {
        driver.at(now);
        int source = random.nextInt(sources);
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> {
                driver.tick(now);
                oracle.tick(now);
            }
            case 3 -> driver.snapshotAndRestore();
            case 4 -> driver.barrier(now + 1_000);
            case 5 -> {
                if (random.nextInt(8) == 0 && !oracle.hasEnded(source)) {
                    driver.end(source);
                    oracle.end(source, now);
                }
            }
            default -> {
                if (oracle.hasEnded(source)) {
                    return;
                }
                long time = now + random.nextInt(120) - 80;
                if (random.nextInt(30) == 0) {
                    time += 1_000_000;
                }
                if (isExtreme && random.nextInt(3) == 0) {
                    time = EXTREMES[random.nextInt(EXTREMES.length)];
                }
                boolean isPunctuation = random.nextInt(3) == 0;
                long mark = time - random.nextInt(50);
                byte[] key = Integer.toString(id).getBytes(java.nio.charset.StandardCharsets.UTF_8);
                driver.event(source, time, key, mark, isPunctuation ? PUNCTUATION : 0);
                oracle.event(source, now, time, isPunctuation ? mark : null, id);
            }
        }
    }

    private List<String> ordered(CoreDriver driver, int sinkId) {
        List<String> texts = new ArrayList<>();
        for (CoreDriver.Out out : driver.outsOf(sinkId)) {
            texts.add(id(out.message()));
        }
        return texts;
    }

    private String id(UnsafeBuffer message) {
        BuiltinMessages.KEYED_VALUE.wrap(event, message, 0);
        byte[] key = new byte[event.keyLength()];
        event.getKey(key, 0, key.length);
        return new String(key, java.nio.charset.StandardCharsets.UTF_8);
    }

    private List<Long> ids(CoreDriver driver, int sinkId) {
        return driver.outsOf(sinkId).stream().map(o -> Long.valueOf(id(o.message()))).toList();
    }

    private List<Long> refused(CoreDriver driver, int sources) {
        List<Long> ids = new ArrayList<>();
        RejectedRowDecoder row = new RejectedRowDecoder();
        for (CoreDriver.Out out : driver.outs()) {
            if (out.sinkId() < sources) {
                SystemMessages.REJECTED_ROW.wrap(row, out.message(), 0);
                assertEquals(RejectReason.FUTURE_TIME.code(), row.reason());
                byte[] part = new byte[row.partLength()];
                row.getPart(part, 0, part.length);
                ids.add(Long.valueOf(id(new UnsafeBuffer(part))));
            }
        }
        return ids;
    }

    private static long count(CoreDriver driver, int sources, int index) {
        long sum = 0;
        for (int i = 0; i < sources; i++) {
            sum += driver.core().source(i).countOf(index);
        }
        return sum;
    }
}
