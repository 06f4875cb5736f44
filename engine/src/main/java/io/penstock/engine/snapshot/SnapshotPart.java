package io.penstock.engine.snapshot;

/**
 * A part of a snapshot that is written piece by piece, and later than it was decided upon.
 *
 * <p>Made by the thread that owns the state; written by another one, from memory that is frozen.
 */
@FunctionalInterface
public interface SnapshotPart {
    /** Writes the next piece, some ten KiB; false if the part is written. */
    boolean writeSome(SnapshotWriter writer);
}
