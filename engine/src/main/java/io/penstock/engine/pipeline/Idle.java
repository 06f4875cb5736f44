package io.penstock.engine.pipeline;

import io.penstock.engine.time.Times;
import java.time.Duration;

/**
 * When a silent source stops holding back the others' watermark.
 *
 * @param afterNs time by the engine's ticks since its last record; 0 is never
 */
public record Idle(long afterNs) {
    /** Idle after a silence of this length. */
    public static Idle after(Duration silence) {
        long silenceNs = Times.ns("the silence of an idle source", silence);
        if (silenceNs <= 0) {
            throw new IllegalArgumentException("silence must be positive: " + silence);
        }
        return new Idle(silenceNs);
    }

    /** Never idle. */
    public static Idle never() {
        return new Idle(0);
    }
}
