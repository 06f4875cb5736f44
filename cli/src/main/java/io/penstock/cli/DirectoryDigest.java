package io.penstock.cli;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What lies below a directory at one moment: every name, and length and SHA-256 of every file. Kept
 * in memory only, so that nobody can alter both.
 */
final class DirectoryDigest {
    private static final int BUFFER_LENGTH = 1 << 16;

    private final Map<String, Entry> entries = new TreeMap<>();

    private DirectoryDigest() {}

    /** Length and checksum of a file, or of its first bytes. */
    record Entry(String kind, long lengthBytes, String sha256) {}

    /**
     * Reads everything below a directory.
     *
     * @param unread a name that is noted without being opened
     */
    static DirectoryDigest of(Path directory, String unread) {
        DirectoryDigest digest = new DirectoryDigest();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                String name = directory.relativize(path).toString();
                if (!name.isEmpty()) {
                    digest.entries.put(name, entry(path, name.equals(unread)));
                }
            }
        } catch (IOException e) {
            throw fault(directory, e);
        }
        return digest;
    }

    /** Checksum of the first bytes of a file, of all if it is shorter. */
    static Entry ofPrefix(Path file, long limitBytes) {
        MessageDigest sha256 = sha256();
        long length = 0;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER_LENGTH];
            int count = 0;
            while (length < limitBytes && count >= 0) {
                count = in.read(buffer, 0, (int) Math.min(buffer.length, limitBytes - length));
                if (count > 0) {
                    sha256.update(buffer, 0, count);
                    length += count;
                }
            }
        } catch (IOException e) {
            throw fault(file, e);
        }
        return new Entry("file", length, HexFormat.of().formatHex(sha256.digest()));
    }

    /** Checksum of an empty file. */
    static Entry ofNothing() {
        return new Entry("file", 0, HexFormat.of().formatHex(sha256().digest()));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** SHA-256 of a file by its name, hexadecimal; empty where there is no such file. */
    String sha256(String name) {
        Entry entry = entries.get(name);
        return entry == null ? "" : entry.sha256();
    }

    /** Names of everything there is. */
    Set<String> names() {
        return Set.copyOf(entries.keySet());
    }

    /**
     * The first thing that a later digest has otherwise.
     *
     * @param added names that may have come
     */
    Optional<String> difference(DirectoryDigest later, Set<String> added) {
        for (Map.Entry<String, Entry> entry : entries.entrySet()) {
            Entry now = later.entries.get(entry.getKey());
            if (now == null) {
                return Optional.of(entry.getKey() + " is missing");
            }
            if (!now.equals(entry.getValue())) {
                return Optional.of(
                        entry.getKey()
                                + " was altered ("
                                + entry.getValue().lengthBytes()
                                + " bytes before, "
                                + now.lengthBytes()
                                + " now)");
            }
        }
        for (String name : later.entries.keySet()) {
            if (!entries.containsKey(name) && !added.contains(name)) {
                return Optional.of(name + " was added");
            }
        }
        return Optional.empty();
    }

    private static Entry entry(Path path, boolean isUnread) throws IOException {
        if (Files.isSymbolicLink(path)) {
            return new Entry("link to " + Files.readSymbolicLink(path), 0, "");
        }
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return new Entry("directory", 0, "");
        }
        if (isUnread || !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return new Entry("unread", Files.size(path), "");
        }
        return ofPrefix(path, Long.MAX_VALUE);
    }

    private static PenstockException fault(Path path, IOException cause) {
        return new PenstockException(Category.STORAGE, "cannot read " + path + ": " + cause, cause);
    }
}
