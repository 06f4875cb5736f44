package io.penstock.benchmarks;

import io.penstock.engine.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.agrona.IoUtil;

/** Values of options on the command line; what is wrong ends the process with 2. */
final class Options {
    private static final int WRONG_ARGUMENTS = 2;

    private Options() {}

    /** A whole number above 0. */
    static long positive(String option, String value, long most) {
        long number;
        try {
            number = Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw refuse(option + " must be a whole number: " + value);
        }
        if (number <= 0 || number > most) {
            throw refuse(option + " must be from 1 to " + most + ": " + value);
        }
        return number;
    }

    /** A whole number above 0. */
    static int positive(String option, String value) {
        return (int) positive(option, value, Integer.MAX_VALUE);
    }

    /** A layout of an engine's threads. */
    static Layout layout(String option, String value) {
        try {
            return Layout.valueOf(value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw refuse(option + " must be shared or dedicated: " + value);
        }
    }

    /** A folder that files can be made in; it is made if it is not there. */
    static Path folder(String option, String value) {
        try {
            Path folder = Path.of(value).toAbsolutePath();
            make(folder);
            if (Files.isWritable(folder)) {
                return folder;
            }
        } catch (IOException | InvalidPathException e) {
            throw refuse(option + " must be a folder that can be written: " + value + ": " + e);
        }
        throw refuse(option + " must be a folder that can be written: " + value);
    }

    /** A file that can be written, empty now, in a folder that is made if it is not there. */
    static Path file(String option, String value) {
        try {
            Path file = Path.of(value).toAbsolutePath();
            if (file.getParent() != null) {
                make(file.getParent());
            }
            Files.write(file, new byte[0]);
            return file;
        } catch (IOException | InvalidPathException e) {
            throw refuse(option + " must be a file that can be written: " + value + ": " + e);
        }
    }

    /** A link to a folder is one. */
    private static void make(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
    }

    /**
     * A folder of this run's own, which the caller deletes, or the end of the process.
     *
     * @param parent where it is made; null for the temporary folder
     */
    static Path newFolder(Path parent, String name) throws IOException {
        Path folder =
                parent == null
                        ? Files.createTempDirectory("penstock-" + name + "-")
                        : Files.createTempDirectory(Files.createDirectories(parent), name + "-");
        Thread whenEnded = new Thread(() -> IoUtil.delete(folder.toFile(), true), "delete");
        Runtime.getRuntime().addShutdownHook(whenEnded);
        return folder;
    }

    private static IllegalArgumentException refuse(String message) {
        System.err.println(message + " (--help says more)");
        System.exit(WRONG_ARGUMENTS);
        return new IllegalArgumentException(message);
    }
}
