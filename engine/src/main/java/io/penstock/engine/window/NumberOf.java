package io.penstock.engine.window;

/**
 * Reads a number out of a message: {@code mantissa / 10^scale}.
 *
 * @param <T> the message's decoder
 */
@FunctionalInterface
public interface NumberOf<T> {
    /** The number's digits; called once per event, inside a step. */
    long mantissa(T message);

    /** Digits after the point, 0 to 18; 0 for integers. */
    default int scale(T message) {
        return 0;
    }
}
