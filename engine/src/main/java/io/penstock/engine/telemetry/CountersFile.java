package io.penstock.engine.telemetry;

import static io.penstock.engine.telemetry.CountersLayout.COUNT_OFFSET;
import static io.penstock.engine.telemetry.CountersLayout.FILE_LENGTH;
import static io.penstock.engine.telemetry.CountersLayout.MAGIC;
import static io.penstock.engine.telemetry.CountersLayout.MAGIC_OFFSET;
import static io.penstock.engine.telemetry.CountersLayout.MAX_COUNTERS;
import static io.penstock.engine.telemetry.CountersLayout.PID_OFFSET;
import static io.penstock.engine.telemetry.CountersLayout.START_TIME_OFFSET;
import static io.penstock.engine.telemetry.CountersLayout.STATE_OFFSET;
import static io.penstock.engine.telemetry.CountersLayout.VERSION;
import static io.penstock.engine.telemetry.CountersLayout.VERSION_OFFSET;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A counters file as another process reads it, at one moment, while its engine runs or after.
 *
 * @param pid of the engine's process
 * @param startTimeMs when it started, ms since 1970
 * @param state code of the engine's state
 * @param values by label, in the order they were made
 */
public record CountersFile(long pid, long startTimeMs, int state, Map<String, Long> values) {
    /** Reads a file; reads only, so a running engine never notices. */
    public static CountersFile read(Path file) {
        byte[] bytes;
        try {
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(FILE_LENGTH + 1); // one more is too many
            }
        } catch (NoSuchFileException e) {
            throw new PenstockException(
                    Category.CONFIGURATION, file + " is not there: no engine has run here", e);
        } catch (IOException e) {
            throw new PenstockException(Category.STORAGE, "cannot read " + file + ": " + e, e);
        }
        UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        if (bytes.length != FILE_LENGTH
                || buffer.getInt(MAGIC_OFFSET) != MAGIC
                || buffer.getInt(VERSION_OFFSET) != VERSION) {
            throw new PenstockException(
                    Category.DAMAGE,
                    "damage in "
                            + file
                            + " at offset 0: it is no counters file of this version; it is made anew"
                            + " by the next start");
        }
        int count = Math.min(Math.max(buffer.getInt(COUNT_OFFSET), 0), MAX_COUNTERS);
        return new CountersFile(
                buffer.getLong(PID_OFFSET),
                buffer.getLong(START_TIME_OFFSET),
                buffer.getInt(STATE_OFFSET),
                EngineCounters.values(buffer, count));
    }
}
