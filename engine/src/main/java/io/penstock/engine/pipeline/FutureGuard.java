package io.penstock.engine.pipeline;

import io.penstock.engine.time.FutureLimit;
import io.penstock.engine.time.FutureLimit.Policy;
import io.penstock.engine.time.Times;
import java.time.Duration;

/**
 * What a source does with an event that is dated too far in the future, which would close every
 * window up to its time.
 *
 * <p>An event is too far ahead of the engine's journaled clock, or of the latest event time of its
 * source so far ({@code jump}: for files whose times have nothing to do with the clock), or of
 * either. Rejected, it goes to the source's {@code rejected()} stream as a row with the reason
 * {@code future-time} and is no event for any stage. Clamped, it goes on with the greatest time
 * that is allowed as its event time; its message stays as it is. Both are counted. A watermark that
 * an event carries is held to the same limits.
 *
 * <p>A source may be right about a jump: after a pause, say. When {@value #DEFAULT_BELIEVED_AFTER}
 * events in a row are too far ahead of the latest one but within the jump of each other, rejecting
 * gives in: the last of them is taken. The limit against the clock never gives in.
 *
 * @param policy what happens to the event
 * @param aheadNs how far it may be ahead of the engine's clock; {@link #UNLIMITED}
 * @param jumpNs how far it may be ahead of the source's latest event; {@link #UNLIMITED}
 * @param believedAfter events in a row that are believed although they jump; 0 for never
 */
public record FutureGuard(Policy policy, long aheadNs, long jumpNs, int believedAfter) {
    /** A limit that is not set. */
    public static final long UNLIMITED = FutureLimit.UNLIMITED;

    /** How many events in a row prove a jump, if nothing else is said. */
    public static final int DEFAULT_BELIEVED_AFTER = 16;

    /** Refuses negative limits. */
    public FutureGuard {
        if (aheadNs < 0 || jumpNs < 0 || believedAfter < 0) {
            throw new IllegalArgumentException(
                    "limits must not be negative: aheadNs="
                            + aheadNs
                            + " jumpNs="
                            + jumpNs
                            + " believedAfter="
                            + believedAfter);
        }
    }

    /** Every event is taken as it is. */
    public static FutureGuard off() {
        return new FutureGuard(Policy.REJECT, UNLIMITED, UNLIMITED, 0);
    }

    /** Rejects what is more than this ahead of the engine's clock. */
    public static FutureGuard reject(Duration ahead) {
        return new FutureGuard(Policy.REJECT, aheadNs(ahead), UNLIMITED, DEFAULT_BELIEVED_AFTER);
    }

    /** Takes what is more than this ahead of the engine's clock as if it were just this ahead. */
    public static FutureGuard clamp(Duration ahead) {
        return new FutureGuard(Policy.CLAMP, aheadNs(ahead), UNLIMITED, DEFAULT_BELIEVED_AFTER);
    }

    /** Rejects what is more than this ahead of the source's latest event. */
    public static FutureGuard rejectJump(Duration jump) {
        return new FutureGuard(Policy.REJECT, UNLIMITED, jumpNs(jump), DEFAULT_BELIEVED_AFTER);
    }

    /** Takes what is more than this ahead of the source's latest event as if just this ahead. */
    public static FutureGuard clampJump(Duration jump) {
        return new FutureGuard(Policy.CLAMP, UNLIMITED, jumpNs(jump), DEFAULT_BELIEVED_AFTER);
    }

    /** The same policy with a limit to the jump as well. */
    public FutureGuard andJump(Duration jump) {
        return new FutureGuard(policy, aheadNs, jumpNs(jump), believedAfter);
    }

    /** The same limits, but a jump is believed after another number of events; 0 for never. */
    public FutureGuard believedAfter(int events) {
        return new FutureGuard(policy, aheadNs, jumpNs, events);
    }

    private static long aheadNs(Duration ahead) {
        return Times.ns("the limit ahead of the clock", ahead);
    }

    private static long jumpNs(Duration jump) {
        return Times.ns("the limit of a jump", jump);
    }

    boolean isOff() {
        return aheadNs == UNLIMITED && jumpNs == UNLIMITED;
    }

    /** As the plan prints it; empty when off. */
    String describe() {
        if (isOff()) {
            return "";
        }
        StringBuilder text = new StringBuilder(" future=").append(policy.text());
        if (aheadNs != UNLIMITED) {
            text.append(" aheadNs=").append(aheadNs);
        }
        if (jumpNs != UNLIMITED) {
            text.append(" jumpNs=").append(jumpNs);
            if (policy == Policy.REJECT) {
                text.append(" believedAfter=").append(believedAfter);
            }
        }
        return text.toString();
    }
}
