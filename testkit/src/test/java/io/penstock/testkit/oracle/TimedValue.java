package io.penstock.testkit.oracle;

import io.penstock.engine.state.KeyGroups;
import java.util.Arrays;
import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One event of a test stream.
 *
 * @param input index of the input that it is
 * @param timeNs event time
 * @param key any bytes
 * @param value of any sign
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TimedValue(int input, long timeNs, byte[] key, long value) {
    /** The key for maps. */
    String keyText() {
        return HexFormat.of().formatHex(key);
    }

    /** The key in few letters. */
    static String shortKey(byte[] key) {
        return key.length + ":" + Integer.toHexString(Arrays.hashCode(key));
    }

    /** Where the key stands in the order of firings. */
    int group() {
        return KeyGroups.group(KeyGroups.hash(new UnsafeBuffer(key), 0, key.length));
    }
}
