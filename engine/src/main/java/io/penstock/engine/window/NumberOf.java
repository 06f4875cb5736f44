package io.penstock.engine.window;

import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

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

    /** A decimal out of a field for its digits and one for how many stand after the point. */
    static <T> NumberOf<T> decimal(ToLongFunction<T> mantissa, ToIntFunction<T> scale) {
        return new NumberOf<>() {
            @Override
            public long mantissa(T message) {
                return mantissa.applyAsLong(message);
            }

            @Override
            public int scale(T message) {
                return scale.applyAsInt(message);
            }
        };
    }
}
