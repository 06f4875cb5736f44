package io.penstock.engine.telemetry;

import org.agrona.concurrent.UnsafeBuffer;

/** One counter: set by one thread, read by any thread and process. */
public final class Counter {
    private final UnsafeBuffer buffer;
    private final int offset;

    Counter(UnsafeBuffer buffer, int offset) {
        this.buffer = buffer;
        this.offset = offset;
    }

    /** Publishes a value. */
    public void setRelease(long value) {
        buffer.putLongOrdered(offset, value);
    }

    /** The value published last. */
    public long getAcquire() {
        return buffer.getLongVolatile(offset);
    }
}
