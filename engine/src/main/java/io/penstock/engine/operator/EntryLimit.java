package io.penstock.engine.operator;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.Arrays;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * The limit on what a stage holds that comes and goes by rules of its own: windows, sessions, ids,
 * rows. Nothing is evicted there: one more is rejected, or stops the engine.
 *
 * @param <T> decoder of the stage's events
 */
@HotPath
public final class EntryLimit<T extends MessageDecoderFlyweight> {
    private final String stage;
    private final String what;
    private final StateLimit limit;
    private final Receiver<T> rejected;
    private final long most;

    /**
     * The limit of a running stage.
     *
     * @param what is counted, in the plural
     * @param limit null for none
     * @param rejected where events go that the limit rejects; null drops them
     */
    public EntryLimit(String stage, String what, StateLimit limit, Receiver<T> rejected) {
        this.stage = stage;
        this.what = what;
        this.limit = limit;
        this.rejected = rejected;
        this.most = limit == null ? Long.MAX_VALUE : limit.keys();
    }

    /** Refuses a limit that such a stage cannot keep, while a pipeline is defined. */
    public static void check(String stage, StateLimit limit) {
        if (limit.bytes() != 0) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "a limit in bytes is for handlers: stage "
                            + stage
                            + ", limit="
                            + limit.description()
                            + " (use StateLimit.keys)");
        }
        if (limit.whenFull() == WhenFull.EVICT_OLDEST) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "only handlers can do without their oldest keys: stage "
                            + stage
                            + ", limit="
                            + limit.description()
                            + " (use WhenFull.REJECT_EVENT or STOP)");
        }
    }

    /** What a stage counts, and behind that what the limit rejects, if there is one. */
    public String[] labels(String... own) {
        if (!isSet()) {
            return own;
        }
        String[] all = Arrays.copyOf(own, own.length + 1);
        all[own.length] = "rejected";
        return all;
    }

    /**
     * Outcomes of a stage's events, and behind them that the limit rejects, if there is one.
     *
     * @param rejectedCount index of the last label
     */
    public int[] outcomes(int rejectedCount, int... own) {
        if (!isSet()) {
            return own;
        }
        int[] all = Arrays.copyOf(own, own.length + 1);
        all[own.length] = rejectedCount;
        return all;
    }

    /** Whether there is a limit. */
    public boolean isSet() {
        return limit != null;
    }

    /** Whether nothing may be added to what is held. */
    public boolean isFull(long held) {
        return held >= most;
    }

    /** Gives away an event that would add to a full stage; fails if the stage has to stop. */
    public void reject(Event<T> event) {
        if (limit.whenFull() == WhenFull.STOP) {
            throw new PenstockException(
                    Category.LIMIT,
                    what
                            + " of stage "
                            + stage
                            + " must fit: limit="
                            + most
                            + " (raise its "
                            + StateLimit.SETTING
                            + ", or say WhenFull.REJECT_EVENT)");
        }
        if (rejected != null) {
            rejected.receive(event);
        }
    }
}
