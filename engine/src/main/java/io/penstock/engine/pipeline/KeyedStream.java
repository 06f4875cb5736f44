package io.penstock.engine.pipeline;

import io.penstock.codecs.MessageType;
import io.penstock.engine.operator.Dedupe;
import io.penstock.engine.operator.DedupeOperator;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.Key;
import io.penstock.engine.operator.Lateness;
import io.penstock.engine.operator.Maker;
import io.penstock.engine.operator.ProcessOperator;
import io.penstock.engine.operator.StateLimit;
import io.penstock.engine.rolling.LookBack;
import io.penstock.engine.window.WindowSettings;
import io.penstock.engine.window.Windows;
import java.util.function.Supplier;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * A stream with a key: what state is kept by.
 *
 * @param <T> decoder of the messages
 */
public final class KeyedStream<T extends MessageDecoderFlyweight> {
    private final Stream<T> stream;
    private final String keyDescription;
    private final Key<T> key;

    KeyedStream(Stream<T> stream, String keyDescription, Key<T> key) {
        this.stream = stream;
        this.keyDescription = keyDescription;
        this.key = key;
    }

    /** Cuts each key's events into windows. */
    public WindowedStream<T> window(String name, Windows windows, Lateness lateness) {
        return window(name, WindowSettings.of(windows), lateness);
    }

    /** Cuts each key's events into windows, with everything that can be said about them. */
    public WindowedStream<T> window(String name, WindowSettings settings, Lateness lateness) {
        Names.stage(name, "settings of its windows", settings);
        Names.stage(name, "what becomes of late events", lateness);
        return new WindowedStream<>(
                stream, keyDescription, key, Names.require("stage", name), settings, lateness);
    }

    /**
     * Lets through the first row of each key, an id, and drops the others or sends them to a side
     * output of the stream that is keyed: see {@link Stream#side}.
     */
    public Stream<T> dedupe(String name, Dedupe dedupe) {
        Names.stage(name, "a memory of ids", dedupe);
        String side = dedupe.duplicates();
        if (side != null) {
            stream.wantSide(Names.require("side output", side), name);
        }
        // The last rows are those of all keys: such a stage is not split among shards.
        boolean isSplit = !(dedupe.memory() instanceof Dedupe.Memory.LastRows);
        Node added =
                stream.definition()
                        .addKeyed(
                                Names.require("stage", name),
                                "dedupe key="
                                        + keyDescription
                                        + " memory="
                                        + dedupe.memory()
                                        + " duplicates="
                                        + (side == null ? "drop" : side),
                                stream.node(),
                                isSplit ? key : null,
                                stream.type(),
                                (build, self) -> {
                                    DedupeOperator<T> operator =
                                            new DedupeOperator<>(
                                                    build.context(),
                                                    name,
                                                    key,
                                                    dedupe,
                                                    stream.sideReceiver(build, side),
                                                    build.output(self));
                                    build.addStage(self, operator, operator);
                                });
        return new Stream<>(stream.definition(), added, stream.type());
    }

    /**
     * Lets each event look back at the rows of its key before it, in the order in which they reach
     * the stage.
     *
     * <p>That is the order of arrival. Where (event time, arrival) order is meant, put {@link
     * Stream#inOrder} in front; {@link LookBack} says what else happens to events out of order.
     */
    public LookBackStream<T> lookBack(String name, LookBack lookBack) {
        Names.stage(name, "rows to look back at", lookBack);
        return new LookBackStream<>(
                stream, keyDescription, key, Names.require("stage", name), lookBack);
    }

    /**
     * Runs user logic with state and timers per key.
     *
     * @param resultType type of the results
     * @param handlers gives each running core its own handler
     */
    public <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> Stream<R> process(
            String name, MessageType<R, E> resultType, Supplier<? extends Handler<T, E>> handlers) {
        return addProcess(name, resultType, handlers, null);
    }

    /**
     * Runs user logic with state and timers per key, for a limited number of keys.
     *
     * @param resultType type of the results
     * @param handlers gives each running core its own handler
     * @param limit on the keys that have state or timers
     */
    public <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> Stream<R> process(
            String name,
            MessageType<R, E> resultType,
            Supplier<? extends Handler<T, E>> handlers,
            StateLimit limit) {
        Names.stage(name, "a limit", limit);
        return addProcess(name, resultType, handlers, limit);
    }

    private <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight>
            Stream<R> addProcess(
                    String name,
                    MessageType<R, E> resultType,
                    Supplier<? extends Handler<T, E>> handlers,
                    StateLimit limit) {
        Names.stage(name, "a type of results", resultType);
        Names.stage(name, "a supplier of handlers", handlers);
        String side = limit == null ? null : limit.rejected();
        if (side != null) {
            stream.wantSide(Names.require("side output", side), name);
        }
        // A limit counts all keys: such a stage is not split among shards.
        Node added =
                stream.definition()
                        .addKeyed(
                                Names.require("stage", name),
                                "process key="
                                        + keyDescription
                                        + " to="
                                        + Source.describe(resultType)
                                        + (limit == null ? "" : " limit=" + limit.description()),
                                stream.node(),
                                limit == null ? key : null,
                                resultType,
                                (build, self) -> {
                                    ProcessOperator<T, R, E> operator =
                                            new ProcessOperator<>(
                                                    build.context(),
                                                    name,
                                                    key,
                                                    stream.definition().handOut(name, handlers),
                                                    limit,
                                                    stream.sideReceiver(build, side),
                                                    new Maker<>(resultType),
                                                    build.output(self));
                                    build.addStage(self, operator, operator);
                                });
        return new Stream<>(stream.definition(), added, resultType);
    }
}
