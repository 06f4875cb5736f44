package io.penstock.engine.pipeline;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.MessageType;
import io.penstock.codecs.builtin.LookBackResultDecoder;
import io.penstock.codecs.builtin.LookBackResultEncoder;
import io.penstock.engine.operator.EntryLimit;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Key;
import io.penstock.engine.operator.Maker;
import io.penstock.engine.operator.StateLimit;
import io.penstock.engine.rolling.LookBack;
import io.penstock.engine.rolling.LookBackFunction;
import io.penstock.engine.rolling.LookBackOperator;
import io.penstock.engine.rolling.LookBackView;
import io.penstock.engine.rolling.RollingAggregate;
import io.penstock.engine.window.WideNumber;
import java.util.Arrays;
import java.util.List;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * A keyed stream whose events look back at the rows before them.
 *
 * @param <T> decoder of the messages
 */
public final class LookBackStream<T extends MessageDecoderFlyweight> {
    private final Stream<T> stream;
    private final String keyDescription;
    private final Key<T> key;
    private final String name;
    private final LookBack lookBack;
    private final StateLimit limit;

    LookBackStream(
            Stream<T> stream,
            String keyDescription,
            Key<T> key,
            String name,
            LookBack lookBack,
            StateLimit limit) {
        this.stream = stream;
        this.keyDescription = keyDescription;
        this.key = key;
        this.name = name;
        this.lookBack = lookBack;
        this.limit = limit;
    }

    /**
     * Makes a {@code LookBackResult} of each event: one value per aggregate in the order given, its
     * scale null where there is none; a key that is a number stands in it as 8 bytes,
     * little-endian.
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // handed on to a method that only reads them
    public final Stream<LookBackResultDecoder> aggregate(RollingAggregate<T>... aggregates) {
        return aggregateAll(
                BuiltinMessages.LOOK_BACK_RESULT,
                LookBackStream::encode,
                given(Arrays.asList(aggregates)));
    }

    /** Makes a message of the caller's own type of each event and its look-back, or none. */
    @SafeVarargs
    @SuppressWarnings("varargs") // handed on to a method that only reads them
    public final <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight>
            Stream<R> aggregate(
                    MessageType<R, E> resultType,
                    LookBackFunction<T, E> function,
                    RollingAggregate<T>... aggregates) {
        return aggregateAll(resultType, function, given(Arrays.asList(aggregates)));
    }

    private List<RollingAggregate<T>> given(List<RollingAggregate<T>> aggregates) {
        for (RollingAggregate<T> aggregate : aggregates) {
            Names.stage(name, "aggregates", aggregate);
        }
        return List.copyOf(aggregates);
    }

    private <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight>
            Stream<R> aggregateAll(
                    MessageType<R, E> resultType,
                    LookBackFunction<T, E> function,
                    List<RollingAggregate<T>> aggregates) {
        Names.stage(name, "a type of results", resultType);
        Names.stage(name, "a function", function);
        LookBackOperator.check(lookBack, aggregates);
        String rejected = stream.wantRejected(limit, name);
        Node added =
                stream.definition()
                        .addKeyed(
                                name,
                                describe(aggregates) + " to=" + Source.describe(resultType),
                                stream.node(),
                                limit == null ? key : null, // a limit counts all keys
                                resultType,
                                (build, self) -> {
                                    LookBackOperator<T, R, E> operator =
                                            new LookBackOperator<>(
                                                    build.context(),
                                                    name,
                                                    lookBack,
                                                    key,
                                                    aggregates,
                                                    new EntryLimit<>(
                                                            name,
                                                            "keys",
                                                            limit,
                                                            stream.sideReceiver(build, rejected)),
                                                    new LookBackOperator.Result<>(
                                                            function,
                                                            new Maker<>(resultType),
                                                            build.output(self)));
                                    build.addStage(self, operator, operator);
                                });
        return new Stream<>(stream.definition(), added, resultType);
    }

    private String describe(List<RollingAggregate<T>> aggregates) {
        StringBuilder text = new StringBuilder("look-back key=").append(keyDescription);
        text.append(' ').append(lookBack.description());
        text.append(KeyedStream.describe(limit)).append(" aggregates=");
        for (int i = 0; i < aggregates.size(); i++) {
            text.append(i == 0 ? "" : ",").append(aggregates.get(i).description());
        }
        return text.toString();
    }

    private static boolean encode(
            Event<?> event, LookBackView lookBack, LookBackResultEncoder result) {
        result.eventTimeNs(event.eventTimeNs()).rows(lookBack.rows());
        LookBackResultEncoder.ValuesEncoder values = result.valuesCount(lookBack.count());
        for (int i = 0; i < lookBack.count(); i++) {
            values.next();
            if (lookBack.isPresent(i)) {
                WideNumber value = lookBack.value(i);
                values.scale((short) value.scale());
                values.mantissa().low(value.low()).high(value.high());
            } else {
                values.scale(LookBackResultEncoder.ValuesEncoder.scaleNullValue());
                values.mantissa().low(0).high(0);
            }
        }
        result.putKey(lookBack.key(), 0, lookBack.key().capacity());
        return true;
    }
}
