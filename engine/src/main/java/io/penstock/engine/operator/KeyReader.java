package io.penstock.engine.operator;

import io.penstock.engine.state.KeyTable;
import io.penstock.engine.state.KeyedDeque;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import org.agrona.DirectBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Reads the key of an event and finds its place in a table.
 *
 * @param <T> the message's decoder
 */
public final class KeyReader<T extends MessageDecoderFlyweight> {
    private final Key.OfLong<T> ofLong;
    private final Key.BytesExtractor<T> ofBytes;
    private final CurrentKey current;

    /** Creates a reader of one kind of key. */
    public KeyReader(Key<T> key) {
        this.ofLong = key instanceof Key.OfLong<T> l ? l : null;
        this.ofBytes = key instanceof Key.OfBytes<T> b ? b.extractor().forReader() : null;
        this.current = new CurrentKey(ofLong != null);
    }

    /** Whether keys are numbers. */
    public boolean isLong() {
        return ofLong != null;
    }

    /** Reads an event's key. */
    public void read(Event<T> event) {
        if (ofLong != null) {
            if (!current.set(event.batch(), event.place())) {
                current.set(ofLong.extractor().applyAsLong(event.message()));
            }
        } else {
            current.setLength(extract(event));
        }
    }

    private int extract(Event<T> event) {
        int length;
        try {
            length = ofBytes.extract(event.message(), current.target());
        } catch (IndexOutOfBoundsException e) {
            throw new PenstockException(
                    Category.LIMIT,
                    "the function of a key of bytes must stay within the message and the key's "
                            + Key.MAX_LENGTH_BYTES
                            + " bytes: "
                            + e.getMessage()
                            + " (use a shorter key)",
                    e);
        }
        if (length < 0 || length > Key.MAX_LENGTH_BYTES) {
            throw new PenstockException(
                    Category.LIMIT,
                    "a key of bytes must fit: limit="
                            + Key.MAX_LENGTH_BYTES
                            + " length="
                            + length
                            + " bytes (use a shorter key)");
        }
        return length;
    }

    /** A message's key; where keys are numbers. It does not become the key read last. */
    public long number(T message) {
        return ofLong.extractor().applyAsLong(message);
    }

    /** Group of the key read last. */
    public int keyGroup() {
        return current.keyGroup();
    }

    /** Value of the key read last, added if it was not there. */
    public long findOrAdd(KeyTable table) {
        return current.findOrAdd(table);
    }

    /** Notes that the key read last will be looked for. */
    public void foresee(KeyTable table) {
        current.foresee(table);
    }

    /** Value of the key read last, or 0. */
    public long find(KeyTable table) {
        return current.find(table);
    }

    /** Queue of the key read last, or 0. */
    public long find(KeyedDeque deques) {
        return current.find(deques);
    }

    /** Queue of the key read last, added if it was not there. */
    public long findOrAdd(KeyedDeque deques) {
        return current.findOrAdd(deques);
    }

    /** The key read last; a number stands at 0, little-endian. */
    public DirectBuffer bytes() {
        return current.bytes();
    }

    /** Bytes of the key read last; 8 if it is a number. */
    public int length() {
        return current.length();
    }

    CurrentKey current() {
        return current;
    }
}
