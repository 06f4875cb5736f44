package io.penstock.testkit.simulation;

import io.penstock.engine.egress.OutputRecord;

/** A promise that is checked while a simulation runs; its name is that of its class. */
interface Invariant {
    /** Thrown where it does not hold. */
    final class Broken extends AssertionError {
        private static final long serialVersionUID = 1L;

        private final String invariant;

        Broken(String invariant, String what) {
            super(what);
            this.invariant = invariant;
        }

        String invariant() {
            return invariant;
        }
    }

    /** Called before a sink is given a result, also in recovery. */
    default void onOutput(Simulation simulation, int sinkId, OutputRecord record) {}

    /** Called after each step of the scheduler. */
    default void onStep(Simulation simulation) {}

    /** Called when the engine is open again. */
    default void onRecovered(Simulation simulation) {}

    /** Called when no fault strikes any more and everything is out. */
    default void onCalm(Simulation simulation) {}

    /** Called when all sources have ended and everything is out. */
    default void atEnd(Simulation simulation) {}

    /** Refuses what must not be. */
    default void require(boolean holds, String what) {
        if (!holds) {
            throw new Broken(getClass().getSimpleName(), what);
        }
    }
}
