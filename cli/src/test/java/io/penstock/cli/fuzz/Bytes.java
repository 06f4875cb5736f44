package io.penstock.cli.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Puts inputs together and takes them apart. */
final class Bytes {
    private Bytes() {}

    static byte[] of(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static List<byte[]> all(String... texts) {
        return Arrays.stream(texts).map(Bytes::of).toList();
    }

    /** One byte, then others. */
    static byte[] with(int first, byte[]... parts) {
        int length = 1;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length).put((byte) first);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    /** The bits that the first byte holds. */
    static int flags(byte[] input) {
        return input.length == 0 ? 0 : input[0];
    }

    /** A copy of what is behind the first byte. */
    static ByteBuffer rest(byte[] input) {
        return ByteBuffer.wrap(Arrays.copyOfRange(input, Math.min(1, input.length), input.length))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** All bytes of a buffer, in an array of its own. */
    static byte[] array(ByteBuffer buffer) {
        byte[] all = new byte[buffer.capacity()];
        buffer.get(0, all);
        return all;
    }
}
