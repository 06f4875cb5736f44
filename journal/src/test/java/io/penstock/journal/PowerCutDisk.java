package io.penstock.journal;

import io.penstock.journal.files.Disk;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Knows what a loss of power would leave of a directory: of each file every unit is as it was when
 * the file was last forced, or as it is now; each name as when its directory was last forced, or as
 * it is now. Forces nothing for real. One thread.
 */
final class PowerCutDisk extends Disk {
    private final Path root;
    private final int boot;

    /** By file, its bytes when it was last forced. */
    private final Map<Object, byte[]> forced = new HashMap<>();

    /** By directory, its files by name when it was last forced. */
    private final Map<Path, Map<String, Object>> forcedNames = new HashMap<>();

    private final Map<Object, Path> paths = new HashMap<>();
    private final IdentityHashMap<FileChannel, Object> channels = new IdentityHashMap<>();
    private final IdentityHashMap<MappedByteBuffer, Object> mappings = new IdentityHashMap<>();

    /** All that is in the directory now is on the medium. */
    PowerCutDisk(Path root, int boot) throws IOException {
        this.root = root;
        this.boot = boot;
        if (Files.isDirectory(root)) {
            takeAll(root);
        }
    }

    private void takeAll(Path directory) throws IOException {
        forcedNames.put(directory, names(directory));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry)) {
                    takeAll(entry);
                } else {
                    forced.put(key(entry), Files.readAllBytes(entry));
                }
            }
        }
    }

    @Override
    public byte[] bootId() {
        return new byte[] {(byte) boot, (byte) (boot >> 8)};
    }

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        FileChannel channel = super.open(file, options);
        Object key = key(file);
        paths.put(key, file);
        channels.put(channel, key);
        return channel;
    }

    @Override
    public MappedByteBuffer map(FileChannel channel, long lengthBytes) throws IOException {
        MappedByteBuffer mapping = super.map(channel, lengthBytes);
        mappings.put(mapping, channels.get(channel));
        return mapping;
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Object key = key(from);
        super.rename(from, to);
        paths.put(key, to);
    }

    @Override
    public void force(FileChannel channel, boolean withMetadata) throws IOException {
        force(channels.get(channel));
    }

    @Override
    public void force(MappedByteBuffer mapping) throws IOException {
        force(mappings.get(mapping));
    }

    private void force(Object key) throws IOException {
        Path path = paths.get(key);
        if (Files.isDirectory(path)) {
            forcedNames.put(path, names(path));
        } else {
            forced.put(key, Files.readAllBytes(path));
        }
    }

    /** Makes a directory as the loss of power could leave it. */
    void cut(Path target, Random random, int unit) throws IOException {
        cut(root, target, random, unit);
    }

    private void cut(Path from, Path to, Random random, int unit) throws IOException {
        Files.createDirectories(to);
        Map<String, Object> now = names(from);
        Map<Object, String> before = byFile(forcedNames.getOrDefault(from, Map.of()));
        Map<Object, String> after = byFile(now);
        Map<String, Object> left = new TreeMap<>();
        // A file has its old name, or none, or its new one; a new one is in the way of an old one.
        before.forEach(
                (file, name) -> {
                    if (name.equals(after.get(file)) || random.nextBoolean()) {
                        left.put(name, file);
                        after.remove(file);
                    }
                });
        after.forEach(
                (file, name) -> {
                    if (before.containsKey(file) || random.nextBoolean()) {
                        left.put(name, file);
                    }
                });
        for (Map.Entry<String, Object> entry : left.entrySet()) {
            String nowNamed = byFile(now).get(entry.getValue());
            Path source = nowNamed == null ? null : from.resolve(nowNamed);
            Path copy = to.resolve(entry.getKey());
            if (source != null && Files.isDirectory(source)) {
                cut(source, copy, random, unit);
            } else if (source != null || forced.containsKey(entry.getValue())) {
                Files.write(copy, mix(entry.getValue(), source, random, unit));
            }
        }
    }

    private byte[] mix(Object file, Path source, Random random, int unit) throws IOException {
        byte[] old = forced.getOrDefault(file, new byte[0]);
        byte[] now = source == null ? old : Files.readAllBytes(source);
        byte[] mixed = new byte[Math.max(old.length, now.length)];
        int most = random.nextInt(3);
        for (int at = 0; at < mixed.length; at += unit) {
            boolean isNew = most == 2 ? random.nextInt(8) > 0 : random.nextBoolean();
            byte[] from = isNew ? now : old;
            int count = Math.min(unit, from.length - at);
            if (count > 0) {
                System.arraycopy(from, at, mixed, at, count);
            }
        }
        boolean isOldLength = old.length != now.length && random.nextBoolean();
        return Arrays.copyOf(mixed, isOldLength ? old.length : now.length);
    }

    private static Map<Object, String> byFile(Map<String, Object> names) {
        // In the order of names, so that a seed gives the same state again.
        Map<Object, String> files = new LinkedHashMap<>();
        names.forEach((name, file) -> files.put(file, name));
        return files;
    }

    private static Map<String, Object> names(Path directory) throws IOException {
        Map<String, Object> names = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                names.put(entry.getFileName().toString(), key(entry));
            }
        }
        return names;
    }

    private static Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }
}
