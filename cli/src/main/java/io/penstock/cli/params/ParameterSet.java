package io.penstock.cli.params;

import io.penstock.fault.NearestName;
import io.penstock.fault.PenstockException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of one owner, in the order of its listing; immutable.
 *
 * <p>Reads all assignments before it complains, and then names everything that is wrong at once.
 */
public final class ParameterSet {
    private final String owner;
    private final Map<String, Parameter<?>> byName = new LinkedHashMap<>();

    /**
     * Declares parameters.
     *
     * @param owner for messages: {@code pipeline ohlc}
     */
    public ParameterSet(String owner, List<Parameter<?>> parameters) {
        this.owner = owner;
        for (Parameter<?> parameter : parameters) {
            if (byName.put(parameter.name(), parameter) != null) {
                throw new IllegalStateException("declared twice: " + parameter.name());
            }
        }
    }

    /** The parameters in their order. */
    public List<Parameter<?>> parameters() {
        return List.copyOf(byName.values());
    }

    /**
     * Reads assignments of the form {@code name=value}, adds defaults, and applies a rule over all
     * values, if each of them is sound by itself.
     *
     * @throws PenstockException CONFIGURATION with every violation
     */
    public ParameterValues parse(List<String> assignments, Rule rule) {
        List<String> violations = new ArrayList<>();
        Map<String, String> texts = new HashMap<>();
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            String name = equals < 0 ? assignment : assignment.substring(0, equals);
            if (equals < 0) {
                violations.add("'" + assignment + "' is not of the form name=value");
            } else if (!byName.containsKey(name)) {
                violations.add(
                        "unknown parameter '"
                                + name
                                + "' "
                                + NearestName.hint(name, List.copyOf(byName.keySet())));
            } else if (texts.put(name, assignment.substring(equals + 1)) != null) {
                violations.add("parameter '" + name + "' is given twice");
            }
        }
        Map<Parameter<?>, Object> values = new HashMap<>();
        for (Parameter<?> parameter : byName.values()) {
            String text = texts.getOrDefault(parameter.name(), parameter.defaultText());
            if (text != null) {
                parseOne(parameter, text, values, violations);
            } else if (parameter.isRequired()) {
                violations.add(
                        "parameter '"
                                + parameter.name()
                                + "' is missing (give --set "
                                + parameter.name()
                                + "="
                                + parameter.type().form()
                                + ")");
            }
        }
        ParameterValues parsed = new ParameterValues(byName, values);
        if (violations.isEmpty()) {
            rule.check(parsed, violations);
        }
        if (!violations.isEmpty()) {
            throw new PenstockException(
                    PenstockException.Category.CONFIGURATION,
                    owner + ": " + String.join("; ", violations));
        }
        return parsed;
    }

    private static void parseOne(
            Parameter<?> parameter,
            String text,
            Map<Parameter<?>, Object> values,
            List<String> violations) {
        try {
            values.put(parameter, parameter.type().parse(text));
        } catch (IllegalArgumentException e) {
            violations.add(
                    "parameter '" + parameter.name() + "' " + e.getMessage() + ": '" + text + "'");
        }
    }

    /** What must hold between values. */
    @FunctionalInterface
    public interface Rule {
        /** Adds a sentence for each thing that is wrong. */
        void check(ParameterValues values, List<String> violations);
    }
}
