package io.penstock.engine.rolling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.window.WideNumber;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Arithmetic of 256 bits against {@link BigInteger}. */
final class Wide256Test {
    private static final int CASES = 40_000;

    private final Random random = new Random(77);
    private final Wide256 left = new Wide256();
    private final Wide256 right = new Wide256();
    private final Wide256 rest = new Wide256();

    @Test
    void shouldSquareAndCompareAsIntegersDo() {
        for (int i = 0; i < CASES; i++) {
            WideNumber a = number(1 + random.nextInt(127));
            WideNumber b = number(1 + random.nextInt(127));
            BigInteger x = big(a).pow(2);
            BigInteger y = big(b).pow(2);
            assertEquals(
                    x.compareTo(y), left.setSquare(a).compareTo(right.setSquare(b)), x + " " + y);
            assertEquals(x.bitLength(), left.bitLength());
            if (x.compareTo(y) >= 0) {
                left.subtract(right);
                assertSame(x.subtract(y), left);
            }
        }
    }

    @Test
    void shouldMultiplyOrRefuseAsIntegersDo() {
        for (int i = 0; i < CASES; i++) {
            WideNumber a = number(1 + random.nextInt(127));
            long factor = random.nextLong() >>> (1 + random.nextInt(63));
            int digits = random.nextInt(30);
            BigInteger expected =
                    big(a).pow(2)
                            .multiply(BigInteger.valueOf(factor))
                            .multiply(BigInteger.TEN.pow(digits));
            left.setSquare(a);
            if (expected.bitLength() > 256) {
                assertThrows(
                        ArithmeticException.class, () -> left.multiply(factor).scaleUp(digits));
            } else {
                assertSame(expected, left.multiply(factor).scaleUp(digits));
            }
        }
    }

    @Test
    void shouldDivideAsIntegersDo() {
        for (int i = 0; i < CASES; i++) {
            WideNumber a = number(1 + random.nextInt(127));
            boolean square = random.nextBoolean();
            BigInteger dividend = square ? big(a).pow(2) : big(a).abs();
            WideNumber b = number(1 + random.nextInt(127));
            if (big(b).signum() == 0) {
                b.set(1, 0);
            }
            if (square) {
                left.setSquare(a);
            } else {
                left.setMagnitude(a);
            }
            BigInteger[] expected = dividend.divideAndRemainder(big(b).abs());
            left.divide(right.setMagnitude(b), rest);
            assertSame(expected[0], left);
            assertSame(expected[1], rest);
        }
    }

    @Test
    void shouldTakeRootsAsIntegersDo() {
        for (int i = 0; i < CASES; i++) {
            WideNumber a = number(1 + random.nextInt(127));
            BigInteger value = big(a).pow(2);
            left.setSquare(a);
            if (random.nextBoolean() && value.signum() > 0) {
                value = value.subtract(BigInteger.ONE);
                left.subtract(right.set(1));
            }
            assertSame(value.sqrt(), left.squareRoot(rest, right));
        }
        assertSame(
                BigInteger.valueOf(3_037_000_499L),
                left.set(Long.MAX_VALUE).squareRoot(rest, right));
    }

    @Test
    void shouldGrowByPowersOfTwoWithinTheStatedError() {
        BigDecimal worst = BigDecimal.ZERO;
        for (int i = 0; i < 20_000; i++) {
            long period = Math.max(1, random.nextLong() >>> (1 + random.nextInt(62)));
            long left = random.nextLong(period);
            double exact = Math.pow(2, (double) left / period);
            BigDecimal power = BigDecimal.valueOf(GrowthTable.power(left, period));
            BigDecimal error =
                    power.divide(BigDecimal.valueOf(1L << GrowthTable.FRACTION_BITS))
                            .divide(BigDecimal.valueOf(exact), MathContext.DECIMAL64)
                            .subtract(BigDecimal.ONE)
                            .abs();
            worst = worst.max(error);
        }
        // what pow and the division of doubles may add: a few units of the last place
        BigDecimal stated = BigDecimal.valueOf(0x1p-39 + 0x1p-50);
        assertTrue(worst.compareTo(stated) <= 0, "worst=" + worst);
        assertEquals(1L << GrowthTable.FRACTION_BITS, GrowthTable.power(0, 7));
    }

    private WideNumber number(int bits) {
        BigInteger value = new BigInteger(bits, random);
        if (random.nextInt(8) == 0) {
            value = BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
        }
        if (random.nextBoolean()) {
            value = value.negate();
        }
        return new WideNumber().set(value.longValue(), value.shiftRight(64).longValueExact(), 0);
    }

    private static BigInteger big(WideNumber number) {
        return number.toBigDecimal().toBigIntegerExact();
    }

    private static void assertSame(BigInteger expected, Wide256 actual) {
        assertEquals(expected, actual.toBigInteger());
    }
}
