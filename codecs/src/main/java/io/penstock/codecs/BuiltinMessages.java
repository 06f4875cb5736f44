package io.penstock.codecs;

import io.penstock.codecs.builtin.BarDecoder;
import io.penstock.codecs.builtin.BarEncoder;
import io.penstock.codecs.builtin.CardAlertDecoder;
import io.penstock.codecs.builtin.CardAlertEncoder;
import io.penstock.codecs.builtin.CardTransactionDecoder;
import io.penstock.codecs.builtin.CardTransactionEncoder;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.codecs.builtin.KeyedValuesDecoder;
import io.penstock.codecs.builtin.KeyedValuesEncoder;
import io.penstock.codecs.builtin.LateEventDecoder;
import io.penstock.codecs.builtin.LateEventEncoder;
import io.penstock.codecs.builtin.LateValuesDecoder;
import io.penstock.codecs.builtin.LateValuesEncoder;
import io.penstock.codecs.builtin.LookBackResultDecoder;
import io.penstock.codecs.builtin.LookBackResultEncoder;
import io.penstock.codecs.builtin.TradeDecoder;
import io.penstock.codecs.builtin.TradeEncoder;
import io.penstock.codecs.builtin.WindowFiringDecoder;
import io.penstock.codecs.builtin.WindowFiringEncoder;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.codecs.builtin.WindowResultEncoder;
import io.penstock.codecs.builtin.WindowTopDecoder;
import io.penstock.codecs.builtin.WindowTopEncoder;

/** The events and results of the built-in pipelines, schema 802. */
public final class BuiltinMessages {
    /** The IR of the schema. */
    public static final SchemaIr SCHEMA =
            SchemaIr.fromResource(BuiltinMessages.class, "/schemas/penstock-builtin.sbeir");

    /** Input of {@code aggregate}. */
    public static final MessageType<KeyedValueDecoder, KeyedValueEncoder> KEYED_VALUE =
            MessageType.of(SCHEMA, KeyedValueDecoder::new, KeyedValueEncoder::new);

    /** Result of a window with built-in aggregates. */
    public static final MessageType<WindowResultDecoder, WindowResultEncoder> WINDOW_RESULT =
            MessageType.of(SCHEMA, WindowResultDecoder::new, WindowResultEncoder::new);

    /** Input of {@code ohlc}. */
    public static final MessageType<TradeDecoder, TradeEncoder> TRADE =
            MessageType.of(SCHEMA, TradeDecoder::new, TradeEncoder::new);

    /** Result of {@code ohlc}. */
    public static final MessageType<BarDecoder, BarEncoder> BAR =
            MessageType.of(SCHEMA, BarDecoder::new, BarEncoder::new);

    /** Input of {@code card-velocity}. */
    public static final MessageType<CardTransactionDecoder, CardTransactionEncoder>
            CARD_TRANSACTION =
                    MessageType.of(
                            SCHEMA, CardTransactionDecoder::new, CardTransactionEncoder::new);

    /** Result of {@code card-velocity}. */
    public static final MessageType<CardAlertDecoder, CardAlertEncoder> CARD_ALERT =
            MessageType.of(SCHEMA, CardAlertDecoder::new, CardAlertEncoder::new);

    /** An event too late for every window it belongs to. */
    public static final MessageType<LateEventDecoder, LateEventEncoder> LATE_EVENT =
            MessageType.of(SCHEMA, LateEventDecoder::new, LateEventEncoder::new);

    /** Result of a window with why, when and out of what it was made. */
    public static final MessageType<WindowFiringDecoder, WindowFiringEncoder> WINDOW_FIRING =
            MessageType.of(SCHEMA, WindowFiringDecoder::new, WindowFiringEncoder::new);

    /** Input of {@code aggregate} with several values, or with a text to count or to rank. */
    public static final MessageType<KeyedValuesDecoder, KeyedValuesEncoder> KEYED_VALUES =
            MessageType.of(SCHEMA, KeyedValuesDecoder::new, KeyedValuesEncoder::new);

    /** An event of several values that came too late. */
    public static final MessageType<LateValuesDecoder, LateValuesEncoder> LATE_VALUES =
            MessageType.of(SCHEMA, LateValuesDecoder::new, LateValuesEncoder::new);

    /** Ranking of a window. */
    public static final MessageType<WindowTopDecoder, WindowTopEncoder> WINDOW_TOP =
            MessageType.of(SCHEMA, WindowTopDecoder::new, WindowTopEncoder::new);

    /** Result of a look-back with built-in aggregates. */
    public static final MessageType<LookBackResultDecoder, LookBackResultEncoder> LOOK_BACK_RESULT =
            MessageType.of(SCHEMA, LookBackResultDecoder::new, LookBackResultEncoder::new);

    private BuiltinMessages() {}
}
