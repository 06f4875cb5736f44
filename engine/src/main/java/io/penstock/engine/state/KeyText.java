package io.penstock.engine.state;

import io.penstock.engine.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.agrona.DirectBuffer;

/** A key in a message for people. For failures: allocates. */
public final class KeyText {
    private static final int MAX_LENGTH = 128;

    private KeyText() {}

    /** The key of the entry that a value belongs to: a number, a text, or bytes in hex. */
    public static String of(KeyTable table, long value) {
        return table.hasLongKeys()
                ? Long.toString(table.longKeyOf(value))
                : of(table.keyAddressOf(value), table.keyLengthOf(value));
    }

    /** A key of bytes in native memory: a text, or bytes in hex. */
    public static String of(long address, int length) {
        byte[] bytes = new byte[Math.min(length, MAX_LENGTH)];
        Memory.copyTo(address, bytes, 0, bytes.length);
        return of(bytes, length);
    }

    /** A key of bytes at the start of a buffer. */
    public static String of(DirectBuffer key, int length) {
        byte[] bytes = new byte[Math.min(length, MAX_LENGTH)];
        key.getBytes(0, bytes);
        return of(bytes, length);
    }

    private static String of(byte[] bytes, int length) {
        String more = length > MAX_LENGTH ? "... of " + length + " bytes" : "";
        for (byte b : bytes) {
            if (b >= 0 && b < ' ') {
                return "0x" + HexFormat.of().formatHex(bytes) + more;
            }
        }
        return "'" + new String(bytes, StandardCharsets.UTF_8) + "'" + more;
    }
}
