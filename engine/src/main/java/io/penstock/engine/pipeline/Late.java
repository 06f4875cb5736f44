package io.penstock.engine.pipeline;

import io.penstock.engine.operator.Lateness;

/** What a stage does with events that come too late. */
public final class Late {
    private Late() {}

    /** Drops and counts them. */
    public static Lateness drop() {
        return new Lateness.Drop();
    }

    /**
     * Sends them to a side output of the stream the stage reads: see {@link Stream#side}. Nothing
     * is late for windows of counts, whose side stays empty.
     */
    public static Lateness toSide(String name) {
        return new Lateness.ToSide(Names.require("side output", name));
    }
}
