package io.penstock.testkit.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.WindowFiringDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.WindowedStream;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.Windows;
import io.penstock.testkit.harness.HarnessInputs;
import io.penstock.testkit.harness.HarnessOutput;
import io.penstock.testkit.harness.HarnessResult;
import io.penstock.testkit.harness.OperatorHarness;
import io.penstock.testkit.harness.Schedule;
import java.math.BigInteger;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Windows cut at times against their definition, over random streams and hostile schedules. */
class FiringOracleTest {
    private static final int SEEDS = 2_000;
    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);

    /** One random question. */
    private record Question(
            Windows windows,
            FiringOracle.Rules rules,
            Trigger trigger,
            long unitNs,
            boolean wild) {}

    private static final List<ZoneId> ZONES =
            List.of(
                    ZoneId.of("Europe/Berlin"),
                    ZoneId.of("America/Sao_Paulo"),
                    ZoneId.of("Pacific/Apia"),
                    ZoneId.of("Asia/Kathmandu"),
                    ZoneId.of("Africa/Monrovia"),
                    ZoneId.of("Antarctica/Troll"),
                    ZoneId.of("UTC"));

    @Test
    void shouldFireAsTheRulesSayOverRandomStreams() {
        Seeds.forEach(SEEDS, seed -> check(seed, aligned(new SplittableRandom(seed))));
    }

    @Test
    void shouldFireCumulativeWindowsAsTheRulesSay() {
        Seeds.forEach(SEEDS / 2, seed -> check(seed, cumulative(new SplittableRandom(seed))));
    }

    @Test
    void shouldFireCalendarDaysAsTheZonesRulesSay() {
        Seeds.forEach(SEEDS / 2, seed -> check(seed, days(new SplittableRandom(seed))));
    }

    @Test
    void shouldFireGlobalWindowAtTheEnd() {
        Seeds.forEach(
                SEEDS / 10,
                seed -> {
                    SplittableRandom random = new SplittableRandom(seed);
                    check(seed, question(random, Windows.global(), Span.global(), 10, 1, true));
                });
    }

    private static Question aligned(SplittableRandom random) {
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
        // Moved windows of 2 ns would need one more pane than there are numbers.
        long offset = every == 2 || random.nextBoolean() ? 0 : random.nextLong(every);
        return question(
                random,
                new Windows.Aligned(size, every, offset),
                Span.aligned(size, every, offset),
                size,
                1,
                true);
    }

    private static Question cumulative(SplittableRandom random) {
        long step = 1L + random.nextInt(10);
        long size = step * (1 + random.nextInt(6));
        long offset = random.nextBoolean() ? 0 : random.nextLong(size);
        return question(
                random,
                new Windows.Cumulative(size, step, offset),
                Span.cumulative(size, step, offset),
                size,
                1,
                true);
    }

    private static Question days(SplittableRandom random) {
        ZoneId zone = ZONES.get(random.nextInt(ZONES.size()));
        int days = 1 + random.nextInt(random.nextBoolean() ? 1 : 9);
        int every = random.nextBoolean() ? days : 1 + random.nextInt(9);
        return question(
                random,
                Windows.hoppingDays(days, every, zone),
                Span.days(days, every, zone),
                days * 24L * HOUR_NS,
                HOUR_NS,
                random.nextInt(3) == 0);
    }

    private static Question question(
            SplittableRandom random,
            Windows windows,
            Span.Assigner assigner,
            long sizeNs,
            long unitNs,
            boolean mayBeWild) {
        long disorder =
                switch (random.nextInt(5)) {
                    case 0, 1 -> 0;
                    case 2 -> random.nextInt(100) * unitNs;
                    case 3 -> sizeNs;
                    default -> random.nextInt(10) == 0 ? Long.MAX_VALUE : random.nextInt(20);
                };
        long lateness =
                switch (random.nextInt(4)) {
                    case 0, 1 -> 0;
                    case 2 -> random.nextInt(100) * unitNs;
                    default -> random.nextInt(10) == 0 ? Long.MAX_VALUE : sizeNs;
                };
        boolean isFinalOnly = random.nextInt(4) == 0;
        boolean isRetracting = !isFinalOnly && random.nextInt(3) == 0;
        long early = isFinalOnly || random.nextInt(3) > 0 ? 0 : (1 + random.nextInt(9)) * unitNs;
        long earlyClock = isFinalOnly || random.nextInt(4) > 0 ? 0 : 1 + random.nextInt(9);
        Trigger trigger = new Trigger(isFinalOnly, early, earlyClock, isRetracting);
        FiringOracle.Rules rules =
                new FiringOracle.Rules(
                        assigner,
                        disorder,
                        lateness,
                        isFinalOnly,
                        isRetracting,
                        early,
                        earlyClock,
                        random.nextInt(3) == 0);
        return new Question(windows, rules, trigger, unitNs, mayBeWild && random.nextInt(3) == 0);
    }

    private static Pipeline pipeline(Question question) {
        boolean isInOrder = question.rules().isInOrder();
        return Pipeline.define(
                "oracle",
                p -> {
                    EventTimeStream<KeyedValueDecoder> events =
                            p.source("events", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(
                                            KeyedValueDecoder::eventTimeNs,
                                            new Disorder(question.rules().disorderNs()));
                    WindowedStream<KeyedValueDecoder> windows =
                            (isInOrder ? events.inOrder("order", Late.toSide("late")) : events)
                                    .keyByBytes("key", (m, target) -> m.getKey(target, 0, 1024))
                                    .window(
                                            "windows",
                                            question.windows(),
                                            isInOrder ? Late.drop() : Late.toSide("late"))
                                    .allowedLateness(
                                            Duration.ofNanos(question.rules().latenessNs()))
                                    .trigger(question.trigger());
                    windows.firings(
                                    Aggregates.count(),
                                    Aggregates.sum(m -> m.value().mantissa()),
                                    Aggregates.min(m -> m.value().mantissa()),
                                    Aggregates.max(m -> m.value().mantissa()),
                                    Aggregates.first(m -> m.value().mantissa()),
                                    Aggregates.last(m -> m.value().mantissa()))
                            .sink("results", Sinks.memory(new MemorySink()));
                    events.side("late").sink("late", Sinks.memory(new MemorySink()));
                });
    }

    private static void check(long seed, Question question) {
        SplittableRandom random = new SplittableRandom(~seed);
        Pipeline pipeline = pipeline(question);
        HarnessInputs inputs = new HarnessInputs(pipeline);
        FiringOracle oracle = new FiringOracle(question.rules());
        RandomStream stream = new RandomStream(random, question.unitNs(), question.wild());
        long clockNs = random.nextLong(1_000_000);
        int events = 1 + random.nextInt(70);
        for (int i = 0; i < events; i++) {
            clockNs += random.nextInt(4);
            oracle.clock(clockNs);
            inputs.at(clockNs);
            if (random.nextInt(6) == 0) {
                oracle.tick(inputs.count());
                inputs.tick(clockNs);
            } else {
                stream.events(inputs, "events", 1).forEach(oracle::event);
            }
        }
        boolean ends = random.nextInt(10) > 0;
        if (ends) {
            oracle.end(inputs.count());
            inputs.end("events");
            assertEquals(0, oracle.openWindows());
        }
        Schedule[] all = Schedule.values();

        HarnessResult result =
                OperatorHarness.of(pipeline)
                        .withSeed(seed)
                        .withSchedules(all[(int) (seed % all.length)])
                        .withShortInputs(20)
                        .run(inputs);

        String what = question + ", events=" + inputs.count();
        boolean isInOrder = question.rules().isInOrder();
        // In order, keys of one group fire by arrivals, which are not those of what was let go.
        Differences.requireSame(
                sortedIf(isInOrder, oracle.firings()), sortedIf(isInOrder, texts(result)), what);
        Differences.requireSame(
                oracle.dropped(),
                result.outputs("late").stream().map(HarnessOutput::input).toList(),
                what);
        assertEquals(oracle.gaps(), result.count("windows", "gap"), what);
        assertEquals(
                oracle.dropped().size(),
                result.count(isInOrder ? "order" : "windows", "late"),
                what);
    }

    private static List<String> sortedIf(boolean isSorted, List<String> lines) {
        return isSorted ? lines.stream().sorted().toList() : lines;
    }

    private static List<String> texts(HarnessResult result) {
        WindowFiringDecoder firing = new WindowFiringDecoder();
        return result.outputs("results").stream()
                .map(
                        output -> {
                            BuiltinMessages.WINDOW_FIRING.wrap(firing, output.message(), 0);
                            return text(output, firing);
                        })
                .toList();
    }

    private static String text(HarnessOutput output, WindowFiringDecoder firing) {
        StringBuilder text = new StringBuilder();
        text.append(output.input()).append(' ').append((char) firing.kind()).append(' ');
        text.append(firing.windowStartNs()).append("..").append(firing.windowEndNs()).append(' ');
        long revision = firing.revision();
        long row = firing.triggerRow();
        StringBuilder values = new StringBuilder();
        for (WindowFiringDecoder.ValuesDecoder value : firing.values()) {
            values.append(' ').append(wide(value.mantissa().high(), value.mantissa().low()));
        }
        byte[] key = new byte[firing.keyLength()];
        firing.getKey(key, 0, key.length);
        text.append(TimedValue.shortKey(key)).append(values);
        return text + " revision=" + revision + " row=" + row;
    }

    private static BigInteger wide(long high, long low) {
        return BigInteger.valueOf(high)
                .shiftLeft(64)
                .add(new BigInteger(Long.toUnsignedString(low)));
    }
}
