package io.penstock.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a page of a folder of results, or writes its ratios into a document between two lines that
 * mark the place. Exit code 1 when there is nothing to show; 2 for wrong arguments.
 */
public final class Report {
    static final String BEGIN = "<!-- ratios -->";
    static final String END = "<!-- /ratios -->";

    private Report() {}

    /** Arguments: {@code RESULTS-DIR [--out FILE] [--markdown FILE]}. */
    public static void main(String[] arguments) throws IOException {
        Path directory = null;
        Path out = null;
        Path document = null;
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (argument.equals("--out") && i + 1 < arguments.length) {
                out = Path.of(arguments[++i]);
            } else if (argument.equals("--markdown") && i + 1 < arguments.length) {
                document = Path.of(arguments[++i]);
            } else if (!argument.startsWith("--") && directory == null) {
                directory = Path.of(argument);
            } else {
                refuse("unknown or incomplete argument: " + argument, 2);
            }
        }
        if (directory == null || !Files.isDirectory(directory)) {
            refuse("a folder of results is needed: " + directory, 2);
            return;
        }
        Results results = Results.read(directory);
        if (results.isEmpty()) {
            refuse("nothing to show in " + directory + ": perf-scripts/bench fills it", 1);
        }
        if (document != null) {
            Files.writeString(document, withRatios(Files.readString(document), results));
            System.out.println(document);
        }
        if (out != null || document == null) {
            Path page = out == null ? directory.resolve("report.html") : out;
            Files.writeString(page, Page.of(results));
            System.out.println(page);
        }
    }

    /** The document with the ratios where its marks are. */
    static String withRatios(String text, Results results) {
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END, begin + 1);
        if (begin < 0 || end < 0) {
            throw new IllegalArgumentException(
                    "no place for ratios: lines " + BEGIN + " and " + END + " are needed");
        }
        return text.substring(0, begin + BEGIN.length())
                + "\n"
                + source(results)
                + "\n\n"
                + RatiosTable.markdown(results)
                + text.substring(end);
    }

    private static String source(Results results) {
        List<String> parts = new ArrayList<>();
        parts.add("Results " + results.name());
        for (String name : new String[] {"processor", "jdk", "kernel"}) {
            if (results.environment().containsKey(name)) {
                parts.add(results.environment().get(name));
            }
        }
        if (!results.noisyParts().isEmpty()) {
            parts.add("disturbed by others: " + String.join(", ", results.noisyParts()));
        }
        return String.join("; ", parts) + ".";
    }

    private static void refuse(String message, int code) {
        System.err.println(message + " (perf-scripts/report --help)");
        System.exit(code);
    }
}
