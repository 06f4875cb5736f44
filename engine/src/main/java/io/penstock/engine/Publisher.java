package io.penstock.engine;

import io.penstock.codecs.MessageValidator;
import io.penstock.codecs.ValidationCode;
import io.penstock.engine.ring.ClaimStatus;
import io.penstock.engine.ring.RingPublisher;
import io.penstock.journal.RecordView;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Puts events of one source into an engine: claim, encode in place, commit or abort; or offer a
 * message that lies elsewhere.
 *
 * <p>One instance per thread; never blocks. A negative answer is a status of {@link
 * io.penstock.engine.ring.ClaimStatus}: nothing was published, try again later or look at why.
 */
public final class Publisher implements AutoCloseable {
    private final RingPublisher publisher;
    private final long resumePosition;
    private long lastSequence = RecordView.NULL_SEQUENCE;
    private long lastStatus;

    Publisher(RingPublisher publisher, long resumePosition) {
        this.publisher = publisher;
        this.resumePosition = resumePosition;
    }

    /**
     * Position of the source's last event in the journal when the engine was opened; -1 when there
     * was none. What comes after it has to be sent again.
     */
    public long resumePosition() {
        return resumePosition;
    }

    /** Sets the position of the next event; without it, one more than the event before. */
    public Publisher position(long position) {
        publisher.position(position);
        return this;
    }

    /** Claims a slot for a message of this length; its sequence, or a negative status. */
    public long claim(int lengthBytes) {
        return noted(publisher.claim(lengthBytes));
    }

    /** Where to encode, from {@link #offset()} on. */
    public MutableDirectBuffer buffer() {
        return publisher.buffer();
    }

    /** Where the claimed bytes start; an SBE header comes first. */
    public int offset() {
        return publisher.offset();
    }

    /** Publishes the claimed event; its sequence, or INVALID and the slot has become a pad. */
    public long commit() {
        return noted(publisher.commit());
    }

    /** Gives the claimed slot up. */
    public void abort() {
        publisher.abort();
    }

    /** Checks and publishes a copy of a message; its sequence, or a negative status. */
    public long offer(DirectBuffer message, int offset, int lengthBytes) {
        return noted(publisher.offer(message, offset, lengthBytes));
    }

    private long noted(long status) {
        lastStatus = status;
        if (status >= 0) {
            lastSequence = status;
        }
        return status;
    }

    /**
     * Sequence of the last event that was published here, to be waited for with {@link
     * Engine#awaitDurable}; -1 before the first.
     */
    public long lastSequence() {
        return lastSequence;
    }

    /** Why the last message was refused, in words; allocates. */
    public String refusal() {
        if (lastStatus == ClaimStatus.TOO_LONG) {
            return publisher.describeTooLong();
        }
        if (lastStatus == ClaimStatus.CLOSED) {
            return "the publisher or its engine is closed";
        }
        if (lastStatus == ClaimStatus.FAILED) {
            return "the engine has stopped: its failure() says why";
        }
        if (lastStatus == ClaimStatus.BACK_PRESSURED) {
            return "the ring is full now: offer the message again";
        }
        return ValidationCode.of(publisher.lastReason()).rule();
    }

    @Override
    public void close() {
        publisher.close();
    }

    static RingPublisher.Validator validator(MessageValidator validator) {
        return validator::validate;
    }
}
