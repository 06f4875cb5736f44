package io.penstock.engine.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Quotients, roots and orders against unbounded numbers. */
final class QuotientsTest {
    private static final int SEEDS = 20_000;

    private final Quotients quotients = new Quotients();

    private static WideNumber random(Random random, int maxBits) {
        int bits = 1 + random.nextInt(maxBits);
        BigInteger value = new BigInteger(bits, random);
        if (random.nextInt(6) == 0) {
            value =
                    BigInteger.ONE
                            .shiftLeft(bits - 1)
                            .subtract(BigInteger.valueOf(random.nextInt(2)));
        }
        if (random.nextBoolean()) {
            value = value.negate();
        }
        return wide(value, random.nextInt(20));
    }

    private static WideNumber wide(BigInteger value, int scale) {
        return new WideNumber().set(value.longValue(), value.shiftRight(64).longValue(), scale);
    }

    private static BigDecimal exact(WideNumber number) {
        BigInteger low = new BigInteger(Long.toUnsignedString(number.low()));
        BigInteger value = BigInteger.valueOf(number.high()).shiftLeft(64).add(low);
        return new BigDecimal(value, number.scale());
    }

    @Test
    void shouldRoundQuotientsOnceWhateverTheirLengths() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            WideNumber of = random(random, 126);
            WideNumber by = random(random, 126);
            if (by.signum() == 0) {
                continue;
            }
            int scale = random.nextInt(19);
            Rounding rounding = random.nextBoolean() ? Rounding.FLOOR : Rounding.HALF_EVEN;
            RoundingMode mode =
                    rounding == Rounding.FLOOR ? RoundingMode.FLOOR : RoundingMode.HALF_EVEN;
            BigDecimal expected = exact(of).divide(exact(by), scale, mode);
            WideNumber result = new WideNumber();
            if (expected.unscaledValue().bitLength() > 127) {
                assertThrows(
                        ArithmeticException.class,
                        () -> quotients.divide(of, by, scale, rounding, result));
            } else {
                quotients.divide(of, by, scale, rounding, result);
                assertEquals(expected, exact(result), "seed " + seed);
            }
        }
    }

    @Test
    void shouldRoundHalvesToTheEvenDigitWhenAQuotientLiesBetween() {
        for (int n = -50; n <= 50; n++) {
            WideNumber result = new WideNumber();
            quotients.divide(new WideNumber().set(n, 0), 4, 0, Rounding.HALF_EVEN, result);
            BigDecimal expected =
                    BigDecimal.valueOf(n).divide(BigDecimal.valueOf(4), 0, RoundingMode.HALF_EVEN);
            assertEquals(expected, exact(result));
        }
    }

    @Test
    void shouldRoundRootsOnceWhateverTheirLengths() {
        for (int seed = 0; seed < SEEDS / 4; seed++) {
            Random random = new Random(seed);
            BigInteger n = new BigInteger(1 + random.nextInt(250), random);
            BigInteger d = new BigInteger(1 + random.nextInt(120), random).add(BigInteger.ONE);
            if (random.nextInt(4) == 0) {
                n = n.mod(BigInteger.TWO.pow(90)).pow(2); // exact roots and halves
                d = BigInteger.valueOf(4);
            }
            int from = random.nextInt(30);
            int to = random.nextInt(19);
            set(quotients.numerator(), n);
            set(quotients.divisor(), d);
            BigDecimal expected = root(n, d, from, to);
            WideNumber result = new WideNumber();
            if (expected.unscaledValue().bitLength() <= 127) {
                quotients.root(from, to, result);
                assertEquals(expected, exact(result), "seed " + seed);
            }
        }
    }

    private static void set(Limbs limbs, BigInteger value) {
        limbs.set(0);
        for (int bit = value.bitLength() - 1; bit >= 0; bit--) {
            limbs.multiply(2).add(value.testBit(bit) ? 1 : 0);
        }
    }

    /** sqrt(n / (d 10^from)) at a scale: r is the nearest if (2r - 1)^2 <= 4 x <= (2r + 1)^2. */
    private static BigDecimal root(BigInteger n, BigInteger d, int from, int to) {
        BigInteger ten = BigInteger.TEN;
        BigInteger top = n.multiply(ten.pow(2 * to));
        BigInteger bottom = d.multiply(ten.pow(from));
        BigInteger r = top.divide(bottom).sqrt();
        BigInteger half = r.shiftLeft(1).add(BigInteger.ONE).pow(2).multiply(bottom);
        int order = top.shiftLeft(2).compareTo(half);
        if (order > 0 || (order == 0 && r.testBit(0))) {
            r = r.add(BigInteger.ONE);
        }
        return new BigDecimal(r, to);
    }

    @Test
    void shouldCompareNumbersOfAnyScalesByValue() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            WideNumber a = random(random, 127);
            WideNumber b = random(random, 127);
            if (random.nextInt(4) == 0 && exact(a).scale() < 10) {
                BigDecimal same = exact(a).setScale(a.scale() + random.nextInt(9));
                if (same.unscaledValue().bitLength() <= 127) {
                    b = wide(same.unscaledValue(), same.scale());
                }
            }
            BigDecimal before = exact(a);
            int expected = exact(a).compareTo(exact(b));
            assertEquals(expected, Integer.signum(a.compareValue(b)), "seed " + seed);
            assertEquals(-expected, Integer.signum(b.compareValue(a)), "seed " + seed);
            assertEquals(before, exact(a));
        }
    }

    @Test
    void shouldPutNumbersByValueBeforeTextsByBytes() {
        String[] ascending = {
            "-100",
            "-20.5",
            "-20.25",
            "-3",
            "-0",
            "0",
            "0.0",
            "00",
            "0.001",
            "0.01",
            "1",
            "01.0",
            "1.1",
            "9",
            "10",
            "100000000000000000000000000000",
            "",
            "-",
            ".5",
            "1.",
            "1e3",
            "A",
            "a",
            "é"
        };
        // equal values go by their bytes
        String[] sameValue = {"1", "1.0", "1.00"};
        for (int i = 0; i < ascending.length; i++) {
            for (int j = 0; j < ascending.length; j++) {
                BigDecimal l = number(ascending[i]);
                BigDecimal r = number(ascending[j]);
                int expected;
                if (l != null && r != null && l.compareTo(r) != 0) {
                    expected = l.compareTo(r);
                } else if ((l == null) != (r == null)) {
                    expected = l == null ? 1 : -1;
                } else {
                    expected =
                            java.util.Arrays.compareUnsigned(
                                    bytes(ascending[i]), bytes(ascending[j]));
                }
                int actual = TextOrder.compareNumbers(view(ascending[i]), view(ascending[j]));
                assertEquals(
                        Integer.signum(expected),
                        Integer.signum(actual),
                        ascending[i] + " and " + ascending[j]);
            }
        }
        assertEquals(
                -1,
                Integer.signum(TextOrder.compareNumbers(view(sameValue[0]), view(sameValue[2]))));
    }

    private static BigDecimal number(String text) {
        return text.matches("-?[0-9]+(\\.[0-9]+)?") ? new BigDecimal(text) : null;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static UnsafeBuffer view(String text) {
        return new UnsafeBuffer(bytes(text));
    }
}
