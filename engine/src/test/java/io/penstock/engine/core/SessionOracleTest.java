package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.WindowFiringDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.NumberOf;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.Windows;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sessions against their definition on plain collections, over random streams. */
final class SessionOracleTest {
    private static final int CASES = 4_000;

    static final NumberOf<KeyedValueDecoder> VALUE =
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

    private static SessionOracle.Rules rules(Random random) {
        long gap = 1L + random.nextInt(random.nextBoolean() ? 5 : 40);
        if (random.nextInt(12) == 0) {
            gap = Long.MAX_VALUE / (1 + random.nextInt(3)) - random.nextInt(3);
        }
        long disorder =
                switch (random.nextInt(5)) {
                    case 0, 1 -> 0;
                    case 2 -> random.nextInt(100);
                    case 3 -> gap;
                    default -> random.nextInt(10) == 0 ? Long.MAX_VALUE : random.nextInt(20);
                };
        long lateness =
                switch (random.nextInt(5)) {
                    case 0, 1 -> 0;
                    case 2 -> random.nextInt(10) == 0 ? Long.MAX_VALUE : random.nextInt(200);
                    case 3 -> gap;
                    default -> random.nextInt(30);
                };
        boolean isFinal = random.nextInt(5) == 0;
        boolean isEarly = !isFinal && random.nextInt(3) == 0;
        return new SessionOracle.Rules(
                gap,
                disorder,
                lateness,
                isEarly ? 1 + random.nextInt(30) : 0,
                isFinal,
                !isFinal && random.nextBoolean(),
                random.nextBoolean());
    }

    private static Pipeline pipeline(SessionOracle.Rules rules) {
        Trigger trigger = rules.isFinalOnly() ? Trigger.finalOnly() : Trigger.onWatermark();
        if (rules.earlyNs() > 0) {
            trigger = trigger.early(Duration.ofNanos(rules.earlyNs()));
        }
        Trigger all = rules.isRetracting() ? trigger.retracting() : trigger;
        return Pipeline.define(
                "oracle",
                p -> {
                    EventTimeStream<KeyedValueDecoder> events =
                            p.source("events", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(
                                            KeyedValueDecoder::eventTimeNs,
                                            new Disorder(rules.disorderNs()));
                    var windowed =
                            events.keyByBytes("key", (m, target) -> m.getKey(target, 0, 1024))
                                    .window(
                                            "windows",
                                            new Windows.Sessions(rules.gapNs()),
                                            Late.toSide("late"))
                                    .allowedLateness(Duration.ofNanos(rules.latenessNs()))
                                    .trigger(all);
                    (rules.hasLineage() ? windowed.withLineage() : windowed)
                            .firings(
                                    Aggregates.count(),
                                    Aggregates.sum(VALUE),
                                    Aggregates.max(VALUE),
                                    Aggregates.first(VALUE),
                                    Aggregates.last(VALUE))
                            .sink("results", Sinks.memory(new MemorySink()));
                    events.side("late").sink("late", Sinks.memory(new MemorySink()));
                });
    }

    @Test
    void shouldGiveWhatTheDefinitionSaysOverRandomStreams() {
        long base = 20_250_301;
        for (long seed = base; seed < base + CASES; seed++) {
            long failing = seed;
            try {
                check(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + failing + ": " + e, e);
            }
        }
    }

    /** A time near the stream's drift, at exactly the gap, a tie, or at an end of time. */
    private static long time(Random random, long gap, long now, long last, boolean isFar) {
        return switch (random.nextInt(isFar ? 24 : 20)) {
            case 0, 1, 2 -> last;
            case 3, 4 -> saturated(last, gap);
            case 5, 6 -> saturated(last, -gap);
            case 7 -> saturated(last, 2 * Math.min(gap, 1L << 40));
            case 8 -> saturated(last, -2 * Math.min(gap, 1L << 40));
            case 9, 10 -> saturated(now, -random.nextInt(200));
            case 20 -> Long.MAX_VALUE - random.nextInt(3);
            case 21 -> Long.MIN_VALUE + random.nextInt(3);
            case 22 -> random.nextLong();
            default -> saturated(now, random.nextInt(40) - 20);
        };
    }

    private static long saturated(long time, long plus) {
        BigInteger sum = BigInteger.valueOf(time).add(BigInteger.valueOf(plus));
        return sum.max(BigInteger.valueOf(Long.MIN_VALUE))
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValueExact();
    }

    private static void check(long seed) {
        Random random = new Random(seed);
        SessionOracle.Rules rules = rules(random);
        List<byte[]> keys = keys(random);
        int restores = random.nextInt(3);
        int ringBytes = random.nextInt(3) == 0 ? 16 * 1024 : 256 * 1024;
        SessionOracle oracle = new SessionOracle(rules);
        long now =
                switch (random.nextInt(6)) {
                    case 0 -> Long.MAX_VALUE - random.nextInt(100);
                    case 1 -> Long.MIN_VALUE + random.nextInt(100);
                    default -> random.nextInt(200) - 100;
                };
        boolean isFar = random.nextInt(4) == 0;
        String what = rules + ", restores=" + restores;
        try (CoreDriver driver = new CoreDriver(pipeline(rules), seed, ringBytes);
                CoreDriver plain = new CoreDriver(pipeline(rules), ~seed)) {
            int events = 1 + random.nextInt(90);
            long last = now;
            for (int i = 0; i < events; i++) {
                now = saturated(now, random.nextInt(1 + (int) Math.min(rules.gapNs(), 20)));
                last = time(random, rules.gapNs(), now, last, isFar);
                byte[] key = keys.get(random.nextInt(keys.size()));
                int scale = random.nextInt(3) == 0 ? 0 : random.nextInt(5);
                long mantissa = random.nextLong(2_000_000_000_000L) - 1_000_000_000_000L;
                oracle.event(driver.sequence(), last, key, mantissa, scale);
                driver.event(0, last, key, mantissa, scale);
                plain.event(0, last, key, mantissa, scale);
                if (restores == 1 || (restores == 2 && random.nextInt(20) == 0)) {
                    driver.snapshotAndRestore();
                }
            }
            assertEquals(plain.core().stateHash(), driver.core().stateHash(), what);
            if (random.nextInt(10) > 0) {
                oracle.end(driver.sequence());
                driver.end(0);
                assertEquals(0, oracle.openSessions());
            }
            driver.drain();
            assertEquals(
                    String.join("\n", oracle.results()), String.join("\n", results(driver)), what);
            assertEquals(
                    oracle.late(),
                    driver.outsOf(1).stream().map(CoreDriver.Out::sequence).toList(),
                    what);
            assertEquals(oracle.late().size(), count(driver.core(), "late"), what);
            assertEquals(
                    count(driver.core(), "in"),
                    count(driver.core(), "aggregated") + count(driver.core(), "late"),
                    what);
            assertEquals(oracle.results().size(), count(driver.core(), "fired"), what);
        }
    }

    static List<byte[]> keys(Random random) {
        List<byte[]> keys = new ArrayList<>();
        if (random.nextInt(4) == 0) {
            // few keys of one group: ties are decided by who came first
            for (int i = 0; keys.size() < 4; i++) {
                byte[] key = ("k" + i).getBytes(StandardCharsets.UTF_8);
                if (WindowOracle.group(key) == 7) {
                    keys.add(key);
                }
            }
            return keys;
        }
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

    static long count(Core core, String label) {
        Operator counted =
                core.operators().stream()
                        .filter(o -> o.name().equals("windows"))
                        .findFirst()
                        .orElseThrow();
        return counted.countOf(List.of(counted.countLabels()).indexOf(label));
    }

    static List<String> results(CoreDriver driver) {
        List<String> texts = new ArrayList<>();
        WindowFiringDecoder result = new WindowFiringDecoder();
        long ordinal = 0;
        for (CoreDriver.Out out : driver.outsOf(0)) {
            assertEquals(ordinal++, out.ordinal());
            BuiltinMessages.WINDOW_FIRING.wrap(result, out.message(), 0);
            StringBuilder text = new StringBuilder().append(out.sequence());
            text.append(' ').append((char) result.kind());
            text.append(' ').append(result.windowStartNs());
            text.append("..").append(result.windowEndNs());
            text.append(" row=").append(result.triggerRow());
            text.append(" at=").append(result.watermarkNs());
            text.append(" rev=").append(result.revision());
            text.append(" of=").append(result.firstSequence());
            text.append("..").append(result.lastSequence()).append(' ');
            StringBuilder values = new StringBuilder();
            for (WindowFiringDecoder.ValuesDecoder value : result.values()) {
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
}
