package io.penstock.testkit.oracle;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.MessagePrinter;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Dedupe;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Expiry;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.KeyedStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.rolling.LookBack;
import io.penstock.engine.rolling.Rolling;
import io.penstock.engine.window.Aggregate;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.Windows;
import io.penstock.testkit.harness.HarnessInputs;
import io.penstock.testkit.harness.HarnessOutput;
import io.penstock.testkit.harness.HarnessResult;
import io.penstock.testkit.harness.OperatorHarness;
import io.penstock.testkit.harness.Schedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Any order in which no event is farther behind the latest than the bound gives the same final
 * results: what the engine makes of events does not depend on how they came.
 */
class PermutationTest {
    private static final int SEEDS = 60;
    private static final int PERMUTATIONS = 3;
    private static final long BOUND = 50;
    private static final String IN_ORDER = "in-order";
    private static final String EARLY = "early";

    private static Pipeline pipeline() {
        return Pipeline.define(
                "permuted",
                p -> {
                    EventTimeStream<KeyedValueDecoder> events =
                            p.source("events", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(KeyedValueDecoder::eventTimeNs, new Disorder(BOUND));
                    window(events, "tumbling", new Windows.Aligned(40, 40));
                    window(events, "hopping", new Windows.Aligned(70, 30, 11));
                    window(events, "gaps", new Windows.Aligned(20, 35));
                    window(events, "cumulative", new Windows.Cumulative(90, 30, 0));
                    window(events, "global", Windows.global());
                    window(events, "sessions", Windows.sessions(Duration.ofNanos(6)));
                    Stream<KeyedValueDecoder> ordered = events.inOrder("order", Late.drop());
                    ordered.sink(IN_ORDER, Sinks.memory(new MemorySink()));
                    window(ordered, IN_ORDER + "-counts", Windows.count(4));
                    byKey(ordered)
                            .lookBack("look", LookBack.within(Duration.ofNanos(45)))
                            .aggregate(
                                    Rolling.count(),
                                    Rolling.sum(m -> m.value().mantissa()),
                                    Rolling.max(m -> m.value().mantissa()))
                            .sink(IN_ORDER + "-look-back", Sinks.memory(new MemorySink()));
                    ordered.keyBy("value", m -> m.value().mantissa() & 15)
                            .dedupe("once", Dedupe.within(Duration.ofNanos(45)))
                            .sink(IN_ORDER + "-once", Sinks.memory(new MemorySink()));
                    triggered(
                            ordered,
                            EARLY + "",
                            Windows.tumbling(Duration.ofNanos(40)),
                            Duration.ZERO);
                    triggered(ordered, EARLY + "-global", Windows.global(), Duration.ZERO);
                    triggered(
                            ordered,
                            EARLY + "-cumulative",
                            new Windows.Cumulative(90, 30, 0),
                            Duration.ZERO);
                    triggered(
                            ordered,
                            EARLY + "-hopping",
                            new Windows.Aligned(70, 30, 11),
                            Duration.ofNanos(20));
                    triggered(
                            ordered,
                            EARLY + "-sessions",
                            Windows.sessions(Duration.ofNanos(6)),
                            Duration.ZERO);
                    byKey(ordered)
                            .process("watch", BuiltinMessages.KEYED_VALUE, Watch::new)
                            .sink(IN_ORDER + "-watch", Sinks.memory(new MemorySink()));
                    Stream<KeyedValueDecoder> all =
                            ordered.process("watch-all", BuiltinMessages.KEYED_VALUE, Watch::new);
                    all.sink(IN_ORDER + "-watch-all", Sinks.memory(new MemorySink()));
                    // A second stage of order behind stages whose timers and windows make events.
                    Stream<KeyedValueDecoder> again =
                            all.union("both", ordered).inOrder("again", Late.drop());
                    again.process("watch-again", BuiltinMessages.KEYED_VALUE, Watch::new)
                            .sink(IN_ORDER + "-watch-again", Sinks.memory(new MemorySink()));
                });
    }

    private static void triggered(
            Stream<KeyedValueDecoder> stream, String name, Windows windows, Duration lateness) {
        byKey(stream)
                .window(name + "-windows", windows, Late.drop())
                .trigger(Trigger.onWatermark().early(Duration.ofNanos(9)).retracting())
                .allowedLateness(lateness)
                .aggregate(aggregates())
                .sink(name, Sinks.memory(new MemorySink()));
    }

    /**
     * Tells what it remembers of its key, which depends on the order of events, timers and what
     * expires; timers fall on the times of events and into the past.
     */
    private static final class Watch implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private ValueState count;
        private ValueState all;

        @Override
        public void open(HandlerSetup setup) {
            count = setup.value("count", 8, Expiry.after(Duration.ofNanos(13)));
            all = setup.value("all", 8);
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            long value = event.message().value().mantissa();
            context.schedule(1, event.eventTimeNs() + 8);
            context.schedule(2 + Math.floorMod(value, 3), event.eventTimeNs() + value % 9);
            tell(context, event.eventTimeNs(), value);
        }

        @Override
        public void onTimer(long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            tell(context, timeNs, timerId);
        }

        private void tell(HandlerContext<KeyedValueEncoder> context, long timeNs, long value) {
            UnsafeBuffer counted = count.update();
            counted.putLong(0, counted.getLong(0) + 1);
            UnsafeBuffer block = all.update();
            block.putLong(0, (block.getLong(0) * 31 + value + counted.getLong(0)) % 1_000_003);
            KeyedValueEncoder result = context.begin();
            result.eventTimeNs(timeNs);
            result.value().mantissa(block.getLong(0)).scale((short) 0);
            result.putKey(context.key(), 0, context.key().capacity());
            context.emit();
        }
    }

    private static KeyedStream<KeyedValueDecoder> byKey(Stream<KeyedValueDecoder> stream) {
        return stream.keyByBytes("key", (m, to) -> m.getKey(to, 0, 1024));
    }

    private static void window(Stream<KeyedValueDecoder> stream, String name, Windows windows) {
        byKey(stream)
                .window(name + "-windows", windows, Late.drop())
                .aggregate(aggregates())
                .sink(name, Sinks.memory(new MemorySink()));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // generic array
    private static Aggregate<KeyedValueDecoder>[] aggregates() {
        return new Aggregate[] {
            Aggregates.<KeyedValueDecoder>count(),
            Aggregates.<KeyedValueDecoder>sum(m -> m.value().mantissa()),
            Aggregates.<KeyedValueDecoder>first(m -> m.value().mantissa()),
            Aggregates.<KeyedValueDecoder>last(m -> m.value().mantissa()),
            Aggregates.<KeyedValueDecoder>variance(m -> m.value().mantissa(), 2),
            Aggregates.<KeyedValueDecoder>distinct(m -> m.value().mantissa() & 7),
            Aggregates.<KeyedValueDecoder>hyperLogLog(m -> m.value().mantissa(), 6),
            Aggregates.<KeyedValueDecoder>quantile(m -> m.value().mantissa(), 0.5, 0, 0.01)
        };
    }

    @Test
    void shouldGiveTheSameFinalResultsWhateverTheOrderWithinTheBound() {
        Pipeline pipeline = pipeline();
        Seeds.forEach(SEEDS, seed -> check(pipeline, seed));
    }

    private static void check(Pipeline pipeline, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<TimedValue> events = new ArrayList<>();
        long timeNs = random.nextLong(-5_000, 5_000);
        for (int i = 0; i < 60; i++) {
            timeNs +=
                    1 + random.nextInt(random.nextInt(8) == 0 ? 60 : 8); // no ties: they keep order
            byte[] key = new byte[random.nextInt(3)];
            events.add(new TimedValue(i, timeNs, key, random.nextInt(-100, 100)));
        }
        Map<String, List<String>> expected = run(pipeline, events, seed);
        for (int i = 0; i < PERMUTATIONS; i++) {
            Map<String, List<String>> actual = run(pipeline, permuted(events, random), seed + i);
            expected.forEach(
                    (sink, results) -> Differences.requireSame(results, actual.get(sink), sink));
        }
    }

    /** Who jumps ahead by up to the bound leaves nobody farther behind than that. */
    private static List<TimedValue> permuted(List<TimedValue> events, SplittableRandom random) {
        Map<TimedValue, Long> turns = new HashMap<>();
        events.forEach(event -> turns.put(event, event.timeNs() + random.nextLong(BOUND + 1)));
        List<TimedValue> permuted = new ArrayList<>(events);
        permuted.sort(Comparator.comparing(turns::get));
        return permuted;
    }

    /**
     * Results of each sink; in their order where that is promised, else sorted. Of results that
     * replace one another the last.
     */
    private static Map<String, List<String>> run(
            Pipeline pipeline, List<TimedValue> events, long seed) {
        HarnessInputs inputs = new HarnessInputs(pipeline);
        events.forEach(event -> RandomStream.send(inputs, "events", event));
        HarnessResult result =
                OperatorHarness.of(pipeline)
                        .withSeed(seed)
                        .withSchedules(Schedule.ONE_BY_ONE)
                        .withLeftoverBytes(1 << 16)
                        .run(inputs.endAll());
        Map<String, List<String>> texts = new HashMap<>();
        for (PlanSink sink : pipeline.sinks()) {
            List<String> results = new ArrayList<>();
            for (HarnessOutput output : result.outputs(sink.name())) {
                StringBuilder text = new StringBuilder();
                new MessagePrinter(sink.type().schema())
                        .appendJson(text, output.message(), 0, output.message().capacity());
                results.add(text.toString());
            }
            if (sink.name().startsWith(EARLY)) {
                Map<String, String> last = new HashMap<>();
                results.forEach(text -> last.put(text.replaceAll("\"values\":.*],", ""), text));
                results = new ArrayList<>(last.values());
            }
            if (!sink.name().startsWith(IN_ORDER)) {
                results.sort(Comparator.naturalOrder());
            }
            texts.put(sink.name(), results);
        }
        return texts;
    }
}
