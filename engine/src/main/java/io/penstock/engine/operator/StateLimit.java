package io.penstock.engine.operator;

/**
 * How many keys a stage may hold state of, and what happens when one more comes.
 *
 * <p>Of a handler a key counts while it has an entry in any of the stage's states, or a timer.
 * Counting, and so what is evicted or rejected, depends on the events alone. What counts as a key
 * of other stages is said where they take a limit; they evict nothing, and their limits are not in
 * bytes.
 *
 * @param keys most keys; 0 if bytes are limited
 * @param bytes most bytes, which are turned into keys: see {@link #bytes}; 0 if keys are limited
 * @param whenFull what happens to one key more
 * @param rejected name of the side output, on the stream that the stage reads, that rejected events
 *     go to; null drops them; either way they are counted
 */
public record StateLimit(long keys, long bytes, WhenFull whenFull, String rejected) {
    /** The setting that a reached limit is raised by. */
    static final String SETTING = "StateLimit";

    /** Refuses a limit of nothing. */
    public StateLimit {
        if (Math.max(keys, bytes) <= 0 || Math.min(keys, bytes) != 0) {
            throw new IllegalArgumentException(
                    "a limit must be positive: keys=" + keys + " bytes=" + bytes);
        }
        if (rejected != null && whenFull != WhenFull.REJECT_EVENT) {
            throw new IllegalArgumentException(
                    "only rejected events go to a side output: whenFull=" + whenFull);
        }
    }

    /** At most so many keys. */
    public static StateLimit keys(long keys, WhenFull whenFull) {
        return new StateLimit(keys, 0, whenFull, null);
    }

    /**
     * As many keys as fit in so many bytes, by what a key takes in a stage all of whose states are
     * blocks: for the limit itself its key and 16 bytes, for each state its key, the block, 16
     * bytes, and 28 where it expires; a key is 8 bytes if it is a number, and else 32. Bytes of
     * keys beyond 24 are not counted.
     */
    public static StateLimit bytes(long bytes, WhenFull whenFull) {
        return new StateLimit(0, bytes, whenFull, null);
    }

    /** The same, with rejected events sent to a side output of the stream that the stage reads. */
    public StateLimit rejectedTo(String side) {
        return new StateLimit(keys, bytes, whenFull, side);
    }

    /** For a plan. */
    public String description() {
        return (keys > 0 ? "keys:" + keys : "bytes:" + bytes)
                + " whenFull="
                + whenFull
                + (rejected == null ? "" : " rejected=" + rejected);
    }
}
