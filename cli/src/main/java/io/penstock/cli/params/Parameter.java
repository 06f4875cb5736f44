package io.penstock.cli.params;

/**
 * A declared parameter; immutable, and the key to its value in {@link ParameterValues}.
 *
 * @param name as given on the command line
 * @param type how its text is read
 * @param defaultText the text that counts when none is given; null when there is none
 * @param isRequired whether it must be given
 * @param description one line for a listing
 * @param isSilentAtDefault whether a plan leaves it out when it has its default: for parameters
 *     that came later than plans that are stored
 * @param <T> the value's type
 */
public record Parameter<T>(
        String name,
        ParameterType<T> type,
        String defaultText,
        boolean isRequired,
        String description,
        boolean isSilentAtDefault) {
    /** A parameter that must be given. */
    public static <T> Parameter<T> required(
            String name, ParameterType<T> type, String description) {
        return new Parameter<>(name, type, null, true, description, false);
    }

    /** A parameter whose value is null when it is not given. */
    public static <T> Parameter<T> optional(
            String name, ParameterType<T> type, String description) {
        return new Parameter<>(name, type, null, false, description, false);
    }

    /** A parameter with a default. */
    public static <T> Parameter<T> withDefault(
            String name, ParameterType<T> type, String defaultText, String description) {
        return new Parameter<>(name, type, defaultText, false, description, false);
    }

    /** A parameter with a default that a plan leaves out when it has it. */
    public static <T> Parameter<T> silentDefault(
            String name, ParameterType<T> type, String defaultText, String description) {
        return new Parameter<>(name, type, defaultText, false, description, true);
    }
}
