package io.penstock.engine.operator;

import java.util.function.ToLongFunction;
import org.agrona.MutableDirectBuffer;

/**
 * How a stream is keyed: by a 64-bit number, or by bytes such as a text.
 *
 * @param <T> the message's decoder
 */
public sealed interface Key<T> {
    /** Longest binary key, bytes. */
    int MAX_LENGTH_BYTES = 16 * 1024;

    /**
     * A key that is a number.
     *
     * @param extractor pure function of the message
     */
    record OfLong<T>(ToLongFunction<T> extractor) implements Key<T> {}

    /**
     * A key that is bytes.
     *
     * @param extractor copies the key to offset 0 of a buffer and returns its length
     */
    record OfBytes<T>(BytesExtractor<T> extractor) implements Key<T> {}

    /** Copies a message's key. */
    @FunctionalInterface
    interface BytesExtractor<T> {
        /** Copies the key of {@code message} to offset 0 of {@code target}; returns its length. */
        int extract(T message, MutableDirectBuffer target);

        /** The extractor for one reader: another one where this cannot be shared by threads. */
        default BytesExtractor<T> forReader() {
            return this;
        }
    }

    /** Puts the parts of a message's key together. */
    @FunctionalInterface
    interface Parts<T> {
        /** Adds each part of the key of {@code message}: always the same kinds of parts. */
        void addTo(T message, CompositeKey key);
    }

    /** A key of several numbers and texts: see {@link CompositeKey}. */
    static <T> Key<T> ofParts(Parts<T> parts) {
        return new OfBytes<>(new CompositeExtractor<>(parts));
    }
}
