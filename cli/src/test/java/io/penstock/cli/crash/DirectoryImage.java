package io.penstock.cli.crash;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The files of a directory in memory; written back with the holes they had. */
public final class DirectoryImage {
    private static final int BLOCK = 4096;

    private final Map<String, byte[]> files = new TreeMap<>();

    private DirectoryImage() {}

    /** Reads all files below a directory. */
    public static DirectoryImage of(Path directory) throws IOException {
        DirectoryImage image = new DirectoryImage();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                image.files.put(directory.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return image;
    }

    /** Reads a zip file's files. */
    public static DirectoryImage unpack(InputStream zip) throws IOException {
        DirectoryImage image = new DirectoryImage();
        ZipInputStream in = new ZipInputStream(zip);
        for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
            image.files.put(entry.getName(), in.readAllBytes());
        }
        return image;
    }

    /** Names of the files, sorted. */
    public List<String> names() {
        return List.copyOf(files.keySet());
    }

    /** Bytes of a file. */
    public byte[] bytes(String name) {
        return files.get(name);
    }

    /** Length of a file up to its last byte that is not zero. */
    public int usedLength(String name) {
        byte[] bytes = files.get(name);
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == 0) {
            length--;
        }
        return length;
    }

    /** Replaces whatever a directory holds. */
    public void writeTo(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            write(path, file.getValue());
        }
    }

    private static void write(Path path, byte[] bytes) throws IOException {
        try (FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int at = 0; at < bytes.length; at += BLOCK) {
                int length = Math.min(BLOCK, bytes.length - at);
                if (at + length == bytes.length || !isZero(bytes, at, length)) {
                    channel.write(ByteBuffer.wrap(bytes, at, length), at);
                }
            }
        }
    }

    private static boolean isZero(byte[] bytes, int at, int length) {
        for (int i = at; i < at + length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
