package io.penstock.engine.operator;

import io.penstock.engine.time.FutureLimit;
import java.util.function.ToLongFunction;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * How a source tells event time.
 *
 * @param eventTime pure function of the message: ns since 1970
 * @param mode how the watermark is derived
 * @param distanceNs of the watermark: behind the latest event, or behind the clock
 * @param punctuation the watermark a message carries; null unless punctuated
 * @param idleAfterNs ticks' time after which the source is idle; 0 is never
 * @param future how far in the future events may be; null for any
 */
public record SourceTiming<T extends MessageDecoderFlyweight>(
        ToLongFunction<T> eventTime,
        Mode mode,
        long distanceNs,
        ToLongFunction<? super T> punctuation,
        long idleAfterNs,
        FutureLimit.Rule future) {

    /** Where a watermark comes from. */
    public enum Mode {
        /** The latest event time minus a distance. */
        EVENTS,
        /** What messages carry. */
        PUNCTUATED,
        /** The engine's clock minus a distance. */
        CLOCK
    }
}
