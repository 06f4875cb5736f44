package io.penstock.cli.pipelines;

import static io.penstock.cli.pipelines.CommonParameters.DISORDER;
import static io.penstock.cli.pipelines.CommonParameters.TIME_UNIT;

import io.penstock.cli.params.Parameter;
import io.penstock.cli.params.ParameterSet;
import io.penstock.cli.params.ParameterType;
import io.penstock.cli.params.ParameterValues;
import io.penstock.codecs.csv.TimeUnitFormat;
import java.util.List;

/** Count, sum, min, max, first and last of a column per key and window. */
final class AggregatePipeline implements BuiltinPipeline {
    static final String NAME = "aggregate";

    private static final Parameter<String> TIME =
            Parameter.required("time", ParameterType.column(), "column of the event time");
    private static final Parameter<List<String>> KEY =
            Parameter.optional(
                    "key", ParameterType.columns(), "columns of the key; none: one global group");
    private static final Parameter<String> VALUE =
            Parameter.optional(
                    "value",
                    ParameterType.column(),
                    "column of the value, a decimal; none: only count");
    private static final Parameter<WindowSpec> WINDOW =
            Parameter.required("window", WindowSpec.type(), "the windows, aligned to 1970");

    private static final ParameterSet PARAMETERS =
            new ParameterSet(
                    "pipeline " + NAME, List.of(TIME, KEY, VALUE, WINDOW, DISORDER, TIME_UNIT));

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "count, sum, min, max, first and last of a column per key and window";
    }

    @Override
    public String inputText() {
        return "those that time, key and value name";
    }

    @Override
    public String outputText() {
        return "key,window_start,window_end,count,sum,min,max,first,last"
                + " (several key columns: each under its own name; no key: no such column)";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return PARAMETERS.parameters();
    }

    @Override
    public PipelineSettings configure(List<String> assignments) {
        ParameterValues values = PARAMETERS.parse(assignments, AggregatePipeline::check);
        List<String> keys = values.get(KEY);
        return new AggregateSettings(
                values.get(TIME),
                keys == null ? List.of() : keys,
                values.get(VALUE),
                values.get(WINDOW),
                values.get(DISORDER),
                values.get(TIME_UNIT),
                values.canonical());
    }

    private static void check(ParameterValues values, List<String> violations) {
        TimeUnitFormat unit = values.get(TIME_UNIT);
        WindowSpec window = values.get(WINDOW);
        CommonParameters.checkMultiple("window", window.sizeNs(), unit, violations);
        if (window.everyNs() != window.sizeNs()) {
            CommonParameters.checkMultiple("window", window.everyNs(), unit, violations);
        }
        CommonParameters.checkMultiple("disorder", values.get(DISORDER), unit, violations);
    }
}
