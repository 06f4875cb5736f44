package io.penstock.cli.pipelines;

import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.engine.window.WindowSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Settings of {@code aggregate}.
 *
 * @param columns what is read
 * @param windows windows, allowed lateness and trigger
 * @param emit which results are written
 * @param late what becomes of events that are too late
 * @param idleNs silence after which the source holds nobody back; 0 is never
 */
public record AggregateSettings(
        AggregateColumns columns,
        WindowSettings windows,
        Emit emit,
        LatePolicy late,
        long idleNs,
        long disorderNs,
        TimeUnitFormat timeUnit,
        Map<String, String> canonical)
        implements PipelineSettings {
    private static final List<String> OF_VALUE = List.of("sum", "min", "max", "first", "last");
    private static final List<String> LINEAGE =
            List.of("revision", "watermark", "first_sequence", "last_sequence");

    /** Copies the map. */
    public AggregateSettings {
        canonical = Map.copyOf(canonical);
    }

    /** Which results are written. */
    public enum Emit {
        /** The last one of each window. */
        FINAL,
        /** All, with why they came. */
        FIRINGS
    }

    /** What becomes of late events. */
    public enum LatePolicy {
        /** Beyond the allowed lateness they are dropped and counted. */
        DROP,
        /** Within the allowed lateness they change results; beyond it they are dropped. */
        UPDATE,
        /** Beyond the allowed lateness they are written to a file. */
        SIDE
    }

    @Override
    public String pipeline() {
        return AggregatePipeline.NAME;
    }

    @Override
    public List<String> inputColumns() {
        return columns.all();
    }

    @Override
    public List<String> outputHeader() {
        boolean isFirings = emit == Emit.FIRINGS;
        List<String> header = new ArrayList<>();
        if (isFirings) {
            header.add("kind");
        }
        header.addAll(columns.keyHeader());
        header.addAll(List.of("window_start", "window_end"));
        if (columns.top() != null) {
            header.addAll(List.of("rank", "top", columns.values().isEmpty() ? "count" : "sum"));
        } else {
            header.add("count");
            header.addAll(columns.perValue(isFirings ? List.of("sum") : OF_VALUE));
            if (columns.distinct() != null) {
                header.add("distinct");
            }
        }
        if (isFirings) {
            header.add("trigger_seq");
        }
        if (windows.hasLineage()) {
            header.addAll(LINEAGE);
        }
        return List.copyOf(header);
    }

    @Override
    public boolean keepsLate() {
        return late == LatePolicy.SIDE;
    }

    @Override
    public List<String> lateHeader() {
        List<String> header = new ArrayList<>(List.of("line", "time"));
        header.addAll(columns.keyHeader());
        header.addAll(columns.perValue(List.of("value")));
        return List.copyOf(header);
    }
}
