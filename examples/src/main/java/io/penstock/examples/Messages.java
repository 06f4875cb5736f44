package io.penstock.examples;

import io.penstock.codecs.MessageType;
import io.penstock.codecs.SchemaIr;
import io.penstock.examples.sbe.AveragesDecoder;
import io.penstock.examples.sbe.AveragesEncoder;
import io.penstock.examples.sbe.BalanceDecoder;
import io.penstock.examples.sbe.BalanceEncoder;
import io.penstock.examples.sbe.BookingDecoder;
import io.penstock.examples.sbe.BookingEncoder;
import io.penstock.examples.sbe.CheckedDecoder;
import io.penstock.examples.sbe.CheckedEncoder;
import io.penstock.examples.sbe.CloseDecoder;
import io.penstock.examples.sbe.CloseEncoder;
import io.penstock.examples.sbe.CountDecoder;
import io.penstock.examples.sbe.CountEncoder;
import io.penstock.examples.sbe.DeadLetterDecoder;
import io.penstock.examples.sbe.DeadLetterEncoder;
import io.penstock.examples.sbe.ErrorRateDecoder;
import io.penstock.examples.sbe.ErrorRateEncoder;
import io.penstock.examples.sbe.FavouritesDecoder;
import io.penstock.examples.sbe.FavouritesEncoder;
import io.penstock.examples.sbe.JudgedDecoder;
import io.penstock.examples.sbe.JudgedEncoder;
import io.penstock.examples.sbe.LineDecoder;
import io.penstock.examples.sbe.LineEncoder;
import io.penstock.examples.sbe.LoadDecoder;
import io.penstock.examples.sbe.LoadEncoder;
import io.penstock.examples.sbe.LogLineDecoder;
import io.penstock.examples.sbe.LogLineEncoder;
import io.penstock.examples.sbe.MeasurementDecoder;
import io.penstock.examples.sbe.MeasurementEncoder;
import io.penstock.examples.sbe.OrderDecoder;
import io.penstock.examples.sbe.OrderEncoder;
import io.penstock.examples.sbe.RevenueDecoder;
import io.penstock.examples.sbe.RevenueEncoder;
import io.penstock.examples.sbe.SaleDecoder;
import io.penstock.examples.sbe.SaleEncoder;
import io.penstock.examples.sbe.SalesFigureDecoder;
import io.penstock.examples.sbe.SalesFigureEncoder;
import io.penstock.examples.sbe.SampleDecoder;
import io.penstock.examples.sbe.SampleEncoder;
import io.penstock.examples.sbe.ScoreDecoder;
import io.penstock.examples.sbe.ScoreEncoder;
import io.penstock.examples.sbe.SensorAlertDecoder;
import io.penstock.examples.sbe.SensorAlertEncoder;
import io.penstock.examples.sbe.SessionDecoder;
import io.penstock.examples.sbe.SessionEncoder;
import io.penstock.examples.sbe.SignalDecoder;
import io.penstock.examples.sbe.SignalEncoder;
import io.penstock.examples.sbe.TillReceiptDecoder;
import io.penstock.examples.sbe.TillReceiptEncoder;
import io.penstock.examples.sbe.TradeDecoder;
import io.penstock.examples.sbe.TradeEncoder;
import io.penstock.examples.sbe.VisitDecoder;
import io.penstock.examples.sbe.VisitEncoder;
import io.penstock.examples.sbe.WebOrderDecoder;
import io.penstock.examples.sbe.WebOrderEncoder;
import io.penstock.examples.sbe.WordDecoder;
import io.penstock.examples.sbe.WordEncoder;

/** The examples' messages; their schema is {@code src/main/schemas/examples.xml}. */
final class Messages {
    private static final SchemaIr SCHEMA = SchemaIr.fromResource(Messages.class, "/examples.sbeir");

    /** An event that is told apart by its number. */
    static final MessageType<SampleDecoder, SampleEncoder> SAMPLE =
            MessageType.of(SCHEMA, SampleDecoder::new, SampleEncoder::new);

    /** A sample, and the watermark it met. */
    static final MessageType<CheckedDecoder, CheckedEncoder> CHECKED =
            MessageType.of(SCHEMA, CheckedDecoder::new, CheckedEncoder::new);

    /** How many events of a key a window had. */
    static final MessageType<CountDecoder, CountEncoder> COUNT =
            MessageType.of(SCHEMA, CountDecoder::new, CountEncoder::new);

    /** A line of text. */
    static final MessageType<LineDecoder, LineEncoder> LINE =
            MessageType.of(SCHEMA, LineDecoder::new, LineEncoder::new);

    /** A word of it. */
    static final MessageType<WordDecoder, WordEncoder> WORD =
            MessageType.of(SCHEMA, WordDecoder::new, WordEncoder::new);

    /** A user looked at a page. */
    static final MessageType<VisitDecoder, VisitEncoder> VISIT =
            MessageType.of(SCHEMA, VisitDecoder::new, VisitEncoder::new);

    /** Visits of a user without a long pause. */
    static final MessageType<SessionDecoder, SessionEncoder> SESSION =
            MessageType.of(SCHEMA, SessionDecoder::new, SessionEncoder::new);

    /** The pages a user looked at most. */
    static final MessageType<FavouritesDecoder, FavouritesEncoder> FAVOURITES =
            MessageType.of(SCHEMA, FavouritesDecoder::new, FavouritesEncoder::new);

    /** Money to or from an account. */
    static final MessageType<BookingDecoder, BookingEncoder> BOOKING =
            MessageType.of(SCHEMA, BookingDecoder::new, BookingEncoder::new);

    /** An account after a booking. */
    static final MessageType<BalanceDecoder, BalanceEncoder> BALANCE =
            MessageType.of(SCHEMA, BalanceDecoder::new, BalanceEncoder::new);

    /** A sale. */
    static final MessageType<SaleDecoder, SaleEncoder> SALE =
            MessageType.of(SCHEMA, SaleDecoder::new, SaleEncoder::new);

    /** Sales of a category in a window, or their correction. */
    static final MessageType<SalesFigureDecoder, SalesFigureEncoder> SALES_FIGURE =
            MessageType.of(SCHEMA, SalesFigureDecoder::new, SalesFigureEncoder::new);

    /** A line of a log. */
    static final MessageType<LogLineDecoder, LogLineEncoder> LOG_LINE =
            MessageType.of(SCHEMA, LogLineDecoder::new, LogLineEncoder::new);

    /** Lines and errors of a service in a window. */
    static final MessageType<ErrorRateDecoder, ErrorRateEncoder> ERROR_RATE =
            MessageType.of(SCHEMA, ErrorRateDecoder::new, ErrorRateEncoder::new);

    /** What a sensor measured. */
    static final MessageType<MeasurementDecoder, MeasurementEncoder> MEASUREMENT =
            MessageType.of(SCHEMA, MeasurementDecoder::new, MeasurementEncoder::new);

    /** What is to be known about a sensor. */
    static final MessageType<SensorAlertDecoder, SensorAlertEncoder> SENSOR_ALERT =
            MessageType.of(SCHEMA, SensorAlertDecoder::new, SensorAlertEncoder::new);

    /** A trade. */
    static final MessageType<TradeDecoder, TradeEncoder> TRADE =
            MessageType.of(SCHEMA, TradeDecoder::new, TradeEncoder::new);

    /** The last price of a minute. */
    static final MessageType<CloseDecoder, CloseEncoder> CLOSE =
            MessageType.of(SCHEMA, CloseDecoder::new, CloseEncoder::new);

    /** A close and the moving averages up to it. */
    static final MessageType<AveragesDecoder, AveragesEncoder> AVERAGES =
            MessageType.of(SCHEMA, AveragesDecoder::new, AveragesEncoder::new);

    /** The fast average has crossed the slow one. */
    static final MessageType<SignalDecoder, SignalEncoder> SIGNAL =
            MessageType.of(SCHEMA, SignalDecoder::new, SignalEncoder::new);

    /** What a processor does. */
    static final MessageType<LoadDecoder, LoadEncoder> LOAD =
            MessageType.of(SCHEMA, LoadDecoder::new, LoadEncoder::new);

    /** A load beside what was usual before it. */
    static final MessageType<JudgedDecoder, JudgedEncoder> JUDGED =
            MessageType.of(SCHEMA, JudgedDecoder::new, JudgedEncoder::new);

    /** How good a detection was. */
    static final MessageType<ScoreDecoder, ScoreEncoder> SCORE =
            MessageType.of(SCHEMA, ScoreDecoder::new, ScoreEncoder::new);

    /** An order as the web shop exports it. */
    static final MessageType<WebOrderDecoder, WebOrderEncoder> WEB_ORDER =
            MessageType.of(SCHEMA, WebOrderDecoder::new, WebOrderEncoder::new);

    /** A receipt as the tills of the stores export it. */
    static final MessageType<TillReceiptDecoder, TillReceiptEncoder> TILL_RECEIPT =
            MessageType.of(SCHEMA, TillReceiptDecoder::new, TillReceiptEncoder::new);

    /** What both are turned into. */
    static final MessageType<OrderDecoder, OrderEncoder> ORDER =
            MessageType.of(SCHEMA, OrderDecoder::new, OrderEncoder::new);

    /** A row that went no further, and why. */
    static final MessageType<DeadLetterDecoder, DeadLetterEncoder> DEAD_LETTER =
            MessageType.of(SCHEMA, DeadLetterDecoder::new, DeadLetterEncoder::new);

    /** Orders of a channel in an hour. */
    static final MessageType<RevenueDecoder, RevenueEncoder> REVENUE =
            MessageType.of(SCHEMA, RevenueDecoder::new, RevenueEncoder::new);

    private Messages() {}
}
