package io.penstock.testkit.oracle;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Dedupe;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.time.Times;
import io.penstock.testkit.harness.HarnessInputs;
import io.penstock.testkit.harness.HarnessOutput;
import io.penstock.testkit.harness.HarnessResult;
import io.penstock.testkit.harness.OperatorHarness;
import io.penstock.testkit.harness.Schedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Order, de-duplication and timers against lists and maps, over random streams. */
class StageOraclesTest {
    private static final int SEEDS = 240;
    private static final long LAST_LIVE = Long.MAX_VALUE - 1;

    /** What is done with a stream under test; its result goes to the sink "out". */
    private interface Stage {
        Stream<KeyedValueDecoder> on(EventTimeStream<KeyedValueDecoder> events);
    }

    /** A run of one stage beside its oracle. */
    private static void check(
            long seed,
            long disorderNs,
            Stage stage,
            Function<List<TimedValue>, List<String>> oracle) {
        Pipeline pipeline =
                Pipeline.define(
                        "stage",
                        p -> {
                            EventTimeStream<KeyedValueDecoder> events =
                                    p.source("events", BuiltinMessages.KEYED_VALUE)
                                            .eventTime(
                                                    KeyedValueDecoder::eventTimeNs,
                                                    new Disorder(disorderNs));
                            stage.on(events).sink("out", Sinks.memory(new MemorySink()));
                        });
        SplittableRandom random = new SplittableRandom(seed);
        HarnessInputs inputs = new HarnessInputs(pipeline);
        List<TimedValue> events =
                new RandomStream(random, 1, random.nextInt(3) == 0)
                        .events(inputs, "events", 1 + random.nextInt(60));
        Schedule[] all = Schedule.values();

        HarnessResult result =
                OperatorHarness.of(pipeline)
                        .withSeed(seed)
                        .withSchedules(all[(int) (seed % all.length)])
                        .withShortInputs(20)
                        .withLeftoverBytes(1 << 20)
                        .run(inputs.endAll());

        Differences.requireSame(
                oracle.apply(events),
                result.outputs("out").stream().map(StageOraclesTest::text).toList(),
                "disorderNs=" + disorderNs + ", events=" + events.size());
    }

    private static String text(HarnessOutput output) {
        KeyedValueDecoder decoder = new KeyedValueDecoder();
        BuiltinMessages.KEYED_VALUE.wrap(decoder, output.message(), 0);
        byte[] key = new byte[decoder.keyLength()];
        decoder.getKey(key, 0, key.length);
        return text(output.input(), decoder.eventTimeNs(), key, decoder.value().mantissa());
    }

    private static String text(int input, long timeNs, byte[] key, long value) {
        return input + " " + timeNs + " " + TimedValue.shortKey(key) + " " + value;
    }

    private static String text(int input, TimedValue event) {
        return text(input, event.timeNs(), event.key(), event.value());
    }

    private static long disorder(long seed) {
        return switch ((int) (seed % 4)) {
            case 0 -> 0;
            case 1 -> 7;
            case 2 -> 40;
            default -> Long.MAX_VALUE;
        };
    }

    /** Walks through a stream; the visitor is given each event and the watermark behind it. */
    private static void walk(
            List<TimedValue> events, long disorderNs, BiConsumer<TimedValue, Long> visitor) {
        long watermark = Long.MIN_VALUE;
        for (TimedValue event : events) {
            long candidate = Math.min(Times.subtract(event.timeNs(), disorderNs), LAST_LIVE);
            watermark = Math.max(watermark, candidate);
            visitor.accept(event, watermark);
        }
    }

    private static List<String> ordered(List<TimedValue> events, long disorderNs) {
        List<String> results = new ArrayList<>();
        PriorityQueue<TimedValue> waiting =
                new PriorityQueue<>(
                        Comparator.comparingLong(TimedValue::timeNs)
                                .thenComparingInt(TimedValue::input));
        long[] before = {Long.MIN_VALUE};
        walk(
                events,
                disorderNs,
                (event, watermark) -> {
                    if (event.timeNs() >= before[0]) {
                        waiting.add(event);
                    }
                    while (!waiting.isEmpty() && waiting.peek().timeNs() <= watermark) {
                        results.add(text(event.input(), waiting.poll()));
                    }
                    before[0] = watermark;
                });
        while (!waiting.isEmpty()) {
            results.add(text(events.get(events.size() - 1).input() + 1, waiting.poll()));
        }
        return results;
    }

    @Test
    void shouldPutEventsInOrderOfTimeAndArrival() {
        Seeds.forEach(
                SEEDS,
                seed ->
                        check(
                                seed,
                                disorder(seed),
                                s -> s.inOrder("order", Late.drop()),
                                events -> ordered(events, disorder(seed))));
    }

    private static List<String> firstOfEachId(List<TimedValue> events) {
        Set<String> seen = new HashSet<>();
        List<String> results = new ArrayList<>();
        for (TimedValue event : events) {
            if (seen.add(event.keyText())) {
                results.add(text(event.input(), event));
            }
        }
        return results;
    }

    private static List<String> firstInRows(List<TimedValue> events, int rows) {
        List<String> results = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            String id = events.get(i).keyText();
            boolean isCopy = false;
            for (int j = Math.max(0, i - rows); j < i; j++) {
                isCopy |= events.get(j).keyText().equals(id);
            }
            if (!isCopy) {
                results.add(text(events.get(i).input(), events.get(i)));
            }
        }
        return results;
    }

    private static List<String> firstWithin(List<TimedValue> events, long durationNs, long bound) {
        List<String> results = new ArrayList<>();
        Map<String, Long> latest = new HashMap<>();
        long[] before = {Long.MIN_VALUE};
        walk(
                events,
                bound,
                (event, watermark) -> {
                    long time = Math.max(event.timeNs(), before[0]);
                    Long last = latest.get(event.keyText());
                    if (last == null || last <= Times.subtract(time, durationNs)) {
                        results.add(text(event.input(), event));
                    }
                    latest.merge(event.keyText(), time, Math::max);
                    before[0] = watermark;
                });
        return results;
    }

    @Test
    void shouldKeepTheFirstOfAnIdAsFarAsTheMemoryReaches() {
        Seeds.forEach(
                SEEDS,
                seed -> {
                    long bound = disorder(seed);
                    switch ((int) (seed % 3)) {
                        case 0 ->
                                check(
                                        seed,
                                        bound,
                                        s -> dedupe(s, Dedupe.forever()),
                                        StageOraclesTest::firstOfEachId);
                        case 1 ->
                                check(
                                        seed,
                                        bound,
                                        s -> dedupe(s, Dedupe.lastRows(1 + seed % 7)),
                                        events -> firstInRows(events, (int) (1 + seed % 7)));
                        default -> {
                            long duration = 1 + seed % 40;
                            Dedupe within = Dedupe.within(Duration.ofNanos(duration));
                            check(
                                    seed,
                                    bound,
                                    s -> dedupe(s, within),
                                    events -> firstWithin(events, duration, bound));
                        }
                    }
                });
    }

    private static Stream<KeyedValueDecoder> dedupe(
            EventTimeStream<KeyedValueDecoder> events, Dedupe dedupe) {
        return events.keyByBytes("id", (m, to) -> m.getKey(to, 0, 1024)).dedupe("once", dedupe);
    }

    /** Sets timers around the event's time, moves and cancels them; tells each that fires. */
    private static final class Alarms implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private static final int CANCEL = 4;

        @Override
        public void open(HandlerSetup setup) {
            // It keeps nothing but timers.
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            long value = event.message().value().mantissa();
            if (isCancel(value)) {
                context.cancel(idOf(value));
            } else {
                context.schedule(idOf(value), timeOf(value, event.eventTimeNs()));
            }
        }

        static boolean isCancel(long value) {
            return Math.floorMod(value, CANCEL) == 0;
        }

        static long idOf(long value) {
            return Math.floorMod(value, 3) - 1L;
        }

        static long timeOf(long value, long timeNs) {
            return Times.add(timeNs, Math.floorMod(value, 50) - 15L);
        }

        @Override
        public void onTimer(long id, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            KeyedValueEncoder result = context.begin();
            result.eventTimeNs(timeNs).value().mantissa(id).scale((short) 0);
            result.putKey(context.key(), 0, context.key().capacity());
            context.emit();
        }
    }

    /** A timer that is set. */
    @SuppressWarnings("ArrayRecordComponent") // never compared by itself
    private record Timer(long timeNs, byte[] key, long id) {
        static final Comparator<Timer> ORDER =
                Comparator.comparingLong(Timer::timeNs)
                        .thenComparing(Timer::key, Arrays::compareUnsigned)
                        .thenComparingLong(Timer::id);
    }

    private static List<String> alarms(List<TimedValue> events, long disorderNs) {
        List<String> results = new ArrayList<>();
        Map<String, Timer> byName = new HashMap<>();
        TreeMap<Timer, String> timers = new TreeMap<>(Timer.ORDER);
        walk(
                events,
                disorderNs,
                (event, watermark) -> {
                    long id = Alarms.idOf(event.value());
                    String name = event.keyText() + "/" + id;
                    Timer old = byName.remove(name);
                    if (old != null) {
                        timers.remove(old);
                    }
                    if (!Alarms.isCancel(event.value())) {
                        long time = Alarms.timeOf(event.value(), event.timeNs());
                        Timer timer = new Timer(time, event.key(), id);
                        timers.put(timer, name);
                        byName.put(name, timer);
                    }
                    fire(timers, byName, watermark, event.input(), results);
                });
        fire(timers, byName, Long.MAX_VALUE, events.get(events.size() - 1).input() + 1, results);
        return results;
    }

    private static void fire(
            NavigableMap<Timer, String> timers,
            Map<String, Timer> byName,
            long watermark,
            int input,
            List<String> results) {
        while (!timers.isEmpty() && timers.firstKey().timeNs() <= watermark) {
            Map.Entry<Timer, String> due = timers.pollFirstEntry();
            byName.remove(due.getValue());
            Timer timer = due.getKey();
            results.add(text(input, timer.timeNs(), timer.key(), timer.id()));
        }
    }

    @Test
    void shouldFireTimersByTimeKeyAndId() {
        Seeds.forEach(
                SEEDS,
                seed ->
                        check(
                                seed,
                                disorder(seed),
                                s ->
                                        s.keyByBytes("key", (m, to) -> m.getKey(to, 0, 1024))
                                                .process(
                                                        "alarms",
                                                        BuiltinMessages.KEYED_VALUE,
                                                        Alarms::new),
                                events -> alarms(events, disorder(seed))));
    }
}
