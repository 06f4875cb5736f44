package io.penstock.engine.window;

import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Key;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/** Bytes taken out of an event, in scratch memory of a stage. */
@HotPath
final class BytesReader<T extends MessageDecoderFlyweight> {
    /** Most bytes that are taken out of an event. */
    static final int MAX_LENGTH = Key.MAX_LENGTH_BYTES;

    private final Key.BytesExtractor<T> extractor;
    private final byte[] bytes = new byte[MAX_LENGTH];
    private final UnsafeBuffer target = new UnsafeBuffer(bytes);
    private int length;

    BytesReader(Key.BytesExtractor<T> extractor) {
        this.extractor = extractor;
    }

    /** Reads the bytes; false if the event has none: the extractor answered below 0. */
    boolean read(Event<T> event) {
        length = extractor.extract(event.message(), target);
        if (length > MAX_LENGTH) {
            throw new IllegalStateException(
                    "bytes taken out of an event must be at most " + MAX_LENGTH + ": " + length);
        }
        return length >= 0;
    }

    /** Points a view at the bytes. */
    void view(DirectBuffer view) {
        view.wrap(bytes, 0, length);
    }

    /** The array, to be addressed from {@link #offset()}. */
    Object base() {
        return bytes;
    }

    long offset() {
        return BufferUtil.ARRAY_BASE_OFFSET;
    }

    int length() {
        return length;
    }
}
