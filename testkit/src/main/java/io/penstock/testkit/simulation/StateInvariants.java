package io.penstock.testkit.simulation;

import io.penstock.engine.control.Assembly;
import io.penstock.engine.core.Core;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.operator.Operator;
import io.penstock.journal.RecordKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is promised of state and snapshots, each a class of its own. */
final class StateInvariants {
    private StateInvariants() {}

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
                if (now[i] < before[i]) {
                    throw new Broken(
                            getClass().getSimpleName(),
                            "watermark of stage "
                                    + i
                                    + " went from "
                                    + before[i]
                                    + " to "
                                    + now[i]);
                }
            }
        }

        private static long[] watermarks(Core core) {
            List<Operator> operators = core.operators();
            long[] watermarks = new long[operators.size()];
            for (int i = 0; i < watermarks.length; i++) {
                watermarks[i] = operators.get(i).watermark();
            }
            return watermarks;
        }
    }

    /** State is a function of the journal. */
    static final class StateHashEqualsReplay implements Invariant {
        @Override
        public void onRecovered(Simulation simulation) {
            require(
                    simulation.assembly().core().stateHash()
                            == simulation.ledger().reference().stateHash(),
                    "state differs from that of a cold replay after "
                            + simulation.assembly().recovery());
        }

        @Override
        public void atEnd(Simulation simulation) {
            require(
                    simulation.assembly().core().stateHash()
                            == simulation.ledger().reference().stateHash(),
                    "state differs from that of a cold replay");
        }
    }

    /** A snapshot that is whole is used, and the newest of them. */
    static final class RecoveryUsesNewestSnapshot implements Invariant {
        @Override
        public void onRecovered(Simulation simulation) {
            Assembly.RecoverySummary recovery = simulation.assembly().recovery();
            require(
                    simulation.stores().isImpaired()
                            || simulation.hasChangedShards()
                            || recovery.snapshotSequence() == simulation.stores().newestSnapshot(),
                    "newest is "
                            + simulation.stores().newestSnapshot()
                            + ", recovered by "
                            + recovery);
        }
    }

    /** A snapshot that is wanted is made. */
    static final class SnapshotsAreMade implements Invariant {
        @Override
        public void atEnd(Simulation simulation) {
            long wanted = -1;
            for (JournalRecord record : simulation.ledger().records()) {
                wanted = record.kind() == RecordKind.BARRIER ? record.sequence() : wanted;
            }
            require(wanted > simulation.wantedAfter(), "no barrier after the last event");
            require(
                    simulation.assembly().lastSnapshot() == wanted
                            && simulation.stores().newestSnapshot() == wanted,
                    "wanted at " + wanted + ", newest is " + simulation.stores().newestSnapshot());
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
            return simulation.stores().sinkMessages(simulation.stores().sinkId(sink)).size();
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

    /** A snapshot that was made is there after a crash, whole or damaged, power or not. */
    static final class MadeSnapshotsStay implements Invariant {
        @Override
        public void onRecovered(Simulation simulation) {
            require(
                    simulation.stores().newestSnapshot() >= simulation.ledger().lastSnapshot(),
                    "made was "
                            + simulation.ledger().lastSnapshot()
                            + ", newest is "
                            + simulation.stores().newestSnapshot());
        }
    }
}
