package io.penstock.engine.control;

import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.ring.RingConfig;
import io.penstock.journal.Durability;

/**
 * Sizes and policies of an assembly; none of them decides an answer.
 *
 * @param ring slots and their length
 * @param outputRingBytes bytes of results in flight
 * @param batchLimit most records or steps of a duty cycle
 * @param limits of state and step output
 * @param durability when a record is acknowledged: a result waits until its cause is
 * @param snapshotEvery records between barriers; 0 for none
 * @param tickEveryNs time between clock ticks; 0 for none
 * @param shards how many cores share the work of keyed stages
 * @param retention what is done with records that nobody needs any more
 */
public record AssemblyConfig(
        RingConfig ring,
        int outputRingBytes,
        int batchLimit,
        CoreLimits limits,
        Durability durability,
        long snapshotEvery,
        long tickEveryNs,
        ShardConfig shards,
        Retention retention) {
    /** With a journal that keeps everything. */
    public AssemblyConfig(
            RingConfig ring,
            int outputRingBytes,
            int batchLimit,
            CoreLimits limits,
            Durability durability,
            long snapshotEvery,
            long tickEveryNs,
            ShardConfig shards) {
        this(
                ring,
                outputRingBytes,
                batchLimit,
                limits,
                durability,
                snapshotEvery,
                tickEveryNs,
                shards,
                Retention.ALL);
    }

    /** With one core that does everything. */
    public AssemblyConfig(
            RingConfig ring,
            int outputRingBytes,
            int batchLimit,
            CoreLimits limits,
            Durability durability,
            long snapshotEvery,
            long tickEveryNs) {
        this(
                ring,
                outputRingBytes,
                batchLimit,
                limits,
                durability,
                snapshotEvery,
                tickEveryNs,
                ShardConfig.NONE);
    }

    /** The same at another level. */
    public AssemblyConfig withDurability(Durability value) {
        return new AssemblyConfig(
                ring,
                outputRingBytes,
                batchLimit,
                limits,
                value,
                snapshotEvery,
                tickEveryNs,
                shards,
                retention);
    }

    /** The same with so many cores that share the work of keyed stages. */
    public AssemblyConfig withShards(ShardConfig value) {
        return new AssemblyConfig(
                ring,
                outputRingBytes,
                batchLimit,
                limits,
                durability,
                snapshotEvery,
                tickEveryNs,
                value,
                retention);
    }

    /** The same that keeps the journal otherwise. */
    public AssemblyConfig withRetention(Retention value) {
        return new AssemblyConfig(
                ring,
                outputRingBytes,
                batchLimit,
                limits,
                durability,
                snapshotEvery,
                tickEveryNs,
                shards,
                value);
    }
}
