package io.penstock.examples;

import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.NumberOf;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.WideNumber;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import io.penstock.examples.sbe.SaleDecoder;
import io.penstock.examples.sbe.SalesFigureDecoder;
import io.penstock.examples.sbe.SalesFigureEncoder;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/**
 * Sales by category every five minutes. A figure is given when its window ends (O); a sale that
 * comes up to ten minutes after that corrects it: the old figure is taken back (R), the new one
 * given (L). Whoever adds O and L and subtracts R has the truth at any moment. Later sales are kept
 * aside.
 */
public final class SalesByCategory {
    static final Duration SIZE = Duration.ofMinutes(5);
    static final Duration DISORDER = Duration.ofSeconds(20);
    static final Duration LATENESS = Duration.ofMinutes(10);

    private static final NumberOf<SaleDecoder> AMOUNT =
            NumberOf.decimal(sale -> sale.amount().mantissa(), sale -> sale.amount().scale());

    private static final CsvFormat FIGURES =
            CsvFormat.of(
                    Messages.SALES_FIGURE,
                    List.of("window_start", "kind", "revision", "sales", "amount", "category"),
                    SalesByCategory::printFigure);
    private static final CsvFormat TOO_LATE =
            CsvFormat.of(
                    Messages.SALE,
                    List.of("time", "amount", "category"),
                    (sale, line) ->
                            line.time(sale.eventTimeNs())
                                    .decimal(sale.amount().mantissa(), sale.amount().scale())
                                    .field(sale.category()));

    private SalesByCategory() {}

    static Pipeline pipeline() {
        return Pipeline.define(
                "sales",
                p -> {
                    EventTimeStream<SaleDecoder> sales =
                            p.source("sales", Messages.SALE)
                                    .eventTime(SaleDecoder::eventTimeNs, Disorder.within(DISORDER));
                    sales.keyByBytes(
                                    "by-category",
                                    (sale, key) -> sale.getCategory(key, 0, key.capacity()))
                            .window("five-minutes", Windows.tumbling(SIZE), Late.toSide("too-late"))
                            .allowedLateness(LATENESS)
                            .trigger(Trigger.onWatermark().retracting())
                            .withLineage()
                            .aggregate(
                                    Messages.SALES_FIGURE,
                                    SalesByCategory::figure,
                                    Aggregates.count(),
                                    Aggregates.sum(AMOUNT))
                            .sink("figures", Sinks.csv(FIGURES));
                    sales.side("too-late").sink("too-late", Sinks.csv(TOO_LATE));
                });
    }

    private static void figure(WindowView window, SalesFigureEncoder figure) {
        figure.windowStartNs(window.startNs())
                .kind((short) window.kind().letter())
                .revision(window.revision())
                .sales(window.longValue(0));
        WideNumber amount = window.value(1);
        figure.amount().mantissa(amount.low()).scale((short) amount.scale());
        figure.putCategory(window.key(), 0, window.key().capacity());
    }

    private static void printFigure(SalesFigureDecoder figure, CsvLine line) {
        line.time(figure.windowStartNs())
                .field(String.valueOf((char) figure.kind()))
                .field(figure.revision())
                .field(figure.sales())
                .decimal(figure.amount().mantissa(), figure.amount().scale())
                .field(figure.category());
    }

    static void run(Options options, PrintStream out) {
        try (Run run = Run.open(options, pipeline())) {
            run.csv(
                            "sales",
                            "sales",
                            CsvMapper.of(Messages.SALE)
                                    .time("eventTimeNs", "time", TimeUnitFormat.ISO))
                    .print(out, "figures", "too-late");
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        run(new Options(args), System.out);
    }
}
