package io.penstock.cli.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders for targets that read files; all below one folder that goes with the process. */
final class FuzzFiles {
    private static Path root;

    private FuzzFiles() {}

    /** The one folder that all others are in. */
    static synchronized Path root() {
        if (root == null) {
            try {
                root = Files.createTempDirectory("penstock-fuzz-");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Runtime.getRuntime().addShutdownHook(new Thread(FuzzFiles::deleteAll));
        }
        return root;
    }

    /** A folder of that name; made when it is asked for first. */
    static Path directory(String name) {
        try {
            return Files.createDirectories(root().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file, and the folders above it. */
    static void write(Path file, byte[] bytes) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a file up to its last byte that is not zero, and 16 behind. */
    static byte[] content(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] == 0) {
                end--;
            }
            return java.util.Arrays.copyOf(bytes, Math.min(bytes.length, end + 16));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names of all that is below a folder, sorted. */
    static List<String> list(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(file -> directory.relativize(file).toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes a folder and all that is in it. */
    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes everything. */
    static synchronized void deleteAll() {
        if (root != null && Files.exists(root)) {
            delete(root);
        }
        root = null;
    }
}
