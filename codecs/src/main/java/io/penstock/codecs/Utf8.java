package io.penstock.codecs;

/**
 * Tells whether bytes are well-formed UTF-8: no overlong forms, no surrogates, nothing above
 * U+10FFFF (Unicode 15, table 3-7). Stateless; any thread may call it; allocates nothing.
 */
public final class Utf8 {
    private Utf8() {}

    /** Whether all bytes of the range are well-formed. */
    public static boolean isValid(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int i = offset;
        while (i < end) {
            int lead = bytes[i];
            if (lead >= 0) {
                i++;
                continue;
            }
            int size = sizeOf(lead & 0xFF);
            if (size == 0 || i + size > end || !isSecondValid(lead & 0xFF, bytes[i + 1] & 0xFF)) {
                return false;
            }
            for (int j = 2; j < size; j++) {
                if ((bytes[i + j] & 0xC0) != 0x80) {
                    return false;
                }
            }
            i += size;
        }
        return true;
    }

    private static int sizeOf(int lead) {
        if (lead < 0xC2) {
            return 0;
        }
        if (lead < 0xE0) {
            return 2;
        }
        if (lead < 0xF0) {
            return 3;
        }
        return lead <= 0xF4 ? 4 : 0;
    }

    /** The second byte is where overlong forms, surrogates and too large values show. */
    private static boolean isSecondValid(int lead, int second) {
        int low = 0x80;
        int high = 0xBF;
        if (lead == 0xE0) {
            low = 0xA0;
        } else if (lead == 0xED) {
            high = 0x9F;
        } else if (lead == 0xF0) {
            low = 0x90;
        } else if (lead == 0xF4) {
            high = 0x8F;
        }
        return second >= low && second <= high;
    }
}
