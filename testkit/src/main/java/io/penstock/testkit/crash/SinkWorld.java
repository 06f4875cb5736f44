package io.penstock.testkit.crash;

import io.penstock.engine.egress.Sink;
import java.util.List;

/**
 * A sink of somebody's own, and the world outside the process that it changes: a table, a file, a
 * service. The kit makes one for each run.
 *
 * <p>In place of the world stands something in memory that keeps what the real one would keep; the
 * sink is the real one. One thread.
 *
 * <p>What the kit holds a sink to: after a crash it is given again, with the ordinals that they
 * had, the results behind the ordinal that {@link Sink#open} answers, which is the committed one,
 * or 0; among them are some that the world may have. A sink that writes by ordinal, or drops what
 * it has of them, comes through; one that adds whatever it is given doubles.
 */
public interface SinkWorld {
    /** A sink on the world as it is now, as a process that starts makes it. */
    Sink open();

    /**
     * The process has ended without closing the sink: what only the process had is gone; nothing,
     * where the world has whatever a write gave it.
     */
    default void onCrash() {}

    /**
     * Everything that the world was told, in order. Compared by {@code equals} (arrays by what is
     * in them) with what it was told in the run that nothing happened to.
     */
    List<?> seen();
}
