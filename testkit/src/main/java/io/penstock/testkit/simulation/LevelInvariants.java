package io.penstock.testkit.simulation;

import io.penstock.journal.Durability;

/** What the levels of durability promise, each a class of its own. */
final class LevelInvariants {
    private LevelInvariants() {}

    private static boolean isAt(Simulation simulation, Durability.Kind kind) {
        return simulation.options().durability().kind() == kind;
    }

    private static void requireKept(Invariant invariant, Simulation simulation, long sequence) {
        invariant.require(
                simulation.records().size() > sequence,
                simulation.records().size() + " records are left, promised was " + sequence);
    }

    /** What was acknowledged at power is there after any crash, bytes not forced being lost. */
    static final class AcknowledgedAtPowerIsNeverLost implements Invariant {
        @Override
        public void onRecovered(Simulation simulation) {
            if (isAt(simulation, Durability.Kind.POWER)) {
                requireKept(this, simulation, simulation.lastAcknowledged());
            }
        }
    }

    /** What was acknowledged at any level but none is there after the end of the process. */
    static final class AcknowledgedSurvivesTheProcess implements Invariant {
        @Override
        public void onRecovered(Simulation simulation) {
            if (!isAt(simulation, Durability.Kind.NONE) && !simulation.hasLostPower()) {
                requireKept(this, simulation, simulation.lastAcknowledged());
            }
        }
    }

    /** A power cut takes at most the period's acknowledged records; in a time that only ascends. */
    static final class PeriodicLosesAtMostItsPeriod implements Invariant {
        @Override
        public void onRecovered(Simulation simulation) {
            long firstLost = simulation.records().size();
            long last = simulation.lastAcknowledged();
            if (!isAt(simulation, Durability.Kind.PERIODIC)
                    || simulation.options().clockJumps()
                    || last < firstLost) {
                return;
            }
            long spanNs = simulation.journaledNs(last) - simulation.journaledNs(firstLost);
            require(
                    spanNs <= simulation.options().durability().periodNs(),
                    "records " + firstLost + " to " + last + " are lost, of " + spanNs + " ns");
        }
    }

    /** At power no result is out whose cause is lost. */
    static final class NoOutputOutlivesItsCause implements Invariant {
        @Override
        public void onRecovered(Simulation simulation) {
            if (isAt(simulation, Durability.Kind.POWER)) {
                requireKept(this, simulation, simulation.lastReleased());
            }
        }
    }
}
