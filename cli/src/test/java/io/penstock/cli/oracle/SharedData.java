package io.penstock.cli.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Real data with known results, which may lie beside the project in {@code ../shared/data}. Tests
 * on it do not run where it is missing, and fail where it is there and anything differs.
 */
public final class SharedData {
    private static final Path FOLDER = find();

    private SharedData() {}

    /** For {@code @EnabledIf}: whether there is any. */
    public static boolean isPresent() {
        return Files.isDirectory(FOLDER);
    }

    /** A file below the folder, plain or with .gz. */
    public static Path file(String name) {
        Path plain = FOLDER.resolve(name);
        return Files.exists(plain) ? plain : FOLDER.resolve(name + ".gz");
    }

    /** Rows of a file without its header, cut at commas; the header must be the one given. */
    public static List<String[]> rows(String name, String header) {
        List<String[]> rows = lines(name);
        assertEquals(header, String.join(",", rows.remove(0)), name);
        return rows;
    }

    /** Lines of a file, cut at commas. */
    public static List<String[]> lines(String name) {
        List<String[]> rows = new ArrayList<>();
        Path file = file(name);
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                rows.add(line.split(",", -1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    /** Fails unless the rows are those of an expected file, whatever the order. */
    public static void assertSameRows(String expectedName, String header, List<String> actual) {
        List<String> expected = new ArrayList<>();
        for (String[] row : rows(expectedName, header)) {
            expected.add(String.join(",", row));
        }
        List<String> sorted = new ArrayList<>(actual);
        Collections.sort(expected);
        Collections.sort(sorted);
        assertEquals(String.join("\n", expected), String.join("\n", sorted), expectedName);
    }

    private static Path find() {
        Path root = Path.of("").toAbsolutePath();
        while (root != null && !Files.exists(root.resolve("mvnw"))) {
            root = root.getParent();
        }
        return (root == null ? Path.of("") : root).resolve("../shared/data").normalize();
    }
}
