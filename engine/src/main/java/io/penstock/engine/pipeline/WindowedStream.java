package io.penstock.engine.pipeline;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.MessageType;
import io.penstock.codecs.builtin.WindowFiringDecoder;
import io.penstock.codecs.builtin.WindowFiringEncoder;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.codecs.builtin.WindowResultEncoder;
import io.penstock.engine.operator.Key;
import io.penstock.engine.operator.Lateness;
import io.penstock.engine.operator.Maker;
import io.penstock.engine.operator.Receiver;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.time.Times;
import io.penstock.engine.window.Aggregate;
import io.penstock.engine.window.CountWindowOperator;
import io.penstock.engine.window.SessionOperator;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.WideNumber;
import io.penstock.engine.window.WindowFunction;
import io.penstock.engine.window.WindowOperator;
import io.penstock.engine.window.WindowResults;
import io.penstock.engine.window.WindowSettings;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.time.Duration;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * A keyed stream cut into windows.
 *
 * @param <T> decoder of the messages
 */
public final class WindowedStream<T extends MessageDecoderFlyweight> {
    private final Stream<T> stream;
    private final String keyDescription;
    private final Key<T> key;
    private final String name;
    private final WindowSettings settings;
    private final Lateness lateness;

    WindowedStream(
            Stream<T> stream,
            String keyDescription,
            Key<T> key,
            String name,
            WindowSettings settings,
            Lateness lateness) {
        this.stream = stream;
        this.keyDescription = keyDescription;
        this.key = key;
        this.name = name;
        this.settings = settings;
        this.lateness = lateness;
    }

    /**
     * Lets a window take events for so long after its end; what the trigger says becomes of them.
     */
    public WindowedStream<T> allowedLateness(Duration lateness) {
        long latenessNs = Times.ns("allowed lateness of stage " + name, lateness);
        if (latenessNs < 0) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "allowed lateness must not be negative: stage " + name + ", " + lateness);
        }
        return with(
                new WindowSettings(
                        settings.windows(), latenessNs, settings.trigger(), settings.hasLineage()));
    }

    /** When windows give results; without this when the watermark reaches their end. */
    public WindowedStream<T> trigger(Trigger trigger) {
        return with(
                new WindowSettings(
                        settings.windows(), settings.latenessNs(), trigger, settings.hasLineage()));
    }

    /** Lets results know their revision and the journal's sequences that fed them. */
    public WindowedStream<T> withLineage() {
        return with(
                new WindowSettings(
                        settings.windows(), settings.latenessNs(), settings.trigger(), true));
    }

    private WindowedStream<T> with(WindowSettings changed) {
        return new WindowedStream<>(stream, keyDescription, key, name, changed, lateness);
    }

    /**
     * Aggregates each window into {@code WindowFiring} messages: as {@code WindowResult}, and why,
     * when and out of what the result was made.
     */
    @SafeVarargs
    public final Stream<WindowFiringDecoder> firings(Aggregate<T>... aggregates) {
        return aggregate(BuiltinMessages.WINDOW_FIRING, WindowedStream::encodeFiring, aggregates);
    }

    /**
     * Aggregates each window into a {@code WindowResult}: one value per aggregate in the order
     * given; a key that is a number stands in it as 8 bytes, little-endian.
     */
    @SafeVarargs
    public final Stream<WindowResultDecoder> aggregate(Aggregate<T>... aggregates) {
        return aggregate(BuiltinMessages.WINDOW_RESULT, WindowedStream::encode, aggregates);
    }

    /** Aggregates each window into a message of the caller's own type. */
    @SafeVarargs
    @SuppressWarnings("varargs") // handed on to a method that only reads them
    public final <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight>
            Stream<R> aggregate(
                    MessageType<R, E> resultType,
                    WindowFunction<E> function,
                    Aggregate<T>... aggregates) {
        return aggregateAll(resultType, function, aggregates.clone());
    }

    private <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight>
            Stream<R> aggregateAll(
                    MessageType<R, E> resultType, WindowFunction<E> function, Aggregate<T>[] all) {
        Names.stage(name, "a type of results", resultType);
        Names.stage(name, "a function", function);
        for (Aggregate<T> aggregate : all) {
            Names.stage(name, "aggregates", aggregate);
        }
        if (settings.trigger().earlyClockNs() > 0) {
            stream.definition().needsTicks("stage " + name + " gives early results");
        }
        stream.wantSide(lateness, name);
        Node added =
                stream.definition()
                        .addKeyed(
                                name,
                                describe(all) + " to=" + Source.describe(resultType),
                                stream.node(),
                                key,
                                resultType,
                                (build, self) -> {
                                    WindowResults<R, E> results =
                                            new WindowResults<>(
                                                    build.context(),
                                                    function,
                                                    new Maker<>(resultType),
                                                    build.output(self));
                                    addOperator(build, self, all, results);
                                });
        return new Stream<>(stream.definition(), added, resultType);
    }

    private <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> void addOperator(
            RunningPlan build, Node self, Aggregate<T>[] aggregates, WindowResults<R, E> results) {
        StepContext context = build.context();
        Receiver<T> late = stream.lateReceiver(build, lateness);
        if (settings.windows() instanceof Windows.Sessions) {
            SessionOperator<T, R, E> operator =
                    new SessionOperator<>(context, name, settings, key, aggregates, late, results);
            build.addStage(self, operator, operator);
        } else if (settings.windows() instanceof Windows.Count) {
            CountWindowOperator<T, R, E> operator =
                    new CountWindowOperator<>(context, name, settings, key, aggregates, results);
            build.addStage(self, operator, operator);
        } else {
            WindowOperator<T, R, E> operator =
                    new WindowOperator<>(context, name, settings, key, aggregates, late, results);
            build.addStage(self, operator, operator);
        }
    }

    private String describe(Aggregate<T>[] aggregates) {
        StringBuilder text = new StringBuilder("window key=").append(keyDescription);
        text.append(' ').append(settings.description());
        text.append(" late=").append(lateness).append(" aggregates=");
        for (int i = 0; i < aggregates.length; i++) {
            text.append(i == 0 ? "" : ",").append(aggregates[i].description());
        }
        return text.toString();
    }

    private static void encode(WindowView window, WindowResultEncoder result) {
        result.windowStartNs(window.startNs()).windowEndNs(window.endNs());
        WindowResultEncoder.ValuesEncoder values = result.valuesCount(window.count());
        for (int i = 0; i < window.count(); i++) {
            WideNumber value = window.value(i);
            values.next().scale((short) value.scale());
            values.mantissa().low(value.low()).high(value.high());
        }
        result.putKey(window.key(), 0, window.key().capacity());
    }

    private static void encodeFiring(WindowView window, WindowFiringEncoder result) {
        result.windowStartNs(window.startNs())
                .windowEndNs(window.endNs())
                .kind((byte) window.kind().letter())
                .watermarkNs(window.watermarkNs())
                .triggerRow(window.triggerRow())
                .revision(window.revision())
                .firstSequence(window.firstSequence())
                .lastSequence(window.lastSequence());
        WindowFiringEncoder.ValuesEncoder values = result.valuesCount(window.count());
        for (int i = 0; i < window.count(); i++) {
            WideNumber value = window.value(i);
            values.next().scale((short) value.scale());
            values.mantissa().low(value.low()).high(value.high());
        }
        result.putKey(window.key(), 0, window.key().capacity());
    }
}
