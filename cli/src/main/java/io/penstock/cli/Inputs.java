package io.penstock.cli;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Opens inputs: files or standard input, plain or gzip, told apart by their first bytes. */
final class Inputs {
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;
    private static final int BUFFER_LENGTH = 1 << 16;

    private Inputs() {}

    /** What messages call an input; null is standard input. */
    static String name(Path path) {
        return path == null ? "standard input" : path.toString();
    }

    static InputStream open(Path path) {
        try {
            if (path != null && Files.isDirectory(path)) {
                throw new PenstockException(
                        Category.INPUT, "input " + path + " is a directory: name a CSV file");
            }
            InputStream in = path == null ? System.in : open(path.toFile(), path);
            return unpacked(in);
        } catch (NoSuchFileException | FileNotFoundException e) {
            throw new PenstockException(
                    Category.INPUT, "input " + path + " does not exist: check the path", e);
        } catch (IOException e) {
            throw new PenstockException(
                    Category.INPUT, "input " + name(path) + " cannot be read: " + e, e);
        }
    }

    /** A pipe has no position, which streams of the newer kind ask for. */
    private static InputStream open(File file, Path path) throws IOException {
        return Files.isRegularFile(path) ? Files.newInputStream(path) : new FileInputStream(file);
    }

    private static InputStream unpacked(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, BUFFER_LENGTH);
        buffered.mark(2);
        int first = buffered.read();
        int second = first < 0 ? -1 : buffered.read();
        buffered.reset();
        if (first == GZIP_FIRST && second == GZIP_SECOND) {
            return new GZIPInputStream(buffered, BUFFER_LENGTH);
        }
        return buffered;
    }
}
