package io.penstock.engine.ring;

/** What a claim or an offer answers instead of a sequence: negative, so that one test tells. */
public final class ClaimStatus {
    /** No free slot now: a consumer has to move first. Try again, shed, or wait. */
    public static final long BACK_PRESSURED = -1;

    /** The ring takes no more claims because its engine is closing or closed. */
    public static final long CLOSED = -2;

    /** The engine has stopped itself; it names event, stage and cause. */
    public static final long FAILED = -3;

    /** The message does not fit into a slot; nothing was claimed. */
    public static final long TOO_LONG = -4;

    /** The message is malformed; nothing was published but, from a commit, a pad. */
    public static final long INVALID = -5;

    private ClaimStatus() {}

    /** The name of a status, for messages. */
    public static String name(long status) {
        if (status >= 0) {
            return "ok";
        }
        if (status == BACK_PRESSURED) {
            return "back-pressured";
        }
        if (status == CLOSED) {
            return "closed";
        }
        if (status == FAILED) {
            return "failed";
        }
        if (status == TOO_LONG) {
            return "too-long";
        }
        return status == INVALID ? "invalid" : "unknown" + status;
    }
}
