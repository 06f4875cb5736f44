package io.penstock.testkit.simulation;

import io.penstock.engine.control.Assembly;
import io.penstock.journal.Durability;

/** What the levels of durability promise, each a class of its own. */
final class LevelInvariants {
    private LevelInvariants() {}

    private static boolean isAt(Simulation simulation, Durability.Kind kind) {
        return simulation.options().durability().kind() == kind;
    }

    private static void requireKept(Invariant invariant, Simulation simulation, long sequence) {
        invariant.require(
                simulation.ledger().records().size() > sequence,
                simulation.ledger().records().size()
                        + " records are left, promised was "
                        + sequence);
    }

    /** What was acknowledged at power is there after any crash, bytes not forced being lost. */
    static final class AcknowledgedAtPowerIsNeverLost implements Invariant {
        @Override
        public void onRecovered(Simulation simulation) {
            if (isAt(simulation, Durability.Kind.POWER)) {
                requireKept(this, simulation, simulation.ledger().lastAcknowledged());
            }
        }
    }

    /** What was acknowledged at any level but none is there after the end of the process. */
    static final class AcknowledgedSurvivesTheProcess implements Invariant {
        @Override
        public void onRecovered(Simulation simulation) {
            if (!isAt(simulation, Durability.Kind.NONE) && !simulation.stores().hasLostPower()) {
                requireKept(this, simulation, simulation.ledger().lastAcknowledged());
            }
        }
    }

    /** A power cut takes at most the period's acknowledged records; in a time that only ascends. */
    static final class PeriodicLosesAtMostItsPeriod implements Invariant {
        @Override
        public void onRecovered(Simulation simulation) {
            long firstLost = simulation.ledger().records().size();
            long last = simulation.ledger().lastAcknowledged();
            if (!isAt(simulation, Durability.Kind.PERIODIC)
                    || simulation.options().has(Fault.CLOCK_JUMP)
                    || last < firstLost) {
                return;
            }
            long spanNs =
                    simulation.ledger().journaledNs(last)
                            - simulation.ledger().journaledNs(firstLost);
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
                requireKept(this, simulation, simulation.ledger().lastReleased());
            }
        }
    }

    /** Acknowledged and durable go on only, and nothing is durable that is not journaled. */
    static final class AcknowledgedNeverGoesBack implements Invariant {
        private Assembly seen;
        private long acknowledged;
        private long durable;

        @Override
        public void onStep(Simulation simulation) {
            Assembly now = simulation.assembly();
            if (seen == now) {
                require(now.acknowledged() >= acknowledged, "acknowledged went back");
                require(now.durable() >= durable, "durable went back");
            }
            require(now.durable() <= now.journaled(), "durable is ahead of the journal");
            seen = now;
            acknowledged = now.acknowledged();
            durable = now.durable();
        }
    }

    /** After a failed append or force nothing more is durable or acknowledged, whoever asks. */
    static final class FailedForceIsFinal implements Invariant {
        static void check(Assembly assembly, long durable, long acknowledged) {
            new FailedForceIsFinal()
                    .require(
                            assembly.durable() == durable
                                    && assembly.acknowledged() == acknowledged,
                            "durable and acknowledged went on from "
                                    + durable
                                    + " and "
                                    + acknowledged
                                    + " to "
                                    + assembly.durable()
                                    + " and "
                                    + assembly.acknowledged());
        }
    }
}
