package io.penstock.testkit.simulation;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import java.time.Duration;

/** A pipeline that tells a probe of each call of a function of the user's, before and after. */
final class ProbedPipeline {
    private ProbedPipeline() {}

    static Pipeline define(Runnable probe) {
        return Pipeline.define("probed", p -> define(p, probe));
    }

    private static void define(Pipeline.Definition p, Runnable probe) {
        EventTimeStream<KeyedValueDecoder> a = source(p, "a", probe);
        Stream<KeyedValueDecoder> events =
                a.union("all", source(p, "b", probe))
                        .filter(
                                "positive",
                                m -> {
                                    probe.run();
                                    return m.value().mantissa() >= 0;
                                })
                        .map(
                                "copied",
                                BuiltinMessages.KEYED_VALUE,
                                (event, result) -> copy(event, result, probe));
        events.keyByBytes("key", (m, target) -> m.getKey(target, 0, 64))
                .window(
                        "overlap",
                        Windows.hopping(Duration.ofMillis(40), Duration.ofMillis(15)),
                        Late.toSide("late"))
                .aggregate(
                        BuiltinMessages.KEYED_VALUE,
                        (window, result) -> {
                            probe.run();
                            result.eventTimeNs(window.endNs());
                            result.value().mantissa(window.longValue(1));
                            result.putKey(window.key(), 0, window.key().capacity());
                        },
                        Aggregates.count(),
                        Aggregates.sum(
                                m -> {
                                    probe.run();
                                    return m.value().mantissa();
                                }))
                .keyBy(
                        "modulo",
                        m -> {
                            probe.run();
                            return m.value().mantissa() % 3;
                        })
                .window("again", Windows.tumbling(Duration.ofMillis(60)), Late.drop())
                .aggregate(Aggregates.count())
                .sink("again", Sinks.memory(new MemorySink()));
        events.inOrder("ordered", Late.toSide("late"))
                .keyBy("modulo", m -> m.value().mantissa() % 5)
                .process("handler", BuiltinMessages.KEYED_VALUE, () -> new ProbedHandler(probe))
                .sink("handled", Sinks.memory(new MemorySink()));
        events.side("late").sink("late", Sinks.memory(new MemorySink()));
    }

    private static EventTimeStream<KeyedValueDecoder> source(
            Pipeline.Definition p, String name, Runnable probe) {
        return p.source(name, BuiltinMessages.KEYED_VALUE)
                .eventTime(
                        m -> {
                            probe.run();
                            return m.eventTimeNs();
                        },
                        Disorder.within(Duration.ofMillis(15)));
    }

    private static void copy(
            Event<KeyedValueDecoder> event, KeyedValueEncoder result, Runnable probe) {
        KeyedValueDecoder message = event.message();
        result.eventTimeNs(message.eventTimeNs());
        result.value().mantissa(message.value().mantissa());
        byte[] key = new byte[message.keyLength()];
        message.getKey(key, 0, key.length);
        result.putKey(key, 0, key.length);
        probe.run();
    }

    /** Probes when all state has been written and results were emitted. */
    private static final class ProbedHandler extends SimulatedHandler {
        private final Runnable probe;

        ProbedHandler(Runnable probe) {
            this.probe = probe;
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            super.onEvent(event, context);
            probe.run();
        }

        @Override
        public void onTimer(long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            super.onTimer(timerId, timeNs, context);
            probe.run();
        }
    }
}
