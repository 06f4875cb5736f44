package io.penstock.testkit.simulation;

import io.penstock.engine.egress.OutputLog;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.journal.Durability;
import java.util.Arrays;
import java.util.List;

/** What is promised of results, each a class of its own. */
final class OutputInvariants {
    private OutputInvariants() {}

    /** A result leaves only when its cause would survive the end of the process. */
    static final class NoOutputBeforeItsCauseIsJournaled implements Invariant {
        @Override
        public void onOutput(Simulation simulation, int sinkId, OutputRecord record) {
            if (simulation.options().durability().kind() != Durability.Kind.NONE
                    && record.sequence() > simulation.stores().lastJournaled()) {
                throw new Broken(
                        getClass().getSimpleName(),
                        "result of sequence "
                                + record.sequence()
                                + " is out, journaled is "
                                + simulation.stores().lastJournaled());
            }
        }
    }

    /** Each sink gets its results by their numbers, without hole or repetition. */
    static final class OrdinalsDense implements Invariant {
        @Override
        public void onOutput(Simulation simulation, int sinkId, OutputRecord record) {
            int expected = simulation.stores().sinkMessages(sinkId).size();
            if (record.ordinal() != expected) {
                throw new Broken(
                        getClass().getSimpleName(),
                        "sink "
                                + sinkId
                                + " got ordinal "
                                + record.ordinal()
                                + ", not "
                                + expected);
            }
        }
    }

    /** Results are a function of the journal, byte for byte and in order. */
    static final class OutputsEqualReference implements Invariant {
        @Override
        public void onRecovered(Simulation simulation) {
            for (int i = 0; i < simulation.stores().sinkCount(); i++) {
                List<byte[]> actual = simulation.stores().sinkMessages(i);
                List<byte[]> expected = simulation.ledger().reference().outputs(i);
                int common = Math.min(actual.size(), expected.size());
                for (int k = 0; k < common; k++) {
                    require(
                            Arrays.equals(actual.get(k), expected.get(k)),
                            "result " + k + " of sink " + i + " differs from the reference");
                }
                require(
                        actual.size() == expected.size(),
                        "sink "
                                + i
                                + " has "
                                + actual.size()
                                + " results, the reference "
                                + expected.size());
            }
        }

        @Override
        public void atEnd(Simulation simulation) {
            onRecovered(simulation);
        }
    }

    /** The output log is whole and counts what the sinks have. */
    static final class OutputLogHoldsEveryResult implements Invariant {
        @Override
        public void atEnd(Simulation simulation) {
            try (OutputLog log = simulation.openOutputLog()) {
                require(log.cutBytes() == 0, log.cutBytes() + " bytes of the log are not whole");
                for (int i = 0; i < simulation.stores().sinkCount(); i++) {
                    require(
                            log.nextOrdinal(i) == simulation.stores().sinkMessages(i).size(),
                            "sink " + i + " has results that the log lacks");
                }
            }
        }
    }
}
