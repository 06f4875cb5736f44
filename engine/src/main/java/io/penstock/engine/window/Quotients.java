package io.penstock.engine.window;

import io.penstock.engine.operator.HotPath;

/**
 * Exact quotients and roots of decimals, rounded once: scratch memory of a stage.
 *
 * <p>Numerator and divisor are set first, each a natural number; then {@link #divide} or {@link
 * #root} rounds the quotient to a decimal.
 */
@HotPath
final class Quotients {
    private final Limbs numerator = new Limbs();
    private final Limbs divisor = new Limbs();
    private final Limbs quotient = new Limbs();
    private final Limbs spare = new Limbs();
    private final Limbs left = new Limbs();
    private final Limbs right = new Limbs();

    Limbs numerator() {
        return numerator;
    }

    Limbs divisor() {
        return divisor;
    }

    /** {@code sum / 10^sumScale} over a positive count. */
    void divide(WideNumber sum, long count, int resultScale, Rounding rounding, WideNumber result) {
        numerator.setMagnitude(sum.low(), sum.high());
        divisor.set(count);
        boolean negative = sum.high() < 0;
        scale(sum.scale(), resultScale);
        finish(negative, resultScale, rounding, result);
    }

    /** The quotient of two decimals; the divisor is not zero. */
    void divide(
            WideNumber of, WideNumber by, int resultScale, Rounding rounding, WideNumber result) {
        boolean negative = (of.high() ^ by.high()) < 0;
        numerator.setMagnitude(of.low(), of.high());
        divisor.setMagnitude(by.low(), by.high());
        scale(of.scale() - by.scale(), resultScale);
        finish(negative, resultScale, rounding, result);
    }

    /** The quotient that was set, {@code / 10^scale}, rounded half to even. */
    void divide(int scale, int resultScale, WideNumber result) {
        scale(scale, resultScale);
        finish(false, resultScale, Rounding.HALF_EVEN, result);
    }

    /** The square root of the quotient that was set, {@code / 10^scale}, rounded half to even. */
    void root(int scale, int resultScale, WideNumber result) {
        scale(scale, 2 * resultScale);
        left.set(numerator).multiply(4); // 4 N
        right.set(divisor);
        numerator.divide(divisor, quotient); // floor(N / D)
        Limbs root = numerator.setRoot(quotient, spare);
        // sqrt(N / D) lies above root + 1/2 exactly if 4 N > (2 root + 1)^2 D
        spare.set(root).multiply(2).add(1);
        quotient.setProduct(spare, spare);
        spare.setProduct(quotient, right);
        int half = left.compareTo(spare);
        if (half > 0 || (half == 0 && root.isOdd())) {
            root.add(1);
        }
        store(root, false, resultScale, result);
    }

    /** Moves the point: the quotient is to be counted in units of {@code 10^-resultScale}. */
    private void scale(int scale, int resultScale) {
        if (resultScale >= scale) {
            numerator.multiplyByPowerOfTen(resultScale - scale);
        } else {
            divisor.multiplyByPowerOfTen(scale - resultScale);
        }
    }

    private void finish(boolean negative, int resultScale, Rounding rounding, WideNumber result) {
        numerator.divide(divisor, quotient);
        if (rounding == Rounding.HALF_EVEN) {
            int half = numerator.multiply(2).compareTo(divisor);
            if (half > 0 || (half == 0 && quotient.isOdd())) {
                quotient.add(1);
            }
        } else if (negative && !numerator.isZero()) {
            quotient.add(1);
        }
        store(quotient, negative, resultScale, result);
    }

    private static void store(Limbs value, boolean negative, int scale, WideNumber result) {
        if (!value.fits127Bits()) {
            throw new ArithmeticException("a quotient needs more than 128 bits");
        }
        long low = value.low();
        long high = value.high();
        if (negative) {
            low = -low;
            high = ~high + (low == 0 ? 1 : 0);
        }
        result.set(low, high, scale);
    }
}
