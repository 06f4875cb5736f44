package io.penstock.engine.ring;

import io.penstock.journal.RecordKind;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts the events of one source into the ring: either {@link #claim}, encode in place, {@link
 * #commit} or {@link #abort}; or {@link #offer} a message that lies elsewhere.
 *
 * <p>One instance per thread; instances of several threads may share a ring. Never blocks, waits or
 * allocates; what cannot be done now is a negative {@link ClaimStatus}. Each event carries a source
 * position, one more than the event before unless {@link #position} says otherwise.
 */
public final class RingPublisher implements AutoCloseable {
    /** Checks a message before it is published. */
    @FunctionalInterface
    public interface Validator {
        /** A validator's answer to a message in order. */
        int VALID = 0;

        /**
         * Called on the publisher's thread; must not allocate, keep the buffer, or throw.
         *
         * @return {@link #VALID}, or the code of the reason why not
         */
        int validate(DirectBuffer buffer, int offset, int length);
    }

    /** {@link #lastReason()} while there is none. */
    public static final int NO_REASON = Validator.VALID;

    private static final long NO_CLAIM = -1;

    private final EventRing ring;
    private final UnsafeBuffer buffer;
    private final int sourceId;
    private final EpochNanoClock clock;
    private final Validator validator;
    private final int maxMessageLength;

    private long nextPosition;
    private int nextCheck;
    private long lastPosition;
    private int lastCheck;
    private long claimed = NO_CLAIM;
    private int claimedLength;
    private long claimTimeNs;
    private int refusedLength;
    private int lastReason = NO_REASON;
    private boolean isClosed;

    /**
     * Makes a publisher for one thread.
     *
     * @param sourceId number of the source in its plan, 0 to 65,535
     * @param lastPosition position of the source's last event in the journal; the first event gets
     *     the one after
     * @param clock ingress time, read once per claim
     */
    public RingPublisher(
            EventRing ring,
            int sourceId,
            long lastPosition,
            EpochNanoClock clock,
            Validator validator) {
        this.ring = ring;
        this.buffer = ring.buffer();
        this.sourceId = sourceId;
        this.clock = clock;
        this.validator = validator;
        this.maxMessageLength = ring.maxMessageLength();
        this.lastPosition = lastPosition;
        this.nextPosition = lastPosition + 1;
        ring.publisherOpened();
    }

    /** Position of the last event that was published here, or the one given at construction. */
    public long lastPosition() {
        return lastPosition;
    }

    /** Sets the position of the next event; positions ascend. */
    public RingPublisher position(long sourcePosition) {
        nextPosition = sourcePosition;
        return this;
    }

    /** Sets the running CRC32C over the source's raw bytes up to and including the next event. */
    public RingPublisher sourceCheck(int sourceCheck) {
        nextCheck = sourceCheck;
        return this;
    }

    /**
     * Claims a slot; {@link #commit()} or {@link #abort()} must follow soon, since consumers cannot
     * pass it.
     *
     * @param length bytes that will be encoded at {@link #offset()} of {@link #buffer()}
     * @return the event's sequence, or a negative {@link ClaimStatus} and nothing is claimed
     */
    public long claim(int length) {
        if (claimed != NO_CLAIM) {
            throw new IllegalStateException(
                    "claim " + claimed + " is neither committed nor aborted");
        }
        lastReason = NO_REASON;
        if (length < 0) {
            throw new IllegalArgumentException("negative length: " + length);
        }
        if (length > maxMessageLength) {
            refusedLength = length;
            return ClaimStatus.TOO_LONG;
        }
        if (isClosed) {
            return ClaimStatus.CLOSED;
        }
        long sequence = ring.tryClaim(1);
        if (sequence >= 0) {
            claimed = sequence;
            claimedLength = length;
            claimTimeNs = clock.nanoTime();
        }
        return sequence;
    }

    /** Where to encode: the slots' memory. Only the claimed bytes may be written. */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /** Where the claimed bytes start in {@link #buffer()}. */
    public int offset() {
        return ring.messageOffset(openClaim());
    }

    /**
     * Publishes the claimed event.
     *
     * @return its sequence, or INVALID: then the message is malformed, {@link #lastReason()} says
     *     how, and the slot has become a pad
     */
    public long commit() {
        long sequence = openClaim();
        int reason = validator.validate(buffer, ring.messageOffset(sequence), claimedLength);
        if (reason != Validator.VALID) {
            abort();
            lastReason = reason;
            return ClaimStatus.INVALID;
        }
        publishClaim(sequence);
        return sequence;
    }

    /** Gives the claimed slot up: it becomes a pad, which consumers pass over. */
    public void abort() {
        long sequence = openClaim();
        claimed = NO_CLAIM;
        // Position and check of the last event: a pad consumes nothing of its source.
        ring.header(
                sequence,
                0,
                RecordKind.PAD,
                (byte) 0,
                sourceId,
                claimTimeNs,
                lastPosition,
                lastCheck);
        ring.publish(sequence, sequence);
    }

    /**
     * Checks and publishes a copy of a message.
     *
     * @return the event's sequence, or a negative {@link ClaimStatus} and nothing is published
     */
    public long offer(DirectBuffer message, int offset, int length) {
        if (length >= 0 && length <= maxMessageLength) {
            int reason = validator.validate(message, offset, length);
            if (reason != Validator.VALID) {
                lastReason = reason;
                return ClaimStatus.INVALID;
            }
        }
        long sequence = claim(length);
        if (sequence >= 0) {
            buffer.putBytes(ring.messageOffset(sequence), message, offset, length);
            publishClaim(sequence);
        }
        return sequence;
    }

    /** The validator's reason after INVALID; {@link #NO_REASON} after anything else. */
    public int lastReason() {
        return lastReason;
    }

    /** Says what the last TOO_LONG was about; allocates, so not for the hot path. */
    public String describeTooLong() {
        return "message must fit into a ring slot: length="
                + refusedLength
                + ", at most "
                + maxMessageLength
                + " (raise the ring's slot stride to "
                + SlotLayout.strideFor(refusedLength)
                + ")";
    }

    /**
     * Aborts an open claim and lets the ring free its memory; to be called by the owning thread.
     */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        if (claimed != NO_CLAIM) {
            abort();
        }
        isClosed = true;
        ring.publisherClosed();
    }

    private void publishClaim(long sequence) {
        claimed = NO_CLAIM;
        ring.header(
                sequence,
                claimedLength,
                RecordKind.DATA,
                (byte) 0,
                sourceId,
                claimTimeNs,
                nextPosition,
                nextCheck);
        lastPosition = nextPosition++;
        lastCheck = nextCheck;
        ring.publish(sequence, sequence);
    }

    private long openClaim() {
        if (claimed == NO_CLAIM) {
            throw new IllegalStateException("nothing is claimed");
        }
        return claimed;
    }
}
