package io.penstock.cli.pipelines;

import io.penstock.codecs.csv.TimeUnitFormat;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Settings of {@code aggregate}.
 *
 * @param time column of the event time
 * @param keys columns of the key; empty for one group of everything
 * @param value column of the value; null to count only
 * @param window the windows
 */
public record AggregateSettings(
        String time,
        List<String> keys,
        String value,
        WindowSpec window,
        long disorderNs,
        TimeUnitFormat timeUnit,
        Map<String, String> canonical)
        implements PipelineSettings {
    private static final List<String> RESULTS =
            List.of("window_start", "window_end", "count", "sum", "min", "max", "first", "last");

    /** Copies the collections. */
    public AggregateSettings {
        keys = List.copyOf(keys);
        canonical = Map.copyOf(canonical);
    }

    @Override
    public String pipeline() {
        return AggregatePipeline.NAME;
    }

    @Override
    public List<String> inputColumns() {
        Set<String> columns = new LinkedHashSet<>();
        columns.add(time);
        columns.addAll(keys);
        if (value != null) {
            columns.add(value);
        }
        return List.copyOf(columns);
    }

    @Override
    public List<String> outputHeader() {
        List<String> header = new ArrayList<>(keyHeader());
        header.addAll(RESULTS);
        return List.copyOf(header);
    }

    @Override
    public List<String> lateHeader() {
        List<String> header = new ArrayList<>(List.of("line", "time"));
        header.addAll(keyHeader());
        header.add("value");
        return List.copyOf(header);
    }

    private List<String> keyHeader() {
        return keys.size() == 1 ? List.of("key") : keys;
    }
}
