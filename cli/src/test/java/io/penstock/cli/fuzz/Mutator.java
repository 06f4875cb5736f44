package io.penstock.cli.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes inputs of others: flips, interesting numbers, cuts, copies and splices, as a function of
 * its seed. One thread.
 */
final class Mutator {
    /** Longer ones only take time. */
    static final int MAX_LENGTH = 1 << 16;

    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        2,
        7,
        8,
        16,
        24,
        127,
        128,
        255,
        256,
        0x7FFF,
        0x8000,
        0xFFFF,
        1 << 20,
        1 << 30,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0xFFFF_FFF8L,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    private static final byte[] TEXT =
            "\0\n\r\t\"',;=:@%{}[]()<>&!-+._~/\\ 0189aeEnNTZ\u007f\u0080\u00ff"
                    .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

    private final SplittableRandom random;

    Mutator(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** An input made of one or two of the corpus. */
    byte[] next(List<byte[]> corpus) {
        byte[] bytes = corpus.get(random.nextInt(corpus.size())).clone();
        int changes = 1 + random.nextInt(1 << random.nextInt(5));
        for (int i = 0; i < changes; i++) {
            bytes = change(bytes, corpus);
        }
        return bytes.length > MAX_LENGTH ? Arrays.copyOf(bytes, MAX_LENGTH) : bytes;
    }

    private byte[] change(byte[] bytes, List<byte[]> corpus) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(10)) {
            case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> bytes[at] = (byte) random.nextInt();
            case 3 -> bytes[at] = TEXT[random.nextInt(TEXT.length)];
            case 4, 5 -> putNumber(bytes, at, NUMBERS[random.nextInt(NUMBERS.length)]);
            case 6 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 7 -> {
                return without(bytes, at, 1 + random.nextInt(Math.min(64, bytes.length - at)));
            }
            case 8 -> {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(64));
                byte[] part = Arrays.copyOfRange(bytes, at, at + length);
                return with(bytes, random.nextInt(bytes.length + 1), part);
            }
            default -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                if (other.length > 0) {
                    int from = random.nextInt(other.length);
                    int length = Math.min(other.length - from, 1 + random.nextInt(256));
                    return with(bytes, at, Arrays.copyOfRange(other, from, from + length));
                }
            }
        }
        return bytes;
    }

    private void putNumber(byte[] bytes, int at, long number) {
        int length = Math.min(bytes.length - at, 1 << random.nextInt(4));
        boolean isLittle = random.nextInt(4) > 0;
        for (int i = 0; i < length; i++) {
            bytes[at + i] = (byte) (number >>> (8 * (isLittle ? i : length - 1 - i)));
        }
    }

    private static byte[] without(byte[] bytes, int at, int length) {
        byte[] shorter = new byte[bytes.length - length];
        System.arraycopy(bytes, 0, shorter, 0, at);
        System.arraycopy(bytes, at + length, shorter, at, shorter.length - at);
        return shorter;
    }

    private static byte[] with(byte[] bytes, int at, byte[] part) {
        byte[] longer = new byte[bytes.length + part.length];
        System.arraycopy(bytes, 0, longer, 0, at);
        System.arraycopy(part, 0, longer, at, part.length);
        System.arraycopy(bytes, at, longer, at + part.length, bytes.length - at);
        return longer;
    }
}
