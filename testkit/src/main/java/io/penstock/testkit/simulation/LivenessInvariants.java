package io.penstock.testkit.simulation;

import io.penstock.engine.control.Assembly;

/** What has to happen once nothing goes wrong any more, each a class of its own. */
final class LivenessInvariants {
    private LivenessInvariants() {}

    /**
     * When faults stop, everything pending is done within a number of rounds, in each of which
     * every stage works once: so many for what is always to be done, and so many an event.
     */
    static final class EverythingComesOut implements Invariant {
        private static final int ROUNDS = 400;
        private static final int ROUNDS_PER_EVENT = 20;

        static int roundsFor(Simulation simulation) {
            return ROUNDS
                    + ROUNDS_PER_EVENT
                            * Simulation.SOURCES
                            * simulation.options().getInt(Option.EVENTS);
        }

        static void check(Simulation simulation, int rounds, int limit) {
            if (rounds > limit) {
                Assembly assembly = simulation.assembly();
                throw new Broken(
                        EverythingComesOut.class.getSimpleName(),
                        "after "
                                + rounds
                                + " rounds without a fault: published="
                                + assembly.ring().cursor()
                                + " journaled="
                                + assembly.journaled()
                                + " processed="
                                + assembly.processed()
                                + " out="
                                + assembly.outputStage().drained());
            }
        }
    }

    /** Where ticks are wanted, one comes when their time has passed, wherever the clock was. */
    static final class TicksFollowTheClock implements Invariant {
        @Override
        public void onCalm(Simulation simulation) {
            long everyNs = simulation.options().get(Option.TICKS);
            if (everyNs == 0) {
                return;
            }
            Assembly assembly = simulation.assembly();
            long before = assembly.ring().cursor();
            simulation.clock().advance(everyNs + 1);
            try {
                assembly.conductor().doWork();
            } catch (Exception e) {
                throw new Broken(getClass().getSimpleName(), e.toString());
            }
            require(
                    assembly.ring().cursor() > before,
                    "no tick at " + simulation.clock().nanoTime() + ", they come each " + everyNs);
        }
    }
}
