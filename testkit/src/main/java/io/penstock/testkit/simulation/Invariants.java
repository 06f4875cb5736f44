package io.penstock.testkit.simulation;

import io.penstock.engine.control.Assembly;
import io.penstock.engine.core.Core;
import io.penstock.engine.egress.OutputLog;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.operator.Operator;
import io.penstock.journal.Durability;
import io.penstock.journal.RecordKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The promises of the engine, each a class of its own. */
final class Invariants {
    private Invariants() {}

    static List<Invariant> all() {
        return List.of(
                new NoOutputBeforeItsCauseIsJournaled(),
                new OrdinalsDense(),
                new WatermarkMonotone(),
                new LevelInvariants.AcknowledgedAtPowerIsNeverLost(),
                new LevelInvariants.AcknowledgedSurvivesTheProcess(),
                new LevelInvariants.PeriodicLosesAtMostItsPeriod(),
                new LevelInvariants.NoOutputOutlivesItsCause(),
                new NothingAcceptedIsLost(),
                new SourcesOnceInOrder(),
                new StateHashEqualsReplay(),
                new OutputsEqualReference(),
                new OutputLogHoldsEveryResult(),
                new RecoveryUsesNewestSnapshot(),
                new SnapshotsAreMade(),
                new Conservation());
    }

    /** A result leaves only when its cause would survive the end of the process. */
    static final class NoOutputBeforeItsCauseIsJournaled implements Invariant {
        @Override
        public void onOutput(Simulation simulation, int sinkId, OutputRecord record) {
            require(
                    simulation.options().durability().kind() == Durability.Kind.NONE
                            || record.sequence() <= simulation.lastJournaled(),
                    "result of sequence "
                            + record.sequence()
                            + " is out, journaled is "
                            + simulation.lastJournaled());
        }
    }

    /** Each sink gets its results by their numbers, without hole or repetition. */
    static final class OrdinalsDense implements Invariant {
        @Override
        public void onOutput(Simulation simulation, int sinkId, OutputRecord record) {
            int expected = simulation.sinkMessages(sinkId).size();
            require(
                    record.ordinal() == expected,
                    "sink " + sinkId + " got ordinal " + record.ordinal() + ", not " + expected);
        }
    }

    /** No stage's watermark goes back, not even over a crash. */
    static final class WatermarkMonotone implements Invariant {
        private long[] latest = new long[0];
        private long[] journaled = new long[0];
        private Core seen;

        @Override
        public void onStep(Simulation simulation) {
            Core core = simulation.assembly().core();
            long[] now = watermarks(core);
            if (seen == core) {
                requireNotBehind(latest, now);
            }
            seen = core;
            latest = now;
            if (!core.isInRecord() && core.lastSequence() <= simulation.safeSequence()) {
                journaled = now;
            }
        }

        @Override
        public void onRecovered(Simulation simulation) {
            requireNotBehind(journaled, watermarks(simulation.assembly().core()));
        }

        private void requireNotBehind(long[] before, long[] now) {
            for (int i = 0; i < before.length; i++) {
                require(
                        now[i] >= before[i],
                        "watermark of stage " + i + " went from " + before[i] + " to " + now[i]);
            }
        }

        private static long[] watermarks(Core core) {
            return core.operators().stream().mapToLong(Operator::watermark).toArray();
        }
    }

    /** What was journaled before a crash is there after it, bit for bit. */
    static final class NothingAcceptedIsLost implements Invariant {
        @Override
        public void onRecovered(Simulation simulation) {
            List<JournalRecord> records = simulation.records();
            require(
                    records.size() > simulation.safeSequence(),
                    records.size() + " records are left, safe was " + simulation.safeSequence());
            for (JournalRecord record : records) {
                JournalRecord sent = simulation.sent(record.sequence());
                boolean isOurs =
                        record.kind() != RecordKind.TICK && record.kind() != RecordKind.BARRIER;
                require(isOurs == (sent != null), record + " was sent as " + sent);
                require(sent == null || record.is(sent), record + " was sent as " + sent);
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
            for (JournalRecord record : simulation.records()) {
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

    /** State is a function of the journal. */
    static final class StateHashEqualsReplay implements Invariant {
        @Override
        public void onRecovered(Simulation simulation) {
            require(
                    simulation.assembly().core().stateHash() == simulation.reference().stateHash(),
                    "state differs from that of a cold replay after "
                            + simulation.assembly().recovery());
        }

        @Override
        public void atEnd(Simulation simulation) {
            require(
                    simulation.assembly().core().stateHash() == simulation.reference().stateHash(),
                    "state differs from that of a cold replay");
        }
    }

    /** Results are a function of the journal, byte for byte and in order. */
    static final class OutputsEqualReference implements Invariant {
        @Override
        public void onRecovered(Simulation simulation) {
            for (int i = 0; i < simulation.sinkCount(); i++) {
                List<byte[]> actual = simulation.sinkMessages(i);
                List<byte[]> expected = simulation.reference().outputs(i);
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
                for (int i = 0; i < simulation.sinkCount(); i++) {
                    require(
                            log.nextOrdinal(i) == simulation.sinkMessages(i).size(),
                            "sink " + i + " has results that the log lacks");
                }
            }
        }
    }

    /** A snapshot that is whole is used, and the newest of them. */
    static final class RecoveryUsesNewestSnapshot implements Invariant {
        @Override
        public void onRecovered(Simulation simulation) {
            Assembly.RecoverySummary recovery = simulation.assembly().recovery();
            require(
                    simulation.isStorageImpaired()
                            || simulation.hasChangedShards()
                            || recovery.snapshotSequence() == simulation.newestSnapshot(),
                    "newest is " + simulation.newestSnapshot() + ", recovered by " + recovery);
        }
    }

    /** A snapshot that is wanted is made. */
    static final class SnapshotsAreMade implements Invariant {
        @Override
        public void atEnd(Simulation simulation) {
            long wanted = -1;
            for (JournalRecord record : simulation.records()) {
                wanted = record.kind() == RecordKind.BARRIER ? record.sequence() : wanted;
            }
            require(wanted > simulation.wantedAfter(), "no barrier after the last event");
            require(
                    simulation.assembly().lastSnapshot() == wanted
                            && simulation.newestSnapshot() == wanted,
                    "wanted at " + wanted + ", newest is " + simulation.newestSnapshot());
        }
    }

    /** Every event is somewhere: what goes into a stage is aggregated, late, in a gap, or out. */
    static final class Conservation implements Invariant {
        @Override
        public void atEnd(Simulation simulation) {
            Map<String, Long> counts = counts(simulation);
            List<Long> in = new ArrayList<>();
            for (String stage : List.of("overlap", "gaps", "again")) {
                same(
                        stage + ".in",
                        counts.get(stage + ".in"),
                        counts.get(stage + ".aggregated")
                                + counts.get(stage + ".late")
                                + counts.get(stage + ".gap"));
                in.add(counts.get(stage + ".in"));
            }
            same("overlap.in and gaps.in", in.get(0), in.get(1));
            same("again.in", in.get(2), counts.get("overlap.fired"));
            same("sources", counts.get("positive.in"), counts.get("a.read") + counts.get("b.read"));
            same(
                    "positive",
                    in.get(0),
                    counts.get("positive.in") - counts.get("positive.filtered"));
            same(
                    "ordered",
                    counts.get("ordered.in"),
                    counts.get("ordered.late") + counts.get("ordered.out"));
            same("handler.in", counts.get("handler.in"), counts.get("ordered.out"));
            same("windows", counts.get("overlap.fired"), (long) size(simulation, "windows"));
            same("gaps", counts.get("gaps.fired"), (long) size(simulation, "gaps"));
            same("handled", counts.get("handler.out"), (long) size(simulation, "handled"));
            same(
                    "late",
                    counts.get("overlap.late")
                            + counts.get("gaps.late")
                            + counts.get("ordered.late"),
                    (long) size(simulation, "late"));
        }

        private static int size(Simulation simulation, String sink) {
            return simulation.sinkMessages(simulation.sinkId(sink)).size();
        }

        private static Map<String, Long> counts(Simulation simulation) {
            Map<String, Long> counts = new HashMap<>();
            for (Operator operator : simulation.assembly().core().operators()) {
                String[] labels = operator.countLabels();
                for (int i = 0; i < labels.length; i++) {
                    counts.put(operator.name() + "." + labels[i], operator.countOf(i));
                }
            }
            return counts;
        }

        private void same(String what, Long one, Long other) {
            require(one.equals(other), what + ": " + one + " and " + other);
        }
    }

    /** Native memory goes back to what it was; checked when all is closed. */
    static final class NothingLeaked implements Invariant {
        private final long before = NativeMemory.liveBytes();

        void check() {
            long after = NativeMemory.liveBytes();
            require(after == before, (after - before) + " bytes of native memory are left");
        }
    }
}
