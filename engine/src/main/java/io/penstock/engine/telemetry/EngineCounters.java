package io.penstock.engine.telemetry;

import static io.penstock.engine.telemetry.CountersLayout.COUNT_OFFSET;
import static io.penstock.engine.telemetry.CountersLayout.FILE_LENGTH;
import static io.penstock.engine.telemetry.CountersLayout.LABEL_LENGTH_OFFSET;
import static io.penstock.engine.telemetry.CountersLayout.LABEL_OFFSET;
import static io.penstock.engine.telemetry.CountersLayout.MAGIC;
import static io.penstock.engine.telemetry.CountersLayout.MAGIC_OFFSET;
import static io.penstock.engine.telemetry.CountersLayout.MAX_COUNTERS;
import static io.penstock.engine.telemetry.CountersLayout.MAX_LABEL_LENGTH;
import static io.penstock.engine.telemetry.CountersLayout.PID_OFFSET;
import static io.penstock.engine.telemetry.CountersLayout.START_TIME_OFFSET;
import static io.penstock.engine.telemetry.CountersLayout.STATE_OFFSET;
import static io.penstock.engine.telemetry.CountersLayout.VALUE_OFFSET;
import static io.penstock.engine.telemetry.CountersLayout.VERSION;
import static io.penstock.engine.telemetry.CountersLayout.VERSION_OFFSET;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.fault.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The counters of one engine. Made by the opening thread; each counter has one writing thread.
 *
 * <p>The file is made anew by every start and never read back by an engine: it decides no answer.
 */
public final class EngineCounters implements AutoCloseable {
    private final ByteBuffer memory;
    private final UnsafeBuffer buffer;
    private int count;

    private EngineCounters(ByteBuffer memory) {
        this.memory = memory;
        this.buffer = new UnsafeBuffer(memory);
    }

    /** Counters in a file. */
    public static EngineCounters create(Path file, long startTimeMs) {
        try {
            // A reader may still have the old file mapped: it keeps that one.
            Files.deleteIfExists(file);
            try (FileChannel channel =
                    PrivateFiles.open(
                            file,
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE)) {
                // Written for real: a full disk is then an error here, not a fault of memory later.
                ByteBuffer zeros = ByteBuffer.allocate(FILE_LENGTH);
                while (zeros.hasRemaining()) {
                    channel.write(zeros);
                }
                ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, FILE_LENGTH);
                EngineCounters counters = new EngineCounters(mapped);
                counters.buffer.putInt(VERSION_OFFSET, VERSION);
                counters.buffer.putLong(PID_OFFSET, ProcessHandle.current().pid());
                counters.buffer.putLong(START_TIME_OFFSET, startTimeMs);
                counters.buffer.putIntOrdered(MAGIC_OFFSET, MAGIC);
                return counters;
            }
        } catch (IOException e) {
            throw new PenstockException(
                    Category.STORAGE, "cannot make the counters file " + file + ": " + e, e);
        }
    }

    /** Counters in memory. */
    public static EngineCounters inMemory() {
        return new EngineCounters(ByteBuffer.allocateDirect(FILE_LENGTH));
    }

    /** Adds a counter; its label is cut to 112 characters. */
    public Counter counter(String label) {
        if (count == MAX_COUNTERS) {
            throw new PenstockException(
                    Category.LIMIT, "an engine has at most " + MAX_COUNTERS + " counters");
        }
        int offset = CountersLayout.counterOffset(count);
        int length = Math.min(label.length(), MAX_LABEL_LENGTH);
        buffer.putStringWithoutLengthAscii(offset + LABEL_OFFSET, label, 0, length);
        buffer.putInt(offset + LABEL_LENGTH_OFFSET, length);
        count++;
        buffer.putIntOrdered(COUNT_OFFSET, count);
        return new Counter(buffer, offset + VALUE_OFFSET);
    }

    /** Publishes where the engine is in its life. */
    public void state(int code) {
        buffer.putIntOrdered(STATE_OFFSET, code);
    }

    /** All counters by their labels, as they are now. */
    public Map<String, Long> values() {
        return values(buffer, count);
    }

    static Map<String, Long> values(UnsafeBuffer from, int counters) {
        Map<String, Long> values = new LinkedHashMap<>();
        for (int i = 0; i < counters; i++) {
            int offset = CountersLayout.counterOffset(i);
            int length = from.getInt(offset + LABEL_LENGTH_OFFSET);
            String label =
                    from.getStringWithoutLengthAscii(
                            offset + LABEL_OFFSET, Math.min(Math.max(length, 0), MAX_LABEL_LENGTH));
            values.put(label, from.getLongVolatile(offset + VALUE_OFFSET));
        }
        return values;
    }

    @Override
    public void close() {
        buffer.wrap(0, 0);
        BufferUtil.free(memory);
    }
}
