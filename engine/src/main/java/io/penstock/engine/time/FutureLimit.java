package io.penstock.engine.time;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;

/**
 * Judges how far in the future the events of one source may be: against the engine's clock, and
 * against the source's latest event.
 *
 * <p>What it remembers of events that jumped is off-heap state. Used by the core's thread only.
 *
 * <pre>
 *   0               8        16
 *   +---------------+--------+
 *   | candidateTime | count  |
 *   +---------------+--------+
 * </pre>
 */
public final class FutureLimit {
    /** A limit that is not set. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Bytes of state. */
    public static final int LENGTH_BYTES = 16;

    private static final int CANDIDATE = 0;
    private static final int COUNT = 8;

    private final UndoLog undo;
    private final long address;
    private final Rule rule;

    /** What becomes of an event that is too far in the future. */
    public enum Policy {
        /** It is no event for any stage. */
        REJECT("reject"),
        /** Its event time is the limit. */
        CLAMP("clamp");

        private final String text;

        Policy(String text) {
            this.text = text;
        }

        /** As plans print it. */
        public String text() {
            return text;
        }
    }

    /**
     * The limits of a source.
     *
     * @param policy what becomes of an event beyond them
     * @param aheadNs of the engine's clock
     * @param jumpNs ahead of the source's latest event
     * @param believedAfter events in a row beyond the jump that are believed; 0 for never
     */
    public record Rule(Policy policy, long aheadNs, long jumpNs, int believedAfter) {}

    /**
     * Creates limits of a source that has seen nothing.
     *
     * @param undo passed by every write
     * @param address of {@link #LENGTH_BYTES} zeroed bytes
     */
    public FutureLimit(UndoLog undo, long address, Rule rule) {
        this.undo = undo;
        this.address = address;
        this.rule = rule;
    }

    /** Whether an event beyond the limit is rejected; else its time is the limit. */
    public boolean rejects() {
        return rule.policy() == Policy.REJECT;
    }

    /**
     * The greatest time that is allowed now.
     *
     * @param clockNs the engine's time
     * @param latestNs the source's latest event time; meaningless without events
     * @param hasEvents whether the source has had an event
     */
    public long limitNs(long clockNs, long latestNs, boolean hasEvents) {
        long limit = clockLimitNs(clockNs);
        if (hasEvents && rule.jumpNs() != UNLIMITED) {
            limit = Math.min(limit, Times.add(latestNs, rule.jumpNs()));
        }
        return limit;
    }

    private long clockLimitNs(long clockNs) {
        return rule.aheadNs() == UNLIMITED ? Long.MAX_VALUE : Times.add(clockNs, rule.aheadNs());
    }

    /** Notes an event that is beyond the limit: whether it is believed all the same. */
    public boolean isBelieved(long timeNs, long clockNs) {
        if (rule.jumpNs() == UNLIMITED
                || rule.believedAfter() == 0
                || timeNs > clockLimitNs(clockNs)) {
            return false;
        }
        long count = Memory.getLong(address + COUNT);
        long candidate = Memory.getLong(address + CANDIDATE);
        boolean agrees =
                count > 0
                        && timeNs <= Times.add(candidate, rule.jumpNs())
                        && candidate <= Times.add(timeNs, rule.jumpNs());
        long agreed = agrees ? count + 1 : 1;
        boolean believed = agreed >= rule.believedAfter();
        undo.save(address, LENGTH_BYTES);
        Memory.putLong(address + CANDIDATE, timeNs);
        Memory.putLong(address + COUNT, believed ? 0 : agreed);
        return believed;
    }

    /** Notes an event within the limit: those that jumped before it were not in a row. */
    public void onGood() {
        if (Memory.getLong(address + COUNT) != 0) {
            undo.save(address, LENGTH_BYTES);
            Memory.putLong(address + COUNT, 0);
        }
    }

    /** Events in a row that jumped, for the state hash. */
    public long hash() {
        return Memory.getLong(address + CANDIDATE) * 31 + Memory.getLong(address + COUNT);
    }

    /** Writes the state. */
    public void writeTo(SnapshotWriter writer) {
        writer.putBytes(address, LENGTH_BYTES);
    }

    /** Reads what {@link #writeTo} wrote. */
    public void readFrom(SnapshotReader reader) {
        reader.getBytes(address, LENGTH_BYTES);
    }
}
