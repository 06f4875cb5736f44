package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.state.KeyTable;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A key in a message for people. */
final class KeyText {
    private static final int MAX_LENGTH = 128;

    private KeyText() {}

    /** The key of the entry that a value belongs to: a number, a text, or bytes in hex. */
    static String of(KeyTable table, long value) {
        if (table.hasLongKeys()) {
            return Long.toString(table.longKeyOf(value));
        }
        int length = table.keyLengthOf(value);
        byte[] bytes = new byte[Math.min(length, MAX_LENGTH)];
        Memory.copyTo(table.keyAddressOf(value), bytes, 0, bytes.length);
        String more = length > MAX_LENGTH ? "... of " + length + " bytes" : "";
        for (byte b : bytes) {
            if (b >= 0 && b < ' ') {
                return "0x" + HexFormat.of().formatHex(bytes) + more;
            }
        }
        return "'" + new String(bytes, StandardCharsets.UTF_8) + "'" + more;
    }
}
