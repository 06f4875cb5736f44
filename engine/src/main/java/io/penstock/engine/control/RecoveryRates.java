package io.penstock.engine.control;

/**
 * How fast recovery goes: what a prediction is made of. Each snapshot carries what the engine that
 * made it knew from its own opening.
 *
 * @param restoreNsPerMib to check and restore a MiB of snapshot
 * @param replayNsPerRecord to feed a record from the journal
 */
public record RecoveryRates(long restoreNsPerMib, long replayNsPerRecord) {
    /** What is assumed before anything was measured: 100 MiB and 500,000 records a second. */
    public static final RecoveryRates ASSUMED = new RecoveryRates(10_000_000, 2_000);

    private static final int MIB_SHIFT = 20;

    /** A smaller snapshot says nothing about a rate. */
    private static final long MIN_MEASURED_BYTES = 4L << MIB_SHIFT;

    /** A shorter tail says nothing about a rate. */
    private static final long MIN_MEASURED_RECORDS = 50_000;

    /** How long recovery takes from a snapshot of so many bytes and so many records behind it. */
    public long predictNs(long snapshotBytes, long records) {
        return (long) ((double) snapshotBytes / (1 << MIB_SHIFT) * restoreNsPerMib)
                + records * replayNsPerRecord;
    }

    /** The same with what was measured, where that was enough to measure. */
    RecoveryRates measured(long snapshotBytes, long restoreNs, long records, long replayNs) {
        boolean isRestoreMeasured = snapshotBytes >= MIN_MEASURED_BYTES && restoreNs > 0;
        boolean isReplayMeasured = records >= MIN_MEASURED_RECORDS && replayNs > 0;
        return new RecoveryRates(
                isRestoreMeasured
                        ? (long) ((double) restoreNs * (1 << MIB_SHIFT) / snapshotBytes)
                        : restoreNsPerMib,
                isReplayMeasured ? Math.max(1, replayNs / records) : replayNsPerRecord);
    }
}
