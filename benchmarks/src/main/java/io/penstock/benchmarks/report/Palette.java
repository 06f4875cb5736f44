package io.penstock.benchmarks.report;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Colours that are told apart on white, also by those who see fewer of them (after Okabe and Ito);
 * a line past the last is dashed as well. The same system has the same colour in all plots.
 */
final class Palette {
    static final String OURS = "#0a63b0";
    static final String BASELINE = "#9aa5b1";
    static final String OK = "#1a7f37";
    static final String SHORT = "#b3261e";

    private static final String[] COLOURS = {
        "#0a63b0", "#d55e00", "#009e73", "#b0468c", "#7a5c00", "#56b4e9", "#444444", "#e69f00"
    };
    private static final String[] DASHES = {"none", "7 4", "2 3"};

    private final Map<String, String> strokes = new LinkedHashMap<>();
    private final Map<String, String> colours = new LinkedHashMap<>();

    Palette(Collection<String> systems) {
        for (String system : systems) {
            int index = strokes.size();
            if (!strokes.containsKey(system)) {
                String colour = COLOURS[index % COLOURS.length];
                String dash = DASHES[index / COLOURS.length % DASHES.length];
                colours.put(system, colour);
                strokes.put(
                        system, "stroke:" + colour + ";stroke-width:2;stroke-dasharray:" + dash);
            }
        }
    }

    String stroke(String system) {
        return strokes.get(system);
    }

    String colour(String system) {
        return colours.get(system);
    }
}
