package io.penstock.engine.operator;

import io.penstock.codecs.Utf8;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A key made of several numbers and texts, one after another, put together without allocating.
 *
 * <p>Keys are equal only if all their parts are: a part says what it is and how long. Keys of the
 * same kinds of parts are ordered by the first number that differs, as numbers; texts are ordered
 * by their length first.
 *
 * <pre>
 *   0   1                 9            0   1        3
 *   +---+-----------------+            +---+--------+----------
 *   | 1 | number, flipped |     or     | 2 | length | bytes ...
 *   +---+-----------------+            +---+--------+----------
 * </pre>
 *
 * Big-endian; a number has its sign bit flipped. Used by the core's thread only.
 */
public final class CompositeKey {
    private static final byte NUMBER = 1;
    private static final byte BYTES = 2;
    private static final int TAG_LENGTH = 1;
    private static final int NUMBER_LENGTH = TAG_LENGTH + Long.BYTES;
    private static final int BYTES_HEADER_LENGTH = TAG_LENGTH + Short.BYTES;

    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private MutableDirectBuffer target;
    private int length;

    /** Points a buffer at a text of a message, as the decoders' {@code wrap} methods do. */
    @FunctionalInterface
    public interface Text<T> {
        /** Wraps the text of {@code message} with {@code view}. */
        void wrap(T message, DirectBuffer view);
    }

    CompositeKey() {}

    void start(MutableDirectBuffer newTarget) {
        target = newTarget;
        length = 0;
    }

    int length() {
        return length;
    }

    /** Adds a number. */
    public CompositeKey add(long number) {
        int at = claim(NUMBER_LENGTH);
        target.putByte(at, NUMBER);
        target.putLong(at + TAG_LENGTH, number ^ Long.MIN_VALUE, ByteOrder.BIG_ENDIAN);
        return this;
    }

    /** Adds a text of a message: {@code key.add(message, OrderDecoder::wrapClient)}. */
    public <T> CompositeKey add(T message, Text<T> text) {
        text.wrap(message, view);
        return add(view, 0, view.capacity());
    }

    /** Adds bytes. */
    public CompositeKey add(DirectBuffer bytes, int offset, int lengthBytes) {
        int at = claimBytes(lengthBytes);
        target.putBytes(at, bytes, offset, lengthBytes);
        return this;
    }

    /** Adds a text of ASCII characters; others become '?'. */
    public CompositeKey addAscii(CharSequence text) {
        int at = claimBytes(text.length());
        target.putStringWithoutLengthAscii(at, text);
        return this;
    }

    private int claimBytes(int lengthBytes) {
        int at = claim(BYTES_HEADER_LENGTH + lengthBytes);
        target.putByte(at, BYTES);
        target.putShort(at + TAG_LENGTH, (short) lengthBytes, ByteOrder.BIG_ENDIAN);
        return at + BYTES_HEADER_LENGTH;
    }

    private int claim(int lengthBytes) {
        int at = length;
        if (lengthBytes > Key.MAX_LENGTH_BYTES - at) {
            throw new PenstockException(
                    Category.LIMIT,
                    "a key of several parts must fit: limit="
                            + Key.MAX_LENGTH_BYTES
                            + " length="
                            + ((long) at + lengthBytes)
                            + " bytes (use shorter parts)");
        }
        length = at + lengthBytes;
        return at;
    }

    /** The number that is a part of a key, counted from 0. */
    public static long number(DirectBuffer key, int part) {
        int at = partOffset(key, part);
        require(key, at, NUMBER, part);
        return key.getLong(at + TAG_LENGTH, ByteOrder.BIG_ENDIAN) ^ Long.MIN_VALUE;
    }

    /** Wraps the text or bytes that are a part of a key, counted from 0. */
    public static void wrap(DirectBuffer key, int part, DirectBuffer view) {
        int at = partOffset(key, part);
        require(key, at, BYTES, part);
        view.wrap(key, at + BYTES_HEADER_LENGTH, bytesLength(key, at));
    }

    /**
     * The parts of a key as a JSON array: numbers, texts in quotes, other bytes as {@code 0x...};
     * null for what is no key of parts. For tools.
     */
    public static String text(byte[] key) {
        UnsafeBuffer bytes = new UnsafeBuffer(key);
        StringBuilder text = new StringBuilder("[");
        int at = 0;
        while (at < key.length) {
            text.append(at == 0 ? "" : ",");
            boolean isNumber = key[at] == NUMBER;
            int header = isNumber ? NUMBER_LENGTH : BYTES_HEADER_LENGTH;
            if ((!isNumber && key[at] != BYTES) || key.length - at < header) {
                return null;
            }
            if (isNumber) {
                text.append(bytes.getLong(at + TAG_LENGTH, ByteOrder.BIG_ENDIAN) ^ Long.MIN_VALUE);
                at += header;
                continue;
            }
            int count = bytesLength(bytes, at);
            at += header;
            if (count > key.length - at) {
                return null;
            }
            appendText(text, Arrays.copyOfRange(key, at, at + count));
            at += count;
        }
        return text.append(']').toString();
    }

    private static void appendText(StringBuilder text, byte[] part) {
        boolean isText = Utf8.isValid(part, 0, part.length);
        for (int i = 0; i < part.length && isText; i++) {
            isText = part[i] < 0 || (part[i] >= ' ' && part[i] != 0x7F);
        }
        if (isText) {
            String plain = new String(part, StandardCharsets.UTF_8);
            text.append('"');
            text.append(plain.replace("\\", "\\\\").replace("\"", "\\\""));
            text.append('"');
        } else {
            text.append("0x").append(HexFormat.of().formatHex(part));
        }
    }

    private static int partOffset(DirectBuffer key, int part) {
        int at = 0;
        for (int i = 0; i < part && at < key.capacity(); i++) {
            at +=
                    key.getByte(at) == NUMBER
                            ? NUMBER_LENGTH
                            : BYTES_HEADER_LENGTH + bytesLength(key, at);
        }
        return at;
    }

    private static int bytesLength(DirectBuffer key, int at) {
        return key.getShort(at + TAG_LENGTH, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }

    private static void require(DirectBuffer key, int at, byte tag, int part) {
        if (at >= key.capacity() || key.getByte(at) != tag) {
            throw new IllegalArgumentException(
                    "the key has no such part: part="
                            + part
                            + " wanted="
                            + (tag == NUMBER ? "number" : "bytes"));
        }
    }
}
