package io.penstock.engine.ingress;

import org.agrona.DirectBuffer;

/** Where a source puts its records: the engine's ring, seen from one source's thread. */
public interface RecordPort {
    /**
     * Publishes a record; waits while there is no space.
     *
     * @param kind one of {@link io.penstock.journal.RecordKind}
     * @param message an SBE message with its header, at offset 0
     * @param position in the source, ascending
     * @param check running CRC32C over the source's bytes up to and including the record
     * @return its sequence
     * @throws io.penstock.fault.PenstockException when the engine has stopped
     */
    long publish(
            int sourceId, byte kind, DirectBuffer message, int length, long position, int check);

    /** Longest message, SBE header included, bytes. */
    int maxMessageLength();
}
