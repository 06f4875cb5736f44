package io.penstock.cli.builtin;

import io.penstock.cli.pipelines.AggregateColumns;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.MessageType;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValuesDecoder;
import io.penstock.codecs.builtin.LateEventEncoder;
import io.penstock.codecs.builtin.LateValuesEncoder;
import io.penstock.codecs.builtin.ScaledDecimalDecoder;
import io.penstock.codecs.builtin.ScaledDecimalEncoder;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Key;
import io.penstock.engine.window.NumberOf;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.agrona.MutableDirectBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * The events of {@code aggregate}: one value and a key in the common case, else several values and
 * texts.
 *
 * @param type of the source's messages
 * @param eventTimeNs their event time
 * @param key their key
 * @param values their values, in the order of the columns
 * @param counted text whose values count once each
 * @param ranked text whose values are ranked
 * @param <T> decoder of the messages
 */
record AggregateEvents<T extends MessageDecoderFlyweight>(
        MessageType<T, ?> type,
        ToLongFunction<T> eventTimeNs,
        Key.BytesExtractor<T> key,
        List<NumberOf<T>> values,
        Key.BytesExtractor<T> counted,
        Key.BytesExtractor<T> ranked) {
    private static final List<Function<KeyedValuesDecoder, ScaledDecimalDecoder>> VALUES =
            List.of(
                    KeyedValuesDecoder::value1,
                    KeyedValuesDecoder::value2,
                    KeyedValuesDecoder::value3,
                    KeyedValuesDecoder::value4,
                    KeyedValuesDecoder::value5,
                    KeyedValuesDecoder::value6,
                    KeyedValuesDecoder::value7,
                    KeyedValuesDecoder::value8);
    private static final List<Function<LateValuesEncoder, ScaledDecimalEncoder>> LATE_VALUES =
            List.of(
                    LateValuesEncoder::value1,
                    LateValuesEncoder::value2,
                    LateValuesEncoder::value3,
                    LateValuesEncoder::value4,
                    LateValuesEncoder::value5,
                    LateValuesEncoder::value6,
                    LateValuesEncoder::value7,
                    LateValuesEncoder::value8);

    /** Events of one value or none. */
    static AggregateEvents<KeyedValueDecoder> simple(AggregateColumns columns) {
        return new AggregateEvents<>(
                BuiltinMessages.KEYED_VALUE,
                KeyedValueDecoder::eventTimeNs,
                (event, target) -> event.getKey(target, 0, target.capacity()),
                columns.values().isEmpty()
                        ? List.of()
                        : List.of(new Value<>(KeyedValueDecoder::value)),
                null,
                null);
    }

    /** Events of several values, or with texts. */
    static AggregateEvents<KeyedValuesDecoder> wide(AggregateColumns columns) {
        return new AggregateEvents<>(
                BuiltinMessages.KEYED_VALUES,
                KeyedValuesDecoder::eventTimeNs,
                (event, target) -> event.getKey(target, 0, target.capacity()),
                VALUES.subList(0, columns.values().size()).stream()
                        .<NumberOf<KeyedValuesDecoder>>map(Value::new)
                        .toList(),
                AggregateEvents::counted,
                AggregateEvents::ranked);
    }

    private static int counted(KeyedValuesDecoder event, MutableDirectBuffer target) {
        event.skipKey();
        return orNone(event.getCounted(target, 0, target.capacity()));
    }

    private static int ranked(KeyedValuesDecoder event, MutableDirectBuffer target) {
        event.skipKey();
        event.skipCounted();
        return orNone(event.getRanked(target, 0, target.capacity()));
    }

    /** An empty field is no value: the event has no text. */
    private static int orNone(int length) {
        return length == 0 ? -1 : length;
    }

    /** A value at the scale it was written with. */
    private record Value<T>(Function<T, ScaledDecimalDecoder> of) implements NumberOf<T> {
        @Override
        public long mantissa(T event) {
            return of.apply(event).mantissa();
        }

        @Override
        public int scale(T event) {
            return of.apply(event).scale();
        }
    }

    /** Makes the row of an event that came too late. */
    static void late(Event<KeyedValueDecoder> event, LateEventEncoder row) {
        KeyedValueDecoder message = event.message();
        row.line(event.sourcePosition()).eventTimeNs(event.eventTimeNs());
        row.value().mantissa(message.value().mantissa()).scale(message.value().scale());
        int length = message.keyLength();
        int start = message.limit() + KeyedValueDecoder.keyHeaderLength();
        row.putKey(message.buffer(), start, length);
    }

    /** Makes the row of an event that came too late. */
    static void lateValues(Event<KeyedValuesDecoder> event, LateValuesEncoder row) {
        KeyedValuesDecoder message = event.message();
        row.line(event.sourcePosition()).eventTimeNs(event.eventTimeNs());
        for (int i = 0; i < VALUES.size(); i++) {
            ScaledDecimalDecoder value = VALUES.get(i).apply(message);
            LATE_VALUES.get(i).apply(row).mantissa(value.mantissa()).scale(value.scale());
        }
        int length = message.keyLength();
        int start = message.limit() + KeyedValuesDecoder.keyHeaderLength();
        row.putKey(message.buffer(), start, length);
    }
}
