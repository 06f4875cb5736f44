package io.penstock.testkit.simulation;

import io.penstock.fault.PenstockException;
import io.penstock.journal.RecordKind;
import java.util.Arrays;
import java.util.List;

/** What the journal promises, each a class of its own. */
final class JournalInvariants {
    private JournalInvariants() {}

    /** What was journaled before a crash is there after it, bit for bit. */
    static final class NothingAcceptedIsLost implements Invariant {
        @Override
        public void onRecovered(Simulation simulation) {
            List<JournalRecord> records = simulation.ledger().records();
            require(
                    records.size() > simulation.safeSequence(),
                    records.size() + " records are left, safe was " + simulation.safeSequence());
            for (JournalRecord record : records) {
                JournalRecord sent = simulation.ledger().sentAs(record.sequence());
                boolean isOurs =
                        record.kind() != RecordKind.TICK && record.kind() != RecordKind.BARRIER;
                if (isOurs != (sent != null) || (sent != null && !record.is(sent))) {
                    throw new Broken(getClass().getSimpleName(), record + " was sent as " + sent);
                }
            }
        }

        @Override
        public void atEnd(Simulation simulation) {
            onRecovered(simulation);
        }
    }

    /** All of each source is in the journal, once, in order. */
    static final class SourcesOnceInOrder implements Invariant {
        @Override
        public void atEnd(Simulation simulation) {
            long[] next = new long[Simulation.SOURCES];
            for (JournalRecord record : simulation.ledger().records()) {
                int id = record.sourceId();
                SimulatedSource source = simulation.source(id);
                if (record.kind() == RecordKind.DATA) {
                    require(
                            record.position() == next[id],
                            record + " of source " + id + ", expected position " + next[id]);
                    require(
                            Arrays.equals(record.message(), source.message(next[id])),
                            record + " differs from what source " + id + " sent");
                    next[id]++;
                } else if (record.kind() == RecordKind.CONTROL) {
                    require(next[id] == source.count(), "source " + id + " ended too early");
                }
            }
            for (int id = 0; id < next.length; id++) {
                require(
                        next[id] == simulation.source(id).count(),
                        "source " + id + " has " + next[id] + " events in the journal");
            }
        }
    }

    /** Damage of the journal that is refused is named: the file, where in it, what is lost. */
    static final class DamageIsNamed implements Invariant {
        static void check(PenstockException refusal) {
            String message = refusal.getMessage();
            new DamageIsNamed()
                    .require(
                            message.contains("file=")
                                    && message.contains("offset=")
                                    && message.contains("sequence=")
                                    && message.endsWith(")"),
                            message);
        }
    }
}
