package io.penstock.cli;

import io.penstock.cli.params.ParameterType;
import io.penstock.fault.PenstockException;
import io.penstock.journal.Durability;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Values of options; what was not given stays null. */
final class Arguments {
    private Arguments() {}

    /** A path, which is not empty. */
    static Path path(String option, String text) {
        if (text == null) {
            return null;
        }
        if (text.isEmpty()) {
            throw fault(option, "must not be empty", text);
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw fault(option, "is no path: " + e.getReason(), text);
        }
    }

    /** A constant of an enum. */
    static <E extends Enum<E>> E choice(String option, Class<E> type, String text) {
        try {
            return text == null ? null : ParameterType.choice(type).parse(text);
        } catch (IllegalArgumentException e) {
            throw fault(option, e.getMessage(), text);
        }
    }

    /** A number in a range, both ends included. */
    static long number(String option, long min, long max, String text) {
        try {
            return ParameterType.integer(min, max).parse(text);
        } catch (IllegalArgumentException e) {
            throw fault(option, e.getMessage(), text);
        }
    }

    /** A level of durability. */
    static Durability durability(String option, String text) {
        try {
            return Durability.parse(text);
        } catch (PenstockException e) {
            throw new PenstockException(
                    e.category(), "option " + option + ": " + e.getMessage(), e);
        }
    }

    private static PenstockException fault(String option, String rule, String text) {
        return new PenstockException(
                PenstockException.Category.CONFIGURATION,
                "option " + option + " " + rule + ": '" + text + "'");
    }
}
