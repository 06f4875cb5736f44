package io.penstock.codecs.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.Utf8;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class NumbersTest {
    private final LongParser longs = new LongParser();
    private final DecimalParser decimals = new DecimalParser();
    private final DecimalPrinter printer = new DecimalPrinter();

    @Test
    void shouldReadWholeRangeOfLongs() {
        assertEquals("-9223372036854775808", readLong("-9223372036854775808"));
        assertEquals("9223372036854775807", readLong("+9223372036854775807"));
        assertEquals("0", readLong("-0"));
        assertEquals("7", readLong("0000000000000000000000000007"));
    }

    @Test
    void shouldNameWhatIsWrongWithLongs() {
        assertEquals("empty-value", readLong(""));
        assertEquals("number-out-of-range", readLong("9223372036854775808"));
        assertEquals("number-out-of-range", readLong("-9223372036854775809"));
        assertEquals("number-out-of-range", readLong("100000000000000000000000"));
        for (String bad : new String[] {"-", "+", " 1", "1 ", "1.0", "1e3", "--1", "0x1", "١"}) {
            assertEquals("bad-number", readLong(bad), bad);
        }
        assertEquals("bad-number", readLong("99999999999999999999x"));
    }

    @Test
    void shouldReadDecimalsExactly() {
        assertEquals("15e-1", readDecimal("1.50"));
        assertEquals("0e-0", readDecimal("-0.000"));
        assertEquals("5e-1", readDecimal(".5"));
        assertEquals("5e-0", readDecimal("5."));
        assertEquals("-12345e-2", readDecimal("-0123.4500"));
        assertEquals("999999999999999999e-0", readDecimal("999999999999999999"));
        assertEquals("-999999999999999999e-18", readDecimal("-.999999999999999999"));
        assertEquals("1e-18", readDecimal("0.000000000000000001"));
        assertEquals("1e-0", readDecimal("1.0000000000000000000000000"));
        assertEquals("0e-0", readDecimal("000.00000000000000000000000"));
    }

    @Test
    void shouldNameWhatIsWrongWithDecimals() {
        assertEquals("empty-value", readDecimal(""));
        assertEquals("too-many-digits", readDecimal("1000000000000000000"));
        assertEquals("too-many-digits", readDecimal("1.000000000000000001"));
        assertEquals("too-many-digits", readDecimal("0.0000000000000000001"));
        for (String bad : new String[] {".", "-", "+.", "1.2.3", "1e5", "NaN", "1,5", "- 1"}) {
            assertEquals("bad-number", readDecimal(bad), bad);
        }
    }

    @Test
    void shouldAgreeWithBigDecimalOnRandomText() {
        long seed = 5;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String text = randomDecimal(random);
            String expected = decimalOracle(text);

            assertEquals(expected, readDecimal(text), () -> "seed " + seed + ": " + text);
        }
    }

    @Test
    void shouldPrintLike128BitBigDecimals() {
        long seed = 6;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            long high = random.nextLong() >> random.nextInt(64);
            long low = random.nextInt(4) == 0 ? 0 : random.nextLong() >> random.nextInt(64);
            int scale = random.nextInt(4) == 0 ? random.nextInt(256) : random.nextInt(20);

            assertPrints(high, low, scale, seed);
        }
        for (long high : new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}) {
            for (long low : new long[] {Long.MIN_VALUE, -1, 0, 1, 10, 100, Long.MAX_VALUE}) {
                for (int scale : new int[] {0, 1, 2, 18, 38, 39, 40, 255}) {
                    assertPrints(high, low, scale, seed);
                }
            }
        }
        assertThrows(IllegalArgumentException.class, () -> printer.print(0, 0, 256));
        assertThrows(IllegalArgumentException.class, () -> printer.print(0, 0, -1));
    }

    @Test
    void shouldPrintWithoutZerosAtTheEndAndWithoutMinusZero() {
        assertEquals("1.5", print(0, 150, 2));
        assertEquals("-0.05", print(-1, -5, 2));
        assertEquals("0", print(0, 0, 18));
        assertEquals("100", print(0, 100, 0));
        assertEquals("10", print(0, 1000, 2));
    }

    @Test
    void shouldAgreeWithTheDecoderOfTheJdkOnUtf8() {
        long seed = 8;
        Random random = new Random(seed);
        byte[] interesting = {
            'a',
            0,
            0x7F,
            (byte) 0x80,
            (byte) 0x8F,
            (byte) 0x90,
            (byte) 0x9F,
            (byte) 0xA0,
            (byte) 0xBF,
            (byte) 0xC0,
            (byte) 0xC1,
            (byte) 0xC2,
            (byte) 0xDF,
            (byte) 0xE0,
            (byte) 0xE1,
            (byte) 0xED,
            (byte) 0xEE,
            (byte) 0xEF,
            (byte) 0xF0,
            (byte) 0xF1,
            (byte) 0xF4,
            (byte) 0xF5,
            (byte) 0xFF
        };
        int valid = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = new byte[random.nextInt(6)];
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = interesting[random.nextInt(interesting.length)];
            }
            boolean expected = isUtf8(bytes);
            valid += expected ? 1 : 0;
            assertEquals(expected, Utf8.isValid(bytes, 0, bytes.length), () -> "seed " + seed);
        }
        assertTrue(valid > 500);
    }

    private void assertPrints(long high, long low, int scale, long seed) {
        BigInteger mantissa =
                BigInteger.valueOf(high)
                        .shiftLeft(64)
                        .add(new BigInteger(Long.toUnsignedString(low)));
        BigDecimal expected = new BigDecimal(mantissa, scale).stripTrailingZeros();
        String text = mantissa.signum() == 0 ? "0" : expected.toPlainString();
        assertEquals(text, print(high, low, scale), () -> "seed " + seed);
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static String randomDecimal(Random random) {
        StringBuilder text = new StringBuilder();
        if (random.nextInt(3) == 0) {
            text.append(random.nextBoolean() ? '-' : '+');
        }
        int point = random.nextInt(24);
        int length = random.nextInt(24);
        for (int i = 0; i < length; i++) {
            if (i == point) {
                text.append('.');
            }
            text.append((char) ('0' + (random.nextBoolean() ? 0 : random.nextInt(10))));
        }
        if (random.nextInt(50) == 0) {
            text.append("e1");
        }
        return text.toString();
    }

    private static String decimalOracle(String text) {
        if (text.isEmpty()) {
            return "empty-value";
        }
        if (!text.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)")) {
            return "bad-number";
        }
        BigDecimal value = new BigDecimal(text).stripTrailingZeros();
        if (value.signum() == 0) {
            return "0e-0";
        }
        BigDecimal plain = value.scale() < 0 ? value.setScale(0) : value;
        if (plain.precision() > 18 || plain.scale() > 18) {
            return "too-many-digits";
        }
        return plain.unscaledValue() + "e-" + plain.scale();
    }

    private String readLong(String text) {
        byte[] bytes = ("x" + text + "9").getBytes(StandardCharsets.UTF_8);
        int code = longs.parse(bytes, 1, bytes.length - 2);
        return code == 0 ? Long.toString(longs.value()) : RejectReason.of(code).text();
    }

    private String readDecimal(String text) {
        byte[] bytes = ("1" + text + "9").getBytes(StandardCharsets.UTF_8);
        int code = decimals.parse(bytes, 1, bytes.length - 2);
        return code == 0
                ? decimals.mantissa() + "e-" + decimals.scale()
                : RejectReason.of(code).text();
    }

    private String print(long high, long low, int scale) {
        StringBuilder out = new StringBuilder();
        printer.appendTo(out, high, low, scale);
        return out.toString();
    }
}
