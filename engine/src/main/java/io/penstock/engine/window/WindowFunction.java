package io.penstock.engine.window;

/**
 * Encodes the result of a window.
 *
 * @param <E> encoder of the result
 */
@FunctionalInterface
public interface WindowFunction<E> {
    /**
     * Called once per key when its window fires, inside a step.
     *
     * @param window the result; valid during the call only
     * @param result wrapped over an empty message whose header is written
     */
    void map(WindowView window, E result);
}
