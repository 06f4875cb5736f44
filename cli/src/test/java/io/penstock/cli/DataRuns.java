package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Runs of built-in pipelines over data, each replayed from its journal to the same bytes. */
final class DataRuns {
    private final Path folder;
    private int runs;

    DataRuns(Path folder) {
        this.folder = folder;
    }

    /** Files of one run. */
    record Result(Path output, Path late) {
        List<String> output(String header, Function<String[], String> projection) {
            return rows(output, header).stream().map(projection).toList();
        }
    }

    /** Runs a pipeline, then replays it and compares all bytes. */
    Result run(String pipeline, Path input, String... parameters) {
        Path directory = folder.resolve("run" + runs++);
        Path output = directory.resolve("output.csv");
        Path late = directory.resolve("late.csv");
        List<String> args =
                new ArrayList<>(
                        List.of(
                                "run",
                                pipeline,
                                "--input",
                                input.toString(),
                                "--dir",
                                directory.toString(),
                                "--late",
                                late.toString()));
        for (String parameter : parameters) {
            args.add("--set");
            args.add(parameter);
        }
        CommandRun.of(args.toArray(String[]::new)).expect(0).says(", rejected 0, ");
        Path outputAgain = folder.resolve("replay" + runs + "-output.csv");
        Path lateAgain = folder.resolve("replay" + runs + "-late.csv");
        CommandRun.of(
                        "replay",
                        "--dir",
                        directory.toString(),
                        "--output",
                        outputAgain.toString(),
                        "--late",
                        lateAgain.toString())
                .expect(0);
        assertSameBytes(output, outputAgain);
        assertSameBytes(late, lateAgain);
        return new Result(output, late);
    }

    private static void assertSameBytes(Path expected, Path actual) {
        try {
            assertArrayEquals(Files.readAllBytes(expected), Files.readAllBytes(actual));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static List<String[]> rows(Path file, String header) {
        try {
            List<String> lines = Files.readAllLines(file);
            assertTrue(lines.size() > 0, () -> file + " has no header");
            assertEquals(header, lines.get(0));
            return lines.stream().skip(1).map(line -> line.split(",", -1)).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static String pick(String[] row, int... columns) {
        StringBuilder text = new StringBuilder();
        for (int column : columns) {
            text.append(text.length() == 0 ? "" : ",").append(row[column]);
        }
        return text.toString();
    }
}
