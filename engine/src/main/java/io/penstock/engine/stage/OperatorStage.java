package io.penstock.engine.stage;

import com.lmax.disruptor.Sequence;
import io.penstock.engine.core.Core;
import io.penstock.engine.core.Records;
import io.penstock.engine.core.Step;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.ring.EventRing;
import io.penstock.engine.state.Prefetch;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import org.agrona.concurrent.Agent;

/**
 * Feeds the core from the ring, step by step, and publishes how far it has come.
 *
 * <p>The cursor passes a record after its last step. Owns the core; one thread.
 */
@HotPath
public final class OperatorStage implements Agent {
    private final EventRing ring;
    private final Core core;
    private final Sequence processed;
    private final BarrierListener barriers;
    private final BatchListener batches;
    private final CoreInspections inspections;
    private final int shard;
    private final int batchLimit;
    private final String roleName;
    private final Records records;
    private final RecordView record = new RecordView();
    private long prefetchedTo = RecordView.NULL_SEQUENCE;

    /** Told when the core stands right behind a snapshot barrier, and asked before. */
    public interface BarrierListener {
        /** Whether a barrier is to come, so that the core had better rehearse. */
        boolean isNear();

        /** Called on the operator thread when it has. */
        void onRehearsed();

        /** Called on the operator thread; saves the core's state. */
        void onBarrier(Core core, long sequence);
    }

    /** A shard freezes its state by itself; it only rehearses. */
    private record ShardBarriers(BarrierListener behind) implements BarrierListener {
        @Override
        public boolean isNear() {
            return behind.isNear();
        }

        @Override
        public void onRehearsed() {}

        @Override
        public void onBarrier(Core core, long sequence) {}
    }

    /** Told of each duty cycle that completed records; for counters and latencies only. */
    @FunctionalInterface
    public interface BatchListener {
        /**
         * Called on the operator thread.
         *
         * @param oldestTimeNs ingress time of the first record completed
         * @param records how many
         */
        void onBatch(long oldestTimeNs, long records);
    }

    /**
     * Creates the stage of a shard: nobody else is told of what it does.
     *
     * @param processed its cursor: the last sequence whose steps are all done
     * @param barriers asked whether one is near
     * @param inspections of the core behind the shards
     * @param batchLimit most steps of one duty cycle
     */
    public static OperatorStage ofShard(
            int shard,
            EventRing ring,
            Core core,
            Sequence processed,
            BarrierListener barriers,
            CoreInspections inspections,
            int batchLimit) {
        return new OperatorStage(
                "shard" + shard,
                shard,
                ring,
                core,
                processed,
                new ShardBarriers(barriers),
                (oldestTimeNs, records) -> {},
                inspections,
                batchLimit);
    }

    /**
     * Creates the stage behind the core's last record.
     *
     * @param processed its cursor: the last sequence whose steps are all done
     * @param inspections of the core, answered between records
     * @param batchLimit most steps of one duty cycle
     */
    public OperatorStage(
            EventRing ring,
            Core core,
            Sequence processed,
            BarrierListener barriers,
            BatchListener batches,
            CoreInspections inspections,
            int batchLimit) {
        this(
                "operators",
                CoreInspections.BEHIND,
                ring,
                core,
                processed,
                barriers,
                batches,
                inspections,
                batchLimit);
    }

    private OperatorStage(
            String roleName,
            int shard,
            EventRing ring,
            Core core,
            Sequence processed,
            BarrierListener barriers,
            BatchListener batches,
            CoreInspections inspections,
            int batchLimit) {
        this.roleName = roleName;
        this.shard = shard;
        this.inspections = inspections;
        this.ring = ring;
        this.records = ring::view;
        this.core = core;
        this.processed = processed;
        this.barriers = barriers;
        this.batches = batches;
        this.batchLimit = batchLimit;
    }

    @Override
    public int doWork() {
        core.thaw();
        int rehearsed = 0;
        if (barriers.isNear() && !core.isInRecord()) {
            rehearsed = 1;
            if (!core.rehearseFreeze()) {
                barriers.onRehearsed();
            }
        }
        long done = processed.get();
        long before = done;
        long limit = inspections.limit(shard, done, core.isInRecord());
        long last = Math.min(ring.published(done + 1, batchLimit), limit);
        int steps = 0;
        while (done < last && steps < batchLimit) {
            if (!core.isInRecord()) {
                long to = prefetched(done + 1, last);
                long ran = core.run(records, record, done + 1, to);
                steps += (int) (ran - done);
                done = ran;
                if (done == to) {
                    continue;
                }
            }
            boolean wasInRecord = core.isInRecord();
            Step step = core.step(ring.view(done + 1, record));
            if (step == Step.BLOCKED) {
                break;
            }
            steps += wasInRecord ? core.firings() : 1;
            if (step == Step.COMPLETE) {
                done++;
                if (record.kind() == RecordKind.BARRIER) {
                    barriers.onBarrier(core, done);
                }
            }
        }
        if (done != before) {
            long oldestTimeNs = ring.view(before + 1, record).timeNs();
            processed.set(done);
            batches.onBatch(oldestTimeNs, done - before);
        }
        return steps + rehearsed;
    }

    /** Lets the core read ahead for the next records, if that pays; the last that it has seen. */
    private long prefetched(long from, long last) {
        if (from > prefetchedTo) {
            prefetchedTo = core.isPrefetching() ? prefetch(from, last) : last;
        }
        return Math.min(prefetchedTo, last);
    }

    private long prefetch(long from, long last) {
        long to = Math.min(last, from + Prefetch.CAPACITY - 1);
        for (long sequence = from; sequence <= to; sequence++) {
            core.foresee(ring.view(sequence, record));
        }
        core.prefetch();
        return to;
    }

    @Override
    public String roleName() {
        return roleName;
    }
}
