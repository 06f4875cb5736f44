package io.penstock.engine.pipeline;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The handlers that a pipeline's cores were given: two cores must not share one, since its states
 * are those of the core that opened it last. Keeps no handler alive. Any thread.
 */
final class HandedOut {
    private final List<WeakReference<Object>> handlers = new ArrayList<>();

    synchronized <H> H take(String stage, Supplier<H> supplier) {
        H handler = Names.given("stage " + stage, "a handler from its supplier", supplier.get());
        handlers.removeIf(reference -> reference.get() == null);
        for (WeakReference<Object> reference : handlers) {
            if (reference.get() == handler) {
                throw new PenstockException(
                        Category.CONFIGURATION,
                        "each running core needs a handler of its own: the supplier of stage "
                                + stage
                                + " gave the same one twice (let it make one: MyHandler::new)");
            }
        }
        handlers.add(new WeakReference<>(handler));
        return handler;
    }
}
