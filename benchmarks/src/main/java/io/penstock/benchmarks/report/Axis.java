package io.penstock.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Maps values to pixels by their logarithms.
 *
 * @param low least value
 * @param high greatest value
 * @param from pixel of the least
 * @param to pixel of the greatest
 */
record Axis(double low, double high, double from, double to) {
    private static final int FEW_DECADES = 2;

    /** Room for the last digit of a power. */
    private static final double EVEN = 1.000001;

    /**
     * Around all values, which are above 0: from a power of ten, or 2 or 5 times one, to another.
     */
    static Axis around(double[] values, double from, double to) {
        double low = Double.MAX_VALUE;
        double high = Double.MIN_VALUE;
        for (double value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        double lowest = 0;
        double highest = Double.MAX_VALUE;
        int firstExponent = (int) Math.floor(Math.log10(low)) - 1;
        int lastExponent = (int) Math.ceil(Math.log10(high)) + 1;
        for (double step : steps(firstExponent, lastExponent)) {
            if (step <= low * EVEN) {
                lowest = step;
            }
            if (step * EVEN >= high && step > lowest) {
                highest = Math.min(highest, step);
            }
        }
        return new Axis(lowest, highest, from, to);
    }

    double place(double value) {
        double share = Math.log(value / low) / Math.log(high / low);
        return from + share * (to - from);
    }

    /** Values to be written at the axis: powers of ten; where they are few, 2 and 5 times them. */
    List<Double> ticks() {
        boolean isFew = Math.log10(high / low) <= FEW_DECADES + 0.1;
        List<Double> ticks = new ArrayList<>();
        int firstExponent = (int) Math.floor(Math.log10(low));
        int lastExponent = (int) Math.ceil(Math.log10(high));
        for (double step : steps(firstExponent, lastExponent)) {
            boolean isInside = step * EVEN >= low && step <= high * EVEN;
            double exponent = Math.log10(step);
            if (isInside && (isFew || Math.abs(exponent - Math.round(exponent)) < 1e-6)) {
                ticks.add(step);
            }
        }
        return ticks;
    }

    private static List<Double> steps(int firstExponent, int lastExponent) {
        List<Double> steps = new ArrayList<>();
        for (int exponent = firstExponent; exponent <= lastExponent; exponent++) {
            for (int times : new int[] {1, 2, 5}) {
                steps.add(times * Math.pow(10, exponent));
            }
        }
        return steps;
    }
}
