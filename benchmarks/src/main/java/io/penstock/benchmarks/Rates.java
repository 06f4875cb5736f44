package io.penstock.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Writes what ratios were made of, for other runs to be compared with and for the report: a line
 * per measured value, {@code NAME VALUE GROUP ours|baseline UNIT}.
 */
final class Rates {
    static final String EVENTS_PER_SECOND = "events/s";

    private final List<String> lines = new ArrayList<>();

    /** Takes what was measured of a group. */
    void add(RatioGroup group, Map<String, Double> measured) {
        Set<String> ours = new HashSet<>();
        group.ratios().forEach(ratio -> ours.add(ratio.ours()));
        measured.forEach(
                (name, value) ->
                        lines.add(
                                String.format(
                                        Locale.ROOT,
                                        "%s %.3f %s %s %s",
                                        name,
                                        value,
                                        group.name(),
                                        ours.contains(name) ? "ours" : "baseline",
                                        group.unit())));
    }

    /** Writes all of it, over what there was. */
    void write(Path file) throws IOException {
        Files.write(file, lines);
    }
}
