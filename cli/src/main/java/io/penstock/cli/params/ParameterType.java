package io.penstock.cli.params;

import io.penstock.fault.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * How the text of a parameter becomes a value; stateless.
 *
 * @param <T> the value's type
 */
public interface ParameterType<T> {
    /**
     * The value of a text.
     *
     * @throws IllegalArgumentException with the rule and the remedy, without the parameter's name
     */
    T parse(String text);

    /** What a text looks like, for a listing: {@code COL}, {@code DURATION}. */
    String form();

    /** The shortest text that {@link #parse} makes this value of. */
    default String print(T value) {
        return value.toString();
    }

    /** A type of its form and its parser, printed by its value's own text. */
    static <T> ParameterType<T> of(String form, Parser<T> parser) {
        return of(form, parser, Object::toString);
    }

    /** A type of its form, its parser and its printer. */
    static <T> ParameterType<T> of(String form, Parser<T> parser, Function<T, String> printer) {
        return new ParameterType<>() {
            @Override
            public String print(T value) {
                return printer.apply(value);
            }

            @Override
            public T parse(String text) {
                return parser.parse(text);
            }

            @Override
            public String form() {
                return form;
            }
        };
    }

    /** The name of one column. */
    static ParameterType<String> column() {
        return of("COL", ParameterType::nonEmpty);
    }

    /** The names of one column or more, separated by commas, none twice. */
    static ParameterType<List<String>> columns() {
        return of(
                "COL[,COL]...",
                text -> {
                    List<String> names = new ArrayList<>();
                    for (String name : text.split(",", -1)) {
                        nonEmpty(name);
                        if (names.contains(name)) {
                            throw new IllegalArgumentException("names column '" + name + "' twice");
                        }
                        names.add(name);
                    }
                    return List.copyOf(names);
                },
                names -> String.join(",", names));
    }

    /** A whole number in a range, both ends included. */
    static ParameterType<Long> integer(long min, long max) {
        return of(
                "INTEGER",
                text -> {
                    long value;
                    try {
                        value = Long.parseLong(text);
                    } catch (NumberFormatException e) {
                        throw new IllegalArgumentException(
                                "must be an integer in " + min + ".." + max, e);
                    }
                    if (value < min || value > max) {
                        throw new IllegalArgumentException(
                                "must be an integer in " + min + ".." + max);
                    }
                    return value;
                });
    }

    /** One of the constants of an enum, written in lower case with hyphens. */
    static <E extends Enum<E>> ParameterType<E> choice(Class<E> type) {
        List<String> names = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            names.add(spelled(constant));
        }
        return of(
                String.join("|", names),
                text -> {
                    for (E constant : type.getEnumConstants()) {
                        if (spelled(constant).equals(text)) {
                            return constant;
                        }
                    }
                    throw new IllegalArgumentException(
                            "must be one of " + String.join(", ", names) + suggestion(text, names));
                },
                ParameterType::spelled);
    }

    /** How a constant is written on the command line. */
    static String spelled(Enum<?> constant) {
        StringBuilder text = new StringBuilder();
        for (char c : constant.name().toCharArray()) {
            text.append(c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
        }
        return text.toString();
    }

    private static String suggestion(String text, List<String> names) {
        String nearest = NearestName.of(text, names);
        return nearest == null ? "" : " (did you mean '" + nearest + "'?)";
    }

    private static String nonEmpty(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("has an empty column name");
        }
        return name;
    }

    /**
     * A parser as a lambda.
     *
     * @param <T> the value's type
     */
    @FunctionalInterface
    interface Parser<T> {
        /** See {@link ParameterType#parse}. */
        T parse(String text);
    }
}
