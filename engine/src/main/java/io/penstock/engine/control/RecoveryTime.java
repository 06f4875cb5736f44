package io.penstock.engine.control;

/**
 * How long a recovery was to take, and took.
 *
 * @param snapshotBytes of the snapshot that was restored; 0 without one
 * @param predictedNs from these bytes and the records behind them, before they were read
 * @param restoredNs time until the snapshot was restored, those that were passed over included
 * @param takenNs time until the last record of the journal was processed again
 */
public record RecoveryTime(long snapshotBytes, long predictedNs, long restoredNs, long takenNs) {}
