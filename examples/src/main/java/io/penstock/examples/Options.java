package io.penstock.examples;

import io.penstock.codecs.csv.Durations;
import io.penstock.fault.NearestName;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/** Options of an example on the command line, each {@code --name value}. */
final class Options {
    private final Map<String, String> given = new LinkedHashMap<>();
    private final TreeSet<String> known = new TreeSet<>();

    Options(String... args) {
        for (int i = 0; i < args.length; i += 2) {
            if (!args[i].startsWith("--") || i + 1 == args.length) {
                throw wrong("options are --name value: " + args[i]);
            }
            given.put(args[i].substring(2), args[i + 1]);
        }
    }

    /** The directory that was asked for; null: a new one that is deleted at the end. */
    Path directory() {
        String text = text("dir", null);
        return text == null ? null : Path.of(text);
    }

    int number(String name, int otherwise) {
        String text = text(name, String.valueOf(otherwise));
        try {
            int number = Integer.parseInt(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new PenstockException(
                    Category.CONFIGURATION, "--" + name + " must be a number: " + text, e);
        }
        throw wrong("--" + name + " must not be negative: " + text);
    }

    /** A share in percent. */
    int percent(String name, int otherwise) {
        int percent = number(name, otherwise);
        if (percent > 100) {
            throw wrong("--" + name + " must be at most 100: " + percent);
        }
        return percent;
    }

    Duration duration(String name, Duration otherwise) {
        String text = text(name, null);
        return text == null ? otherwise : Duration.ofNanos(Durations.parse(text));
    }

    private String text(String name, String otherwise) {
        known.add(name);
        return given.getOrDefault(name, otherwise);
    }

    /** Refuses what nobody has asked for until now. */
    void refuseUnknown() {
        for (String name : given.keySet()) {
            if (!known.contains(name)) {
                throw wrong("unknown option --" + name + " " + NearestName.hint(name, known));
            }
        }
    }

    private static PenstockException wrong(String message) {
        return new PenstockException(Category.CONFIGURATION, message);
    }
}
