package io.penstock.cli.pipelines;

import static io.penstock.cli.pipelines.CommonParameters.DISORDER;
import static io.penstock.cli.pipelines.CommonParameters.TIME_UNIT;

import io.penstock.cli.params.Parameter;
import io.penstock.cli.params.ParameterSet;
import io.penstock.cli.params.ParameterType;
import io.penstock.cli.params.ParameterValues;
import io.penstock.cli.pipelines.AggregateSettings.Emit;
import io.penstock.cli.pipelines.AggregateSettings.LatePolicy;
import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.WindowSettings;
import io.penstock.engine.window.Windows;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Count, sum, min, max, first and last of a column per key and window. */
final class AggregatePipeline implements BuiltinPipeline {
    static final String NAME = "aggregate";

    private static final Parameter<String> TIME =
            Parameter.required("time", ParameterType.column(), "column of the event time");
    private static final Parameter<List<String>> KEY =
            Parameter.optional(
                    "key", ParameterType.columns(), "columns of the key; none: one global group");
    private static final Parameter<List<String>> VALUE =
            Parameter.optional(
                    "value",
                    ParameterType.columns(),
                    "columns of values, decimals; none: only count");
    private static final Parameter<WindowSpec> WINDOW =
            Parameter.required("window", WindowSpec.type(), "the windows, aligned to 1970");
    private static final Parameter<Long> OFFSET =
            Parameter.silentDefault(
                    "offset", DurationText.orZero(), "0s", "by how much windows start later");
    private static final Parameter<Long> LATENESS =
            Parameter.silentDefault(
                    "lateness",
                    DurationText.orZero(),
                    "0s",
                    "how long after its end a window still takes events");
    private static final Parameter<LatePolicy> LATE =
            Parameter.silentDefault(
                    "late",
                    ParameterType.choice(LatePolicy.class),
                    "drop",
                    "events beyond that are dropped, or written to DIR/late.csv (side); within it"
                            + " they change results, whatever this says");
    private static final Parameter<Emit> EMIT =
            Parameter.silentDefault(
                    "emit",
                    ParameterType.choice(Emit.class),
                    "final",
                    "one last result a window; or all: E early, O on time, L late, R retracted");
    private static final Parameter<TriggerSpec> TRIGGER =
            Parameter.silentDefault(
                    "trigger",
                    TriggerSpec.type(),
                    "watermark",
                    "early results too: every so much event time, or time by the clock");
    private static final Parameter<YesNo> RETRACT =
            Parameter.silentDefault(
                    "retract",
                    ParameterType.choice(YesNo.class),
                    "no",
                    "a result that replaces another comes behind a retraction of it");
    private static final Parameter<YesNo> LINEAGE =
            Parameter.silentDefault(
                    "lineage",
                    ParameterType.choice(YesNo.class),
                    "no",
                    "results say their revision, watermark and the sequences that fed them");
    private static final Parameter<Long> IDLE =
            Parameter.silentDefault(
                    "idle",
                    DurationText.orZero(),
                    "0s",
                    "silence after which the input counts as idle, as why tells; time then stands still,"
                            + " for there is no other input; 0s: never");
    private static final Parameter<String> DISTINCT =
            Parameter.optional(
                    "distinct", ParameterType.column(), "column whose values count once each");
    private static final Parameter<TopSpec> TOP =
            Parameter.optional(
                    "top",
                    TopSpec.type(),
                    "the N values of a column with the largest count, or sum of the value; the smaller"
                            + " bytes win a tie, with :number the smaller number");

    private static final long MAX_WINDOWS_PER_EVENT = 100_000;

    private static final Set<String> RESULT_COLUMNS =
            Set.of(
                    "kind",
                    "window_start",
                    "window_end",
                    "count",
                    "sum",
                    "min",
                    "max",
                    "first",
                    "last",
                    "distinct",
                    "rank",
                    "top",
                    "trigger_seq",
                    "revision",
                    "watermark",
                    "first_sequence",
                    "last_sequence");

    private static final ParameterSet PARAMETERS =
            new ParameterSet(
                    "pipeline " + NAME,
                    List.of(
                            TIME, KEY, VALUE, WINDOW, OFFSET, DISORDER, LATENESS, LATE, EMIT,
                            TRIGGER, RETRACT, LINEAGE, DISTINCT, TOP, IDLE, TIME_UNIT));

    /** Yes or no, as a parameter. */
    enum YesNo {
        /** It is so. */
        YES,
        /** It is not so. */
        NO
    }

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
        return "key,window_start,window_end,count,sum,min,max,first,last[,distinct]"
                + " (several key or value columns: each under its own name; no key: no such"
                + " column); with emit=firings"
                + " kind,key,window_start,window_end,count,sum[,distinct],trigger_seq;"
                + " with top rank,top,count or sum instead of the aggregates; with lineage"
                + " revision,watermark,first_sequence,last_sequence behind. An empty field is no"
                + " value to distinct and top. Keys and texts have up to 1024 bytes, values up to"
                + " 18 digits; other rows go to dead-letters.csv";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return PARAMETERS.parameters();
    }

    @Override
    public PipelineSettings configure(List<String> assignments) {
        ParameterValues values = PARAMETERS.parse(assignments, AggregatePipeline::check);
        TopSpec top = values.get(TOP);
        AggregateColumns columns =
                new AggregateColumns(
                        values.get(TIME),
                        orNone(values.get(KEY)),
                        orNone(values.get(VALUE)),
                        values.get(DISTINCT),
                        top == null ? null : top.column(),
                        top == null ? 0 : top.count(),
                        top != null && top.isByNumber());
        return new AggregateSettings(
                columns,
                windows(values),
                values.get(EMIT),
                values.get(LATE),
                values.get(IDLE),
                values.get(DISORDER),
                values.get(TIME_UNIT),
                values.canonical());
    }

    private static List<String> orNone(List<String> columns) {
        return columns == null ? List.of() : columns;
    }

    private static WindowSettings windows(ParameterValues values) {
        long latenessNs = values.get(LATENESS);
        Trigger trigger = values.get(TRIGGER).trigger();
        if (values.get(RETRACT) == YesNo.YES) {
            trigger = trigger.retracting();
        }
        if (values.get(EMIT) == Emit.FINAL && latenessNs > 0) {
            trigger = Trigger.finalOnly();
        }
        return new WindowSettings(
                values.get(WINDOW).movedBy(values.get(OFFSET)),
                latenessNs,
                trigger,
                values.get(LINEAGE) == YesNo.YES);
    }

    /** Columns of the key keep their names in results where there are several. */
    private static void checkHeader(ParameterValues values, List<String> violations) {
        List<String> keys = orNone(values.get(KEY));
        for (String key : keys.size() > 1 ? keys : List.<String>of()) {
            if (RESULT_COLUMNS.contains(key)) {
                violations.add(
                        "parameter 'key' names "
                                + key
                                + ", which results have as a column of their own (rename the"
                                + " input's column)");
            }
        }
    }

    /** Windows of so many events end with an event, whatever the time. */
    private static void checkCount(ParameterValues values, List<String> violations) {
        String rule = "' is of windows in time, and window=count has none (leave it out)";
        if (values.get(LATENESS) > 0) {
            violations.add("parameter 'lateness" + rule);
        }
        if (values.get(TRIGGER).trigger().isEarly()) {
            violations.add("parameter 'trigger" + rule);
        }
        if (values.get(RETRACT) == YesNo.YES) {
            violations.add("parameter 'retract" + rule);
        }
    }

    private static void check(ParameterValues values, List<String> violations) {
        TimeUnitFormat unit = values.get(TIME_UNIT);
        WindowSpec window = values.get(WINDOW);
        for (long lengthNs : new TreeSet<>(window.lengthsNs())) {
            CommonParameters.checkMultiple("window", lengthNs, unit, violations);
        }
        CommonParameters.checkMultiple("offset", values.get(OFFSET), unit, violations);
        CommonParameters.checkMultiple("lateness", values.get(LATENESS), unit, violations);
        CommonParameters.checkMultiple("disorder", values.get(DISORDER), unit, violations);
        if (values.get(OFFSET) > 0 && !window.canMove()) {
            violations.add(
                    "parameter 'offset' needs windows that are aligned to 1970: '"
                            + window
                            + "' (leave offset out)");
        }
        if (window.windows() instanceof Windows.Count) {
            checkCount(values, violations);
        }
        if (window.windowsPerEvent() > MAX_WINDOWS_PER_EVENT) {
            violations.add(
                    "parameter 'window' gives each event "
                            + window.windowsPerEvent()
                            + " windows: '"
                            + window
                            + "' (at most "
                            + MAX_WINDOWS_PER_EVENT
                            + ": use a longer period)");
        }
        boolean isFinal = values.get(EMIT) == Emit.FINAL;
        if (isFinal && values.get(TRIGGER).trigger().isEarly()) {
            violations.add("parameter 'trigger' gives early results: they need emit=firings");
        }
        if (isFinal && values.get(RETRACT) == YesNo.YES) {
            violations.add("parameter 'retract' retracts earlier results: they need emit=firings");
        }
        checkHeader(values, violations);
        List<String> columns = orNone(values.get(VALUE));
        if (columns.size() > AggregateColumns.MAX_VALUES) {
            violations.add(
                    "parameter 'value' may name "
                            + AggregateColumns.MAX_VALUES
                            + " columns: "
                            + columns.size());
        }
        if (values.get(TOP) != null && columns.size() > 1) {
            violations.add("parameter 'top' ranks by one value: 'value' names " + columns.size());
        }
        if (values.get(TOP) != null && values.get(DISTINCT) != null) {
            violations.add("parameters 'top' and 'distinct' do not go together: leave one out");
        }
    }
}
