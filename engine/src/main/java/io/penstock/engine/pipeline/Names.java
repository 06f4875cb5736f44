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

    /**
     * Refuses what was not given where it was named, rather than when it is used.
     *
     * @param owner what needs it, such as {@code stage sums}
     */
    static <V> V given(String owner, String what, V value) {
        if (value == null) {
            throw new PenstockException(
                    Category.CONFIGURATION, owner + " needs " + what + ": null was given");
        }
        return value;
    }

    /** As {@link #given}, for a stage. */
    static void stage(String name, String what, Object value) {
        given("stage " + name, what, value);
    }
}
