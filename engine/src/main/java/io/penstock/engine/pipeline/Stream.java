package io.penstock.engine.pipeline;

import io.penstock.codecs.MessageType;
import io.penstock.engine.operator.FilterOperator;
import io.penstock.engine.operator.FlatMapFunction;
import io.penstock.engine.operator.FlatMapOperator;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.Key;
import io.penstock.engine.operator.Lateness;
import io.penstock.engine.operator.Maker;
import io.penstock.engine.operator.MapFunction;
import io.penstock.engine.operator.MapOperator;
import io.penstock.engine.operator.MapWithSidesFunction;
import io.penstock.engine.operator.MapWithSidesOperator;
import io.penstock.engine.operator.OrderOperator;
import io.penstock.engine.operator.Receiver;
import io.penstock.engine.operator.Side;
import io.penstock.engine.operator.SinkOperator;
import io.penstock.engine.operator.StateLimit;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * A stream of events with event time, while a pipeline is declared.
 *
 * <p>Every use of a stream is a branch: branches see each event in the order they were declared.
 *
 * @param <T> decoder of the messages
 */
public sealed class Stream<T extends MessageDecoderFlyweight> permits EventTimeStream {
    private final Pipeline.Definition definition;
    private final Node node;
    private final MessageType<T, ?> type;

    Stream(Pipeline.Definition definition, Node node, MessageType<T, ?> type) {
        this.definition = definition;
        this.node = node;
        this.type = type;
    }

    /** Lets through what a pure predicate accepts. */
    public Stream<T> filter(String name, Predicate<T> predicate) {
        return addFilter(name, predicate, null);
    }

    /**
     * Lets through what a pure predicate accepts, and gives the rest on a side output of the
     * result: {@code stream.filter("large", p, "small").side("small")}.
     *
     * @param filtered name of the side output
     */
    public Stream<T> filter(String name, Predicate<T> predicate, String filtered) {
        return addFilter(name, predicate, Names.require("side output", filtered));
    }

    private Stream<T> addFilter(String name, Predicate<T> predicate, String side) {
        SideEdges sides = new SideEdges();
        Names.stage(name, "a predicate", predicate);
        Node added =
                definition.add(
                        Names.require("stage", name),
                        side == null ? "filter" : "filter filtered=" + side,
                        List.of(node),
                        (build, self) -> {
                            FilterOperator<T> operator =
                                    new FilterOperator<>(
                                            build.context(),
                                            name,
                                            predicate,
                                            side == null ? null : sides.output(build, 0),
                                            build.output(self));
                            build.addStage(self, operator, operator);
                        });
        if (side != null) {
            sides.add(definition, added, side, type);
        }
        return new Stream<>(definition, added, type);
    }

    /** Makes one message of another type out of each; event time stays. */
    public <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> Stream<R> map(
            String name, MessageType<R, E> resultType, MapFunction<T, E> function) {
        Names.stage(name, "a type of results", resultType);
        Names.stage(name, "a function", function);
        Node added =
                definition.add(
                        Names.require("stage", name),
                        "map to=" + Source.describe(resultType),
                        List.of(node),
                        (build, self) -> {
                            MapOperator<T, R, E> operator =
                                    new MapOperator<>(
                                            build.context(),
                                            name,
                                            function,
                                            new Maker<>(resultType),
                                            build.output(self));
                            build.addStage(self, operator, operator);
                        });
        return new Stream<>(definition, added, resultType);
    }

    /**
     * Makes one message of another type out of each, and any number for side outputs of the stage:
     * read them with {@link #side(Side)} on the result. Event time stays.
     */
    public <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> Stream<R> map(
            String name,
            MessageType<R, E> resultType,
            MapWithSidesFunction<T, E> function,
            Side<?, ?>... sides) {
        Names.stage(name, "a type of results", resultType);
        Names.stage(name, "a function", function);
        SideEdges edges = new SideEdges();
        Node added =
                definition.add(
                        Names.require("stage", name),
                        "map to=" + Source.describe(resultType),
                        List.of(node),
                        (build, self) -> {
                            MapWithSidesOperator<T, R, E> operator =
                                    new MapWithSidesOperator<>(
                                            build.context(),
                                            name,
                                            function,
                                            new Maker<>(resultType),
                                            edges.outputs(build),
                                            build.output(self));
                            build.addStage(self, operator, operator);
                        });
        edges.declare(definition, added, sides);
        return new Stream<>(definition, added, resultType);
    }

    /**
     * Makes any number of messages of another type out of each; event time stays.
     *
     * @param sides side outputs that the function may send to: read them with {@link #side(Side)}
     *     on the result
     */
    public <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> Stream<R> flatMap(
            String name,
            MessageType<R, E> resultType,
            FlatMapFunction<T, E> function,
            Side<?, ?>... sides) {
        SideEdges edges = new SideEdges();
        Names.stage(name, "a type of results", resultType);
        Names.stage(name, "a function", function);
        Node added =
                definition.add(
                        Names.require("stage", name),
                        "flat map to=" + Source.describe(resultType),
                        List.of(node),
                        (build, self) -> {
                            FlatMapOperator<T, R, E> operator =
                                    new FlatMapOperator<>(
                                            build.context(),
                                            name,
                                            function,
                                            new Maker<>(resultType),
                                            edges.outputs(build),
                                            build.output(self));
                            build.addStage(self, operator, operator);
                        });
        edges.declare(definition, added, sides);
        return new Stream<>(definition, added, resultType);
    }

    /** Puts events in (event time, arrival) order within the disorder bound. */
    public Stream<T> inOrder(String name, Lateness lateness) {
        Names.stage(name, "what becomes of late events", lateness);
        wantSide(lateness, name);
        Node added =
                definition.add(
                        Names.require("stage", name),
                        "order late=" + lateness,
                        List.of(node),
                        (build, self) -> {
                            OrderOperator<T> operator =
                                    new OrderOperator<>(
                                            build.context(),
                                            name,
                                            type,
                                            lateReceiver(build, lateness),
                                            build.output(self));
                            build.addStage(self, operator, operator);
                        });
        return new Stream<>(definition, added, type);
    }

    /** Events of this stream and of another of the same type, in the order they come. */
    public Stream<T> union(String name, Stream<T> other) {
        Names.stage(name, "another stream", other);
        if (other.definition != definition) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "a union takes streams of one pipeline: "
                            + name
                            + " is given one of "
                            + other.definition.name());
        }
        Node added =
                definition.add(
                        Names.require("stage", name),
                        "union",
                        List.of(node, other.node),
                        (build, self) -> build.<T>link(self, build.<T>output(self)));
        return new Stream<>(definition, added, type);
    }

    /** Keys the stream by a number. */
    public KeyedStream<T> keyBy(String name, ToLongFunction<T> key) {
        Names.given("key " + name, "a function", key);
        return new KeyedStream<>(this, Names.require("key", name) + ":long", new Key.OfLong<>(key));
    }

    /** Keys the stream by bytes, such as a text. */
    public KeyedStream<T> keyByBytes(String name, Key.BytesExtractor<T> key) {
        Names.given("key " + name, "a function", key);
        return new KeyedStream<>(
                this, Names.require("key", name) + ":bytes", new Key.OfBytes<>(key));
    }

    /** Keys the stream by several numbers and texts together. */
    public KeyedStream<T> keyByParts(String name, Key.Parts<T> parts) {
        Names.given("key " + name, "a function", parts);
        return new KeyedStream<>(this, Names.require("key", name) + ":parts", Key.ofParts(parts));
    }

    /**
     * Runs user logic with state and timers of the stage: there is one key, 0, for all events.
     *
     * @param resultType type of the results
     * @param handlers gives each running core its own handler
     * @param sides side outputs that the handler may send to: read them with {@link #side(Side)} on
     *     the result
     */
    public <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> Stream<R> process(
            String name,
            MessageType<R, E> resultType,
            Supplier<? extends Handler<T, E>> handlers,
            Side<?, ?>... sides) {
        return new KeyedStream<>(this, "none", new Key.OfLong<T>(message -> 0))
                .process(name, resultType, handlers, sides);
    }

    /**
     * A side output of events of this stream: one that stages on it send events to, such as those
     * that come too late; or, of the stream that a filter gives, what was filtered out.
     */
    public Stream<T> side(String name) {
        Node own = definition.ownSide(node, name, type);
        if (own != null) {
            return new Stream<>(definition, own, type);
        }
        Node side =
                definition.side(
                        node,
                        Names.require("side output", name),
                        type,
                        (build, self) -> build.inherit(self));
        return new Stream<>(definition, side, type);
    }

    /** A side output that was declared with the stage that gives this stream. */
    public <S extends MessageDecoderFlyweight> Stream<S> side(Side<S, ?> side) {
        Names.given("stage " + node.name(), "a side output to read", side);
        Node own = definition.ownSide(node, side.name(), side.type());
        if (own == null) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "stage "
                            + node.name()
                            + " has no side output "
                            + side.name()
                            + ": declared with it are "
                            + definition.ownSidesOf(node)
                            + " (give it to the stage where it is declared)");
        }
        return new Stream<>(definition, own, side.type());
    }

    /** Ends a path: sends every event to a sink. */
    public void sink(String name, SinkSpec spec) {
        Names.given("sink " + name, "a place for results", spec);
        int sinkId = definition.addSink(new PlanSink(Names.require("sink", name), type, spec));
        definition.add(
                "sink/" + name,
                "sink type=" + Source.describe(type),
                List.of(node),
                (build, self) ->
                        build.addSink(
                                self,
                                new SinkOperator<T>(build.context(), "sink/" + name, sinkId)));
    }

    Pipeline.Definition definition() {
        return definition;
    }

    Node node() {
        return node;
    }

    MessageType<T, ?> type() {
        return type;
    }

    void wantSide(Lateness lateness, String stage) {
        if (lateness instanceof Lateness.ToSide toSide) {
            wantSide(toSide.side(), stage);
        }
    }

    void wantSide(String side, String stage) {
        definition.wantSide(node, side, stage);
    }

    /** Notes where a stage sends what its limit rejects; null if it drops that or has no limit. */
    String wantRejected(StateLimit limit, String stage) {
        String side = limit == null ? null : limit.rejected();
        if (side != null) {
            wantSide(Names.require("side output", side), stage);
        }
        return side;
    }

    /** Where a stage on this stream sends late events; null drops them. */
    Receiver<T> lateReceiver(RunningPlan build, Lateness lateness) {
        return lateness instanceof Lateness.ToSide toSide
                ? sideReceiver(build, toSide.side())
                : null;
    }

    /** Where a stage on this stream sends what belongs to a side output; null drops it. */
    Receiver<T> sideReceiver(RunningPlan build, String side) {
        return side == null ? null : build.output(definition.sideOf(node, side));
    }
}
