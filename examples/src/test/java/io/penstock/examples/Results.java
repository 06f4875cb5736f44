package io.penstock.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The committed inputs and expected outputs as rows of fields; only where nothing is quoted. */
final class Results {
    private Results() {}

    static Path file(String example) {
        return Path.of("expected", example + ".csv");
    }

    /** Rows of an example with one sink, without the header. */
    static List<String> of(String example) {
        return withoutHeader(lines(example));
    }

    /** Rows of one sink of an example with several, without the header. */
    static List<String> of(String example, String sink) {
        List<String> rows = new ArrayList<>();
        boolean isInside = false;
        for (String line : lines(example)) {
            if (line.startsWith("# ")) {
                isInside = line.equals("# " + sink);
            } else if (isInside) {
                rows.add(line);
            }
        }
        return withoutHeader(rows);
    }

    /** Rows of an input, without the header. */
    static List<String> input(String name) {
        try {
            return withoutHeader(ExampleData.committed(name).lines().toList());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> lines(String example) {
        try {
            return Files.readString(file(example), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> withoutHeader(List<String> lines) {
        return lines.subList(1, lines.size());
    }
}
