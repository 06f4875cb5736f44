package io.penstock.engine.window;

import io.penstock.engine.operator.EntryLimit;
import io.penstock.engine.operator.Receiver;
import java.util.function.Predicate;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * What a window stage makes of an event before it is aggregated.
 *
 * @param isRetraction pure: whether a message takes back one that came before it; null if none does
 * @param late where events go that are too late for every window; null drops them
 * @param gaps where events go that no window holds; null drops them
 * @param limit on what the stage holds
 * @param <T> decoder of the messages
 */
public record WindowIntake<T extends MessageDecoderFlyweight>(
        Predicate<T> isRetraction, Receiver<T> late, Receiver<T> gaps, EntryLimit<T> limit) {
    /** Whether some events take others back. */
    boolean takesBack() {
        return isRetraction != null;
    }
}
