package io.penstock.engine.window;

/**
 * Reads a number of up to 128 bits out of a message, such as a product of two fields.
 *
 * @param <T> the message's decoder
 */
@FunctionalInterface
public interface WideNumberOf<T> {
    /** Sets {@code result}; called once per event, inside a step. */
    void read(T message, WideNumber result);
}
