package io.penstock.engine.control;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Who a directory is: its format, its journal's id, its plan, and the seed of its tables' indexes.
 *
 * @param journalId of the journal; seeds every frame's checksum
 * @param pipelineName of the plan
 * @param planHash SHA-256 of the plan's text, hexadecimal
 * @param hashSeed of the tables' indexes; never decides an answer
 */
record Identity(UUID journalId, String pipelineName, String planHash, long hashSeed) {
    static final int FORMAT_VERSION = 1;

    /** As a pipeline may be called: the name is said and printed. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    private static final String MAGIC = "penstock-directory";

    void write(Path file) {
        String text =
                MAGIC
                        + "="
                        + FORMAT_VERSION
                        + "\njournal="
                        + journalId
                        + "\npipeline="
                        + pipelineName
                        + "\nplan="
                        + planHash
                        + "\nhash-seed="
                        + Long.toHexString(hashSeed)
                        + "\n";
        ChecksummedFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("no name of a pipeline");
        }
        return name;
    }

    static Identity read(Path file) {
        String text = new String(ChecksummedFile.read(file), StandardCharsets.UTF_8);
        Map<String, String> values = new HashMap<>();
        text.lines()
                .forEach(
                        line -> {
                            int equals = line.indexOf('=');
                            if (equals > 0) {
                                values.put(line.substring(0, equals), line.substring(equals + 1));
                            }
                        });
        String version = values.get(MAGIC);
        if (!String.valueOf(FORMAT_VERSION).equals(version)) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    file
                            + " is of directory format "
                            + version
                            + ", this version reads "
                            + FORMAT_VERSION
                            + ": use the release that wrote it, or a newer one; nothing was"
                            + " changed");
        }
        try {
            return new Identity(
                    UUID.fromString(values.get("journal")),
                    requireName(values.get("pipeline")),
                    Objects.requireNonNull(values.get("plan")),
                    Long.parseUnsignedLong(values.get("hash-seed"), 16));
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new PenstockException(
                    Category.DAMAGE,
                    "damage in "
                            + file
                            + " at offset 0: a field is missing or unreadable; restore"
                            + " the file from a copy of the directory",
                    e);
        }
    }
}
