package io.penstock.engine.rolling;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.window.WideNumber;

/**
 * A sum in 128 bits from which terms can be taken again.
 *
 * <pre>
 *   0       8        16      24
 *   +-------+--------+-------+
 *   | low   | high   | scale |
 *   +-------+--------+-------+
 * </pre>
 *
 * <p>Its scale is the largest of the terms since it was zeroed. Holds scratch numbers: one per
 * accumulator.
 */
@HotPath
final class WideSum {
    static final int LENGTH = 24;

    private static final int LOW = 0;
    private static final int HIGH = 8;
    private static final int SCALE = 16;

    private final WideNumber sum = new WideNumber();
    private final WideNumber term = new WideNumber();

    /** Adds {@code mantissa / 10^scale}. */
    void add(long at, long mantissa, int scale) {
        add(at, mantissa, mantissa >> 63, scale);
    }

    /** Adds {@code (high * 2^64 + low) / 10^scale}. */
    void add(long at, long low, long high, int scale) {
        if (Memory.getLong(at + SCALE) == scale) {
            long oldLow = Memory.getLong(at + LOW);
            long oldHigh = Memory.getLong(at + HIGH);
            long newLow = oldLow + low;
            long newHigh = oldHigh + high + (Long.compareUnsigned(newLow, low) < 0 ? 1 : 0);
            if (((oldHigh ^ newHigh) & (high ^ newHigh)) >= 0) {
                Memory.putLong(at + LOW, newLow);
                Memory.putLong(at + HIGH, newHigh);
                return;
            }
        }
        store(at, read(at, sum).add(term.set(low, high, scale)));
    }

    /** Takes away {@code mantissa / 10^scale}. */
    void subtract(long at, long mantissa, int scale) {
        subtract(at, mantissa, mantissa >> 63, scale);
    }

    /** Takes away {@code (high * 2^64 + low) / 10^scale}. */
    void subtract(long at, long low, long high, int scale) {
        if (Memory.getLong(at + SCALE) == scale) {
            long oldLow = Memory.getLong(at + LOW);
            long oldHigh = Memory.getLong(at + HIGH);
            long newHigh = oldHigh - high - (Long.compareUnsigned(oldLow, low) < 0 ? 1 : 0);
            if (((oldHigh ^ high) & (oldHigh ^ newHigh)) >= 0) {
                Memory.putLong(at + LOW, oldLow - low);
                Memory.putLong(at + HIGH, newHigh);
                return;
            }
        }
        store(at, read(at, sum).subtract(term.set(low, high, scale)));
    }

    /** Reads the sum into a number. */
    static WideNumber read(long at, WideNumber result) {
        return result.set(
                Memory.getLong(at + LOW),
                Memory.getLong(at + HIGH),
                (int) Memory.getLong(at + SCALE));
    }

    /** Divides by a power of two up to 2^127, rounding down. */
    static void shiftRight(long at, int bits) {
        long low = Memory.getLong(at + LOW);
        long high = Memory.getLong(at + HIGH);
        if (bits < Long.SIZE) {
            low = bits == 0 ? low : low >>> bits | high << (Long.SIZE - bits);
            high >>= bits;
        } else {
            low = high >> (bits - Long.SIZE);
            high >>= Long.SIZE - 1;
        }
        Memory.putLong(at + LOW, low);
        Memory.putLong(at + HIGH, high);
    }

    private static void store(long at, WideNumber number) {
        Memory.putLong(at + LOW, number.low());
        Memory.putLong(at + HIGH, number.high());
        Memory.putLong(at + SCALE, number.scale());
    }
}
