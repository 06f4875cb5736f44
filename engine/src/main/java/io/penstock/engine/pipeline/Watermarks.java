package io.penstock.engine.pipeline;

import io.penstock.engine.time.Times;
import java.time.Duration;
import java.util.function.ToLongFunction;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * How a source's watermark is derived: the time before which no event of it is expected any more.
 *
 * <p>A watermark never goes back. An event is checked against the watermark before it. Of several
 * sources the least watermark counts, leaving out those that are idle or have ended.
 *
 * @param <T> decoder of the source's messages, or a type above it
 */
public sealed interface Watermarks<T extends MessageDecoderFlyweight>
        permits Disorder, Watermarks.Punctuated, Watermarks.Lag {
    /** What a function of {@link #punctuated} answers for an event that is no watermark. */
    long NONE = Long.MIN_VALUE;

    /** The latest event time minus a bound: events come at most this much behind the latest. */
    static Disorder within(Duration bound) {
        return Disorder.within(bound);
    }

    /**
     * The latest event time: events come in the order of their times. One that goes back is treated
     * like any other behind the watermark: a stage takes it as long as it has not closed what the
     * event belongs to, else it is late.
     */
    static Disorder ascending() {
        return Disorder.none();
    }

    /**
     * What the events say: some of them carry a watermark.
     *
     * @param name of the function, for the plan; a changed function wants another name
     * @param watermarkNs pure function of the message: the watermark the event carries, ns since
     *     1970, or {@link #NONE}; one that is behind the source's watermark changes nothing
     */
    static <T extends MessageDecoderFlyweight> Watermarks<T> punctuated(
            String name, ToLongFunction<T> watermarkNs) {
        return new Punctuated<>(Names.require("function", name), watermarkNs);
    }

    /**
     * The engine's journaled clock minus a lag: moves with every record and tick, whatever the
     * events' times are.
     */
    static Watermarks<MessageDecoderFlyweight> lag(Duration lag) {
        return new Lag(Times.ns("a lag", lag));
    }

    /** As the plan prints it. */
    String describe();

    /** See {@link Watermarks#punctuated}. */
    record Punctuated<T extends MessageDecoderFlyweight>(String name, ToLongFunction<T> watermarkNs)
            implements Watermarks<T> {
        @Override
        public String describe() {
            return "watermarks=punctuated:" + name;
        }
    }

    /**
     * See {@link Watermarks#lag}.
     *
     * @param lagNs behind the engine's clock
     */
    record Lag(long lagNs) implements Watermarks<MessageDecoderFlyweight> {
        /** Refuses a negative lag. */
        public Lag {
            if (lagNs < 0) {
                throw new IllegalArgumentException("lag must not be negative: " + lagNs);
            }
        }

        @Override
        public String describe() {
            return "lagNs=" + lagNs;
        }
    }
}
