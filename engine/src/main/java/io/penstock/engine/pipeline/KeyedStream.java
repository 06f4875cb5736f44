package io.penstock.engine.pipeline;

import io.penstock.codecs.MessageType;
import io.penstock.engine.operator.Dedupe;
import io.penstock.engine.operator.DedupeOperator;
import io.penstock.engine.operator.EntryLimit;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.Key;
import io.penstock.engine.operator.Lateness;
import io.penstock.engine.operator.Maker;
import io.penstock.engine.operator.ProcessOperator;
import io.penstock.engine.operator.Side;
import io.penstock.engine.operator.StateLimit;
import io.penstock.engine.rolling.LookBack;
import io.penstock.engine.window.WindowSettings;
import io.penstock.engine.window.Windows;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
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
        return addDedupe(name, dedupe, null);
    }

    /**
     * Lets through the first row of each key, an id, with a limit on the ids that are remembered:
     * while it is reached, a row of an id that is not among them is rejected, or stops the engine.
     */
    public Stream<T> dedupe(String name, Dedupe dedupe, StateLimit limit) {
        Names.stage(name, "a memory of ids", dedupe);
        Names.stage(name, "a limit", limit);
        EntryLimit.check(name, limit);
        if (dedupe.memory() instanceof Dedupe.Memory.LastRows) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "de-duplication over the last rows remembers no more ids than rows: stage "
                            + name
                            + " needs no limit");
        }
        return addDedupe(name, dedupe, limit);
    }

    private Stream<T> addDedupe(String name, Dedupe dedupe, StateLimit limit) {
        Names.stage(name, "a memory of ids", dedupe);
        String rejected = stream.wantRejected(limit, name);
        String side = dedupe.duplicates();
        if (side != null) {
            stream.wantSide(Names.require("side output", side), name);
        }
        // The last rows are those of all keys: such a stage is not split among shards.
        boolean isSplit = limit == null && !(dedupe.memory() instanceof Dedupe.Memory.LastRows);
        Node added =
                stream.definition()
                        .addKeyed(
                                Names.require("stage", name),
                                "dedupe key="
                                        + keyDescription
                                        + " memory="
                                        + dedupe.memory()
                                        + " duplicates="
                                        + (side == null ? "drop" : side)
                                        + describe(limit),
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
                                                    new EntryLimit<>(
                                                            name,
                                                            "ids",
                                                            limit,
                                                            stream.sideReceiver(build, rejected)),
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
                stream, keyDescription, key, Names.require("stage", name), lookBack, null);
    }

    /**
     * Lets each event look back at the rows of its key before it, with a limit on the keys that
     * have rows: while it is reached, an event of another key is rejected, or stops the engine.
     */
    public LookBackStream<T> lookBack(String name, LookBack lookBack, StateLimit limit) {
        Names.stage(name, "rows to look back at", lookBack);
        Names.stage(name, "a limit", limit);
        EntryLimit.check(name, limit);
        return new LookBackStream<>(
                stream, keyDescription, key, Names.require("stage", name), lookBack, limit);
    }

    /** A limit as the plan prints it. */
    static String describe(StateLimit limit) {
        return limit == null ? "" : " limit=" + limit.description();
    }

    /**
     * Runs user logic with state and timers per key.
     *
     * @param resultType type of the results
     * @param handlers gives each running core its own handler
     * @param sides side outputs that the handler may send to: read them with {@link
     *     Stream#side(Side)} on the result
     */
    public <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> Stream<R> process(
            String name,
            MessageType<R, E> resultType,
            Supplier<? extends Handler<T, E>> handlers,
            Side<?, ?>... sides) {
        return addProcess(name, resultType, handlers, null, sides);
    }

    /**
     * Runs user logic with state and timers per key, for a limited number of keys.
     *
     * @param resultType type of the results
     * @param handlers gives each running core its own handler
     * @param limit on the keys that have state or timers
     * @param sides side outputs that the handler may send to
     */
    public <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> Stream<R> process(
            String name,
            MessageType<R, E> resultType,
            Supplier<? extends Handler<T, E>> handlers,
            StateLimit limit,
            Side<?, ?>... sides) {
        Names.stage(name, "a limit", limit);
        return addProcess(name, resultType, handlers, limit, sides);
    }

    private <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight>
            Stream<R> addProcess(
                    String name,
                    MessageType<R, E> resultType,
                    Supplier<? extends Handler<T, E>> handlers,
                    StateLimit limit,
                    Side<?, ?>[] sides) {
        Names.stage(name, "a type of results", resultType);
        Names.stage(name, "a supplier of handlers", handlers);
        String side = stream.wantRejected(limit, name);
        SideEdges edges = new SideEdges();
        // A limit counts all keys: such a stage is not split among shards.
        Node added =
                stream.definition()
                        .addKeyed(
                                Names.require("stage", name),
                                "process key="
                                        + keyDescription
                                        + " to="
                                        + Source.describe(resultType)
                                        + describe(limit),
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
                                                    edges.outputs(build),
                                                    build.output(self));
                                    build.addStage(self, operator, operator);
                                });
        edges.declare(stream.definition(), added, sides);
        return new Stream<>(stream.definition(), added, resultType);
    }
}
