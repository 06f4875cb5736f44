package io.penstock.cli.pipelines;

import static io.penstock.cli.pipelines.CommonParameters.DISORDER;
import static io.penstock.cli.pipelines.CommonParameters.TIME_UNIT;

import io.penstock.cli.params.Parameter;
import io.penstock.cli.params.ParameterSet;
import io.penstock.cli.params.ParameterType;
import io.penstock.cli.params.ParameterValues;
import io.penstock.codecs.csv.TimeUnitFormat;
import java.util.List;

/** Three rules over the recent payments of each customer. */
final class CardVelocityPipeline implements BuiltinPipeline {
    static final String NAME = "card-velocity";

    private static final Parameter<Long> VELOCITY_WINDOW =
            Parameter.withDefault(
                    "velocity-window",
                    DurationText.positive(),
                    "1h",
                    "velocity: how far it looks back");
    private static final Parameter<Long> VELOCITY_COUNT =
            Parameter.withDefault(
                    "velocity-count",
                    ParameterType.integer(1, Integer.MAX_VALUE),
                    "4",
                    "velocity: payments of a customer, this one included, that make an alert");
    private static final Parameter<Long> SPEND_WINDOW =
            Parameter.withDefault(
                    "spend-window", DurationText.positive(), "1d", "spend: how far it looks back");
    private static final Parameter<Long> SPEND_LIMIT =
            Parameter.withDefault(
                    "spend-limit",
                    ParameterType.integer(0, Long.MAX_VALUE),
                    "60000",
                    "spend: sum of a customer, this payment included, that must be exceeded");
    private static final Parameter<Long> HISTORY_COUNT =
            Parameter.withDefault(
                    "history-count",
                    ParameterType.integer(1, Integer.MAX_VALUE),
                    "10",
                    "history: preceding payments of a customer to compare with");
    private static final Parameter<Long> HISTORY_FACTOR =
            Parameter.withDefault(
                    "history-factor",
                    ParameterType.integer(1, Integer.MAX_VALUE),
                    "5",
                    "history: how many times their average must be exceeded");

    private static final ParameterSet PARAMETERS =
            new ParameterSet(
                    "pipeline " + NAME,
                    List.of(
                            VELOCITY_WINDOW,
                            VELOCITY_COUNT,
                            SPEND_WINDOW,
                            SPEND_LIMIT,
                            HISTORY_COUNT,
                            HISTORY_FACTOR,
                            DISORDER,
                            TIME_UNIT));

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "alerts on payments: many in short time, too much in sum, unlike the ones before";
    }

    @Override
    public String inputText() {
        return "seq,ts,tx_id,customer,terminal,amount";
    }

    @Override
    public String outputText() {
        return "rule,seq,customer,ts,value (value: payments, sum, or amount)";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return PARAMETERS.parameters();
    }

    @Override
    public PipelineSettings configure(List<String> assignments) {
        ParameterValues values = PARAMETERS.parse(assignments, CardVelocityPipeline::check);
        return new CardVelocitySettings(
                values.get(VELOCITY_WINDOW),
                values.get(VELOCITY_COUNT),
                values.get(SPEND_WINDOW),
                values.get(SPEND_LIMIT),
                values.get(HISTORY_COUNT),
                values.get(HISTORY_FACTOR),
                values.get(DISORDER),
                values.get(TIME_UNIT),
                values.canonical());
    }

    private static void check(ParameterValues values, List<String> violations) {
        TimeUnitFormat unit = values.get(TIME_UNIT);
        for (Parameter<Long> duration : List.of(VELOCITY_WINDOW, SPEND_WINDOW, DISORDER)) {
            CommonParameters.checkMultiple(duration.name(), values.get(duration), unit, violations);
        }
    }
}
