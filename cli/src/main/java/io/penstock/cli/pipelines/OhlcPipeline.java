package io.penstock.cli.pipelines;

import static io.penstock.cli.pipelines.CommonParameters.DISORDER;
import static io.penstock.cli.pipelines.CommonParameters.TIME_UNIT;

import io.penstock.cli.params.Parameter;
import io.penstock.cli.params.ParameterSet;
import io.penstock.cli.params.ParameterType;
import io.penstock.cli.params.ParameterValues;
import io.penstock.codecs.csv.TimeUnitFormat;
import java.util.List;

/** Open, high, low, close, volume and average price per symbol and interval. */
final class OhlcPipeline implements BuiltinPipeline {
    static final String NAME = "ohlc";

    private static final Parameter<String> TIME =
            Parameter.withDefault("time", ParameterType.column(), "ts", "column of the event time");
    private static final Parameter<String> SYMBOL =
            Parameter.withDefault(
                    "symbol", ParameterType.column(), "symbol", "column of the instrument");
    private static final Parameter<String> PRICE =
            Parameter.withDefault(
                    "price", ParameterType.column(), "price", "column of the price, an integer");
    private static final Parameter<String> QTY =
            Parameter.withDefault(
                    "qty", ParameterType.column(), "qty", "column of the quantity, an integer");
    private static final Parameter<Long> INTERVAL =
            Parameter.withDefault("interval", DurationText.positive(), "1m", "length of a bar");

    private static final ParameterSet PARAMETERS =
            new ParameterSet(
                    "pipeline " + NAME,
                    List.of(TIME, SYMBOL, PRICE, QTY, INTERVAL, DISORDER, TIME_UNIT));

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "open, high, low, close, volume and average price per symbol and interval";
    }

    @Override
    public String inputText() {
        return "those that time, symbol, price and qty name";
    }

    @Override
    public String outputText() {
        return "symbol,window_start,window_end,open,high,low,close,volume,trades,notional,vwap";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return PARAMETERS.parameters();
    }

    @Override
    public PipelineSettings configure(List<String> assignments) {
        ParameterValues values = PARAMETERS.parse(assignments, OhlcPipeline::check);
        return new OhlcSettings(
                values.get(TIME),
                values.get(SYMBOL),
                values.get(PRICE),
                values.get(QTY),
                values.get(INTERVAL),
                values.get(DISORDER),
                values.get(TIME_UNIT),
                values.canonical());
    }

    private static void check(ParameterValues values, List<String> violations) {
        TimeUnitFormat unit = values.get(TIME_UNIT);
        CommonParameters.checkMultiple("interval", values.get(INTERVAL), unit, violations);
        CommonParameters.checkMultiple("disorder", values.get(DISORDER), unit, violations);
    }
}
