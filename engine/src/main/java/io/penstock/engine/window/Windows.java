package io.penstock.engine.window;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.time.Duration;

/**
 * Which windows an event belongs to: all {@code [k * every, k * every + size)} that hold its time.
 *
 * @param sizeNs length of a window
 * @param everyNs distance of the windows' starts: below size they overlap, above it there are gaps
 */
public record Windows(long sizeNs, long everyNs) {
    /** Checks both lengths. */
    public Windows {
        if (sizeNs <= 0 || everyNs <= 0) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "a window's size and distance must be positive: sizeNs="
                            + sizeNs
                            + ", everyNs="
                            + everyNs);
        }
    }

    /** Windows that follow each other without overlap or gap. */
    public static Windows tumbling(Duration size) {
        return new Windows(size.toNanos(), size.toNanos());
    }

    /** Windows of a size that start every so often; with gaps where every is above size. */
    public static Windows hopping(Duration size, Duration every) {
        return new Windows(size.toNanos(), every.toNanos());
    }
}
