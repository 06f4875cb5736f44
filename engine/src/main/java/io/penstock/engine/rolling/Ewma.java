package io.penstock.engine.rolling;

import io.penstock.engine.time.Times;
import io.penstock.engine.window.NumberOf;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.time.Duration;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Exponentially weighted moving averages, in integers and the same on every machine.
 *
 * <p>They are over all rows of a key since its first, or since it was forgotten, and not only over
 * those of the look-back: each row counts for less the older it is, none is ever taken back.
 */
public final class Ewma {
    private static final int MAX_SCALE = 18;

    private Ewma() {}

    /**
     * Over rows, with the usual smoothing {@code 2 / (n + 1)}: {@code E(0) = 0} and {@code E(i) =
     * floor((2 * x(i) + (n - 1) * E(i-1)) / (n + 1))} in units of the last digit. As in the DEBS
     * 2022 Grand Challenge.
     *
     * @param n rows that the average is named after, 1 to 1,000,000
     * @param scale digits after the point, 0 to 18, not below the numbers'
     */
    public static <T extends MessageDecoderFlyweight> RollingAggregate<T> rows(
            NumberOf<T> number, int n, int scale) {
        if (n < 1 || n > 1_000_000) {
            throw new PenstockException(
                    Category.CONFIGURATION, "n of Ewma.rows must be 1 to 1000000: n=" + n);
        }
        requireScale(scale);
        return new RollingAggregate<>(
                "ewma(rows=" + n + "," + scale + ")",
                layout -> new EwmaRowsAccumulator<>(layout, layout.column(number), n, scale));
    }

    /**
     * Over time: the average of all rows, each weighted by {@code 2^(-age / halfLife)}; rows of one
     * time weigh the same, and a row out of order weighs what its time gives it.
     *
     * <p>Fixed point: with m the largest magnitude of the numbers so far, the value is within 2^-37
     * * m below or above the exact average, and then rounded down to the last digit.
     *
     * @param halfLife age at which a row counts for half
     * @param scale digits after the point, 0 to 18, not below the numbers'
     */
    public static <T extends MessageDecoderFlyweight> RollingAggregate<T> time(
            NumberOf<T> number, Duration halfLife, int scale) {
        long halfLifeNs = Times.ns("halfLife of Ewma.time", halfLife);
        if (halfLifeNs <= 0) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "halfLife of Ewma.time must be positive: halfLife=" + halfLife);
        }
        requireScale(scale);
        return new RollingAggregate<>(
                "ewma(halfLifeNs=" + halfLifeNs + "," + scale + ")",
                layout ->
                        new EwmaTimeAccumulator<>(
                                layout, layout.column(number), halfLifeNs, scale));
    }

    private static void requireScale(int scale) {
        if (scale < 0 || scale > MAX_SCALE) {
            throw new PenstockException(
                    Category.CONFIGURATION, "scale must be 0 to " + MAX_SCALE + ": scale=" + scale);
        }
    }
}
