package io.penstock.testkit.simulation;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Idle;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.SinkSpec;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A graph with one of everything: two sources, union, filter, map, overlapping windows and windows
 * with gaps, late events to a side, a second window on the first one's results under another key,
 * events in order to a handler with state and timers.
 *
 * <pre>
 *   a --+
 *       +-- all -- positive -- tripled -+-- overlap -+-- sink windows
 *   b --+                               |            +-- again -- sink again
 *                                       +-- gaps -- sink gaps
 *                                       +-- ordered -- handler -- sink handled
 *                                       +-- late -- sink late
 * </pre>
 */
public final class SimulatedPipeline {
    private SimulatedPipeline() {}

    /** The pipeline as it should be. */
    public static Pipeline define() {
        return define(SimulatedHandler::new);
    }

    /** The pipeline with another handler. */
    public static Pipeline define(
            Supplier<? extends Handler<KeyedValueDecoder, KeyedValueEncoder>> handlers) {
        return Pipeline.define("simulated", p -> define(p, handlers));
    }

    private static void define(
            Pipeline.Definition p,
            Supplier<? extends Handler<KeyedValueDecoder, KeyedValueEncoder>> handlers) {
        EventTimeStream<KeyedValueDecoder> a =
                p.source("a", BuiltinMessages.KEYED_VALUE)
                        .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.within(ms(20)));
        EventTimeStream<KeyedValueDecoder> b =
                p.source("b", BuiltinMessages.KEYED_VALUE)
                        .eventTime(
                                KeyedValueDecoder::eventTimeNs,
                                Disorder.within(ms(10)),
                                Idle.after(ms(60)));
        Stream<KeyedValueDecoder> events =
                a.union("all", b)
                        .filter("positive", m -> m.value().mantissa() >= 0)
                        .map("tripled", BuiltinMessages.KEYED_VALUE, SimulatedPipeline::triple);
        Stream<WindowResultDecoder> windows =
                events.keyByBytes("key", (m, target) -> m.getKey(target, 0, 64))
                        .window("overlap", Windows.hopping(ms(40), ms(15)), Late.toSide("late"))
                        .aggregate(
                                Aggregates.count(),
                                Aggregates.sum(m -> m.value().mantissa()),
                                Aggregates.first(m -> m.value().mantissa()),
                                Aggregates.last(m -> m.value().mantissa()));
        windows.sink("windows", memory());
        windows.keyBy("start", m -> m.windowStartNs() / ms(30).toNanos())
                .window("again", Windows.tumbling(ms(60)), Late.drop())
                .aggregate(
                        Aggregates.count(),
                        Aggregates.max(m -> m.windowStartNs()),
                        Aggregates.min(m -> m.windowEndNs()))
                .sink("again", memory());
        events.keyByBytes("key", (m, target) -> m.getKey(target, 0, 64))
                .window("gaps", Windows.hopping(ms(10), ms(25)), Late.toSide("late"))
                .aggregate(
                        Aggregates.average(m -> m.value().mantissa(), 2),
                        Aggregates.min(m -> m.value().mantissa()))
                .sink("gaps", memory());
        events.inOrder("ordered", Late.toSide("late"))
                .keyBy("modulo", m -> m.value().mantissa() % 5)
                .process("handler", BuiltinMessages.KEYED_VALUE, handlers)
                .sink("handled", memory());
        events.side("late").sink("late", memory());
    }

    private static void triple(Event<KeyedValueDecoder> event, KeyedValueEncoder result) {
        KeyedValueDecoder message = event.message();
        result.eventTimeNs(message.eventTimeNs());
        result.value().mantissa(3 * message.value().mantissa()).scale((short) 0);
        byte[] key = new byte[message.keyLength()];
        message.getKey(key, 0, key.length);
        result.putKey(key, 0, key.length);
    }

    private static SinkSpec memory() {
        return Sinks.memory(new MemorySink());
    }

    private static Duration ms(int value) {
        return Duration.ofMillis(value);
    }
}
