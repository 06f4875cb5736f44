package io.penstock.engine.pipeline;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.regex.Pattern;

/** Rules for the names of pipelines, stages, sides and sinks: they find state and name files. */
final class Names {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    private Names() {}

    static String require(String what, String name) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "the name of a "
                            + what
                            + " must match "
                            + NAME.pattern()
                            + " (small letters, digits, '.', '_', '-'): name="
                            + name);
        }
        return name;
    }
}
