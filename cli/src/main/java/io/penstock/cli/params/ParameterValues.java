package io.penstock.cli.params;

import java.util.Map;
import java.util.TreeMap;

/** The checked values of the parameters of a {@link ParameterSet}; immutable. */
public final class ParameterValues {
    private final Map<String, Parameter<?>> declared;
    private final Map<Parameter<?>, Object> values;

    ParameterValues(Map<String, Parameter<?>> declared, Map<Parameter<?>, Object> values) {
        this.declared = Map.copyOf(declared);
        this.values = Map.copyOf(values);
    }

    /** The value of a parameter; null when it is optional and was not given. */
    @SuppressWarnings("unchecked") // a value is put under the parameter whose type made it
    public <T> T get(Parameter<T> parameter) {
        if (!parameter.equals(declared.get(parameter.name()))) {
            throw new IllegalStateException("not declared: " + parameter.name());
        }
        return (T) values.get(parameter);
    }

    /**
     * The values by name, in the order of names: equal for two texts that mean the same, and each a
     * text that means it again, so that a plan can be made of it and read back.
     */
    public Map<String, String> canonical() {
        Map<String, String> texts = new TreeMap<>();
        for (Parameter<?> parameter : values.keySet()) {
            String text = text(parameter);
            if (!parameter.isSilentAtDefault() || !text.equals(parameter.defaultText())) {
                texts.put(parameter.name(), text);
            }
        }
        return texts;
    }

    private <T> String text(Parameter<T> parameter) {
        return parameter.type().print(get(parameter));
    }
}
