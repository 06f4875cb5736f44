package io.penstock.engine.pipeline;

import io.penstock.engine.time.Times;
import java.time.Duration;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * How far a source's events may lag behind its latest one.
 *
 * @param boundNs the watermark is the latest event time minus this
 */
public record Disorder(long boundNs) implements Watermarks<MessageDecoderFlyweight> {
    /** Refuses a negative bound. */
    public Disorder {
        if (boundNs < 0) {
            throw new IllegalArgumentException("disorder must not be negative: " + boundNs);
        }
    }

    /** Events come at most this much behind the latest. */
    public static Disorder within(Duration bound) {
        return new Disorder(Times.ns("disorder", bound));
    }

    /** Events come in the order of their times; see {@link Watermarks#ascending()}. */
    public static Disorder none() {
        return new Disorder(0);
    }

    @Override
    public String describe() {
        return "disorderNs=" + boundNs;
    }
}
