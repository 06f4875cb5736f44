package io.penstock.engine.pipeline;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.MessageType;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.codecs.builtin.WindowResultEncoder;
import io.penstock.engine.operator.Key;
import io.penstock.engine.operator.Lateness;
import io.penstock.engine.operator.Maker;
import io.penstock.engine.window.Aggregate;
import io.penstock.engine.window.WideNumber;
import io.penstock.engine.window.WindowFunction;
import io.penstock.engine.window.WindowOperator;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import java.util.List;
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
    private final Windows windows;
    private final Lateness lateness;

    WindowedStream(
            Stream<T> stream,
            String keyDescription,
            Key<T> key,
            String name,
            Windows windows,
            Lateness lateness) {
        this.stream = stream;
        this.keyDescription = keyDescription;
        this.key = key;
        this.name = name;
        this.windows = windows;
        this.lateness = lateness;
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
        stream.wantSide(lateness, name);
        Node added =
                stream.definition()
                        .add(
                                name,
                                describe(all) + " to=" + Source.describe(resultType),
                                List.of(stream.node()),
                                (build, self) -> {
                                    WindowOperator<T, R, E> operator =
                                            new WindowOperator<>(
                                                    build.context(),
                                                    name,
                                                    windows,
                                                    key,
                                                    all,
                                                    stream.lateReceiver(build, lateness),
                                                    new WindowOperator.Result<>(
                                                            function,
                                                            new Maker<>(resultType),
                                                            build.output(self)));
                                    build.addStage(self, operator, operator);
                                });
        return new Stream<>(stream.definition(), added, resultType);
    }

    private String describe(Aggregate<T>[] aggregates) {
        StringBuilder text = new StringBuilder("window key=").append(keyDescription);
        text.append(" sizeNs=").append(windows.sizeNs());
        text.append(" everyNs=").append(windows.everyNs());
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
}
