package io.penstock.cli.pipelines;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which columns of the input {@code aggregate} reads, and for what.
 *
 * @param time the event time
 * @param keys of the key; empty for one group of everything
 * @param values decimals to aggregate; empty to count only
 * @param distinct whose values are counted once each; null for none
 * @param top whose values are ranked; null for none
 * @param topCount how many ranks there are
 * @param isTopByNumber whether the smaller number, and not the smaller bytes, wins a tie
 */
public record AggregateColumns(
        String time,
        List<String> keys,
        List<String> values,
        String distinct,
        String top,
        int topCount,
        boolean isTopByNumber) {
    /** Most value columns. */
    public static final int MAX_VALUES = 8;

    /** Copies the lists. */
    public AggregateColumns {
        keys = List.copyOf(keys);
        values = List.copyOf(values);
    }

    /** All columns, each once. */
    List<String> all() {
        Set<String> columns = new LinkedHashSet<>();
        columns.add(time);
        columns.addAll(keys);
        columns.addAll(values);
        if (distinct != null) {
            columns.add(distinct);
        }
        if (top != null) {
            columns.add(top);
        }
        return List.copyOf(columns);
    }

    /** Names of the key's columns in results: one is called key, several keep their names. */
    List<String> keyHeader() {
        return keys.size() == 1 ? List.of("key") : keys;
    }

    /** Names of some results of each value: several values have their names behind them. */
    List<String> perValue(List<String> results) {
        if (values.size() < 2) {
            return results;
        }
        List<String> names = new ArrayList<>();
        for (String value : values) {
            results.forEach(result -> names.add(result + "_" + value));
        }
        return names;
    }

    /** Whether events need more than one value. */
    public boolean isSimple() {
        return values.size() < 2 && distinct == null && top == null;
    }
}
