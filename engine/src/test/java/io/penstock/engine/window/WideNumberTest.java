package io.penstock.engine.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** 128-bit decimals against BigInteger and BigDecimal: exact, or refused. */
final class WideNumberTest {
    private static final long SEED = 811_271;
    private static final int CASES = 100_000;
    private static final BigInteger MIN = BigInteger.TWO.pow(127).negate();
    private static final BigInteger MAX = BigInteger.TWO.pow(127).subtract(BigInteger.ONE);
    private static final List<BigInteger> EDGES =
            List.of(
                    BigInteger.ZERO,
                    BigInteger.ONE,
                    BigInteger.valueOf(Long.MAX_VALUE),
                    BigInteger.valueOf(Long.MIN_VALUE),
                    BigInteger.TWO.pow(64),
                    BigInteger.TWO.pow(126),
                    MIN,
                    MAX,
                    MIN.divide(BigInteger.TEN),
                    MAX.divide(BigInteger.TEN),
                    MIN.divide(BigInteger.TEN.pow(18)),
                    MAX.divide(BigInteger.TEN.pow(18)));

    private final Random random = new Random(SEED);

    @Test
    void shouldAddAndSubtractExactlyOrRefuse() {
        for (int i = 0; i < CASES; i++) {
            BigInteger left = next();
            BigInteger right = next();
            int leftScale = scale();
            int rightScale = scale();
            BigDecimal a = new BigDecimal(left, leftScale);
            BigDecimal b = new BigDecimal(right, rightScale);
            boolean aligned = fitsAt(a, b);
            check(
                    a + " + " + b,
                    a.add(b),
                    aligned,
                    () -> wide(left, leftScale).add(wide(right, rightScale)));
            check(
                    a + " - " + b,
                    a.subtract(b),
                    aligned,
                    () -> wide(left, leftScale).subtract(wide(right, rightScale)));
        }
    }

    @Test
    void shouldMultiplyExactlyOrRefuse() {
        for (int i = 0; i < CASES; i++) {
            BigInteger left = next();
            long factor = random.nextBoolean() ? random.nextLong() >>> 1 : random.nextInt(1000);
            BigDecimal expected = new BigDecimal(left.multiply(BigInteger.valueOf(factor)), 3);
            check(left + " * " + factor, expected, true, () -> wide(left, 3).multiply(factor));
        }
        for (BigInteger edge : EDGES) {
            BigDecimal expected = new BigDecimal(edge.multiply(BigInteger.TEN), 0);
            check(edge + " * 10", expected, true, () -> wide(edge, 0).multiply(10));
        }
    }

    @Test
    void shouldMultiplyTwoLongsExactly() {
        for (int i = 0; i < CASES; i++) {
            long left = nextLong();
            long right = nextLong();
            BigDecimal expected =
                    BigDecimal.valueOf(left, 4).multiply(BigDecimal.valueOf(right, 5));
            check(
                    left + " * " + right,
                    expected,
                    true,
                    () -> new WideNumber().setProduct(left, 4, right, 5));
        }
    }

    @Test
    void shouldDivideRoundingHalfToEven() {
        for (int i = 0; i < CASES / 2; i++) {
            BigInteger sum = next();
            int scale = random.nextInt(4);
            int resultScale = scale + random.nextInt(4);
            long count =
                    switch (random.nextInt(4)) {
                        case 0 -> 1 + random.nextInt(4);
                        case 1 -> Math.max(1, random.nextLong() >>> 1);
                        case 2 -> Long.MAX_VALUE - random.nextInt(3);
                        default -> 1 + random.nextInt(1000);
                    };
            BigDecimal dividend = new BigDecimal(sum, scale);
            boolean fits = fits(dividend.setScale(resultScale).unscaledValue());
            BigDecimal expected =
                    dividend.divide(BigDecimal.valueOf(count), resultScale, RoundingMode.HALF_EVEN);
            check(
                    dividend + " / " + count + " at " + resultScale,
                    expected,
                    fits,
                    () -> wide(sum, scale).divide(count, resultScale));
        }
    }

    @Test
    void shouldCompareLikeTheValues() {
        for (int i = 0; i < CASES; i++) {
            long left = nextLong();
            int leftScale = scale();
            int rightScale = scale();
            long near = BigDecimal.valueOf(left, leftScale).movePointRight(rightScale).longValue();
            long right = random.nextBoolean() ? near + random.nextInt(3) - 1 : nextLong();
            assertEquals(
                    BigDecimal.valueOf(left, leftScale)
                            .compareTo(BigDecimal.valueOf(right, rightScale)),
                    Integer.signum(WideNumber.compare(left, leftScale, right, rightScale)),
                    left + "e-" + leftScale + " to " + right + "e-" + rightScale);
            BigInteger a = next();
            BigInteger b = random.nextInt(4) == 0 ? a : next();
            assertEquals(a.compareTo(b), Integer.signum(wide(a, 2).compareWith(wide(b, 2))));
        }
    }

    @Test
    void shouldRefuseWhatHasNoMeaning() {
        WideNumber number = new WideNumber().set(5, 3);

        assertThrows(IllegalArgumentException.class, () -> number.divide(0, 3));
        assertThrows(IllegalArgumentException.class, () -> number.divide(2, 2));
        assertThrows(IllegalArgumentException.class, () -> number.multiply(-1));
        assertThrows(
                IllegalArgumentException.class,
                () -> number.compareWith(new WideNumber().set(5, 2)));
    }

    /** The result is exact where the operands at one scale and the result fit into 128 bits. */
    private static void check(
            String what, BigDecimal expected, boolean fits, Supplier<WideNumber> operation) {
        String message = "seed " + SEED + ": " + what;
        if (fits && fits(expected.unscaledValue())) {
            WideNumber result = operation.get();
            assertEquals(expected, decimal(result), message);
            assertEquals(expected.unscaledValue().bitLength() < 64, result.fitsLong(), message);
        } else {
            assertThrows(ArithmeticException.class, operation::get, message);
        }
    }

    private static boolean fitsAt(BigDecimal a, BigDecimal b) {
        int scale = Math.max(a.scale(), b.scale());
        return fits(a.setScale(scale).unscaledValue()) && fits(b.setScale(scale).unscaledValue());
    }

    private static boolean fits(BigInteger value) {
        return value.compareTo(MIN) >= 0 && value.compareTo(MAX) <= 0;
    }

    private BigInteger next() {
        BigInteger value =
                random.nextInt(3) == 0
                        ? EDGES.get(random.nextInt(EDGES.size()))
                                .add(BigInteger.valueOf(random.nextInt(5) - 2))
                        : new BigInteger(random.nextInt(128), random);
        value = random.nextBoolean() ? value : value.negate();
        return fits(value) ? value : BigInteger.ONE;
    }

    private long nextLong() {
        return next().longValue();
    }

    private int scale() {
        return random.nextInt(3) == 0 ? 0 : random.nextInt(19);
    }

    private static WideNumber wide(BigInteger mantissa, int scale) {
        return new WideNumber()
                .set(mantissa.longValue(), mantissa.shiftRight(64).longValue(), scale);
    }

    private static BigDecimal decimal(WideNumber number) {
        BigInteger low = new BigInteger(Long.toUnsignedString(number.low()));
        return new BigDecimal(
                BigInteger.valueOf(number.high()).shiftLeft(64).add(low), number.scale());
    }
}
