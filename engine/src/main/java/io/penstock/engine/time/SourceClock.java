package io.penstock.engine.time;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;

/**
 * The event-time progress of one source: watermark, idleness, position, all in off-heap state.
 *
 * <p>The watermark never goes back; how it is derived its owner knows. A source is idle when the
 * engine's ticks have moved on by the idle timeout since its last record; an idle source holds
 * nobody back until its next record. Used by the core's thread only.
 *
 * <pre>
 *   0         8          16        24        32            36      40             48
 *   +---------+----------+---------+---------+-------------+-------+--------------+
 *   |watermark|lastTimeNs|position | events  | sourceCheck | flags | partialBytes |
 *   +---------+----------+---------+---------+-------------+-------+--------------+
 *   48             56           64       72
 *   +--------------+------------+--------+
 *   | latestEvent  | lastEvent  | since  |
 *   +--------------+------------+--------+
 * </pre>
 */
public final class SourceClock {
    /** Bytes of state. */
    public static final int LENGTH_BYTES = 72;

    /** Position of a source that has given nothing yet. */
    public static final long NO_POSITION = -1;

    /** The latest watermark of a source that has not ended. */
    public static final long LAST_LIVE_WATERMARK = Long.MAX_VALUE - 1;

    /** What is said of a time before there was one. */
    public static final long NO_TIME = Long.MIN_VALUE;

    private static final int WATERMARK = 0;
    private static final int LAST_TIME = 8;
    private static final int POSITION = 16;
    private static final int EVENTS = 24;
    private static final int CHECK = 32;
    private static final int FLAGS = 36;
    private static final int PARTIAL = 40;
    private static final int LATEST_EVENT = 48;
    private static final int LAST_EVENT = 56;
    private static final int SINCE = 64;
    private static final int FLAG_IDLE = 1;
    private static final int FLAG_ENDED = 2;

    private final UndoLog undo;
    private final long address;
    private final long idleAfterNs;

    /** Step whose undo log holds the clock as it was before it. */
    private long savedIn = -1;

    /**
     * Creates the clock of a source that has seen nothing.
     *
     * @param undo passed by every write
     * @param address of {@link #LENGTH_BYTES} zeroed bytes
     * @param idleAfterNs ticks' time after which the source is idle; 0 is never
     */
    public SourceClock(UndoLog undo, long address, long idleAfterNs) {
        this.undo = undo;
        this.address = address;
        this.idleAfterNs = idleAfterNs;
        Memory.putLong(address + WATERMARK, Long.MIN_VALUE);
        Memory.putLong(address + LAST_TIME, NO_TIME);
        Memory.putLong(address + POSITION, NO_POSITION);
        Memory.putLong(address + LATEST_EVENT, NO_TIME);
        Memory.putLong(address + LAST_EVENT, NO_TIME);
        Memory.putLong(address + SINCE, NO_TIME);
    }

    /** Notes a record of the source, before its event is processed. */
    public void onRecord(long timeNs, long position, int check) {
        save();
        Memory.putLong(address + LAST_TIME, timeNs);
        Memory.putLong(address + POSITION, position);
        Memory.putInt(address + CHECK, check);
        Memory.putLong(address + PARTIAL, 0);
        if (isIdle()) {
            Memory.putInt(address + FLAGS, Memory.getInt(address + FLAGS) & ~FLAG_IDLE);
            Memory.putLong(address + SINCE, timeNs);
        }
    }

    private void save() {
        if (savedIn != undo.step()) {
            undo.save(address, LENGTH_BYTES);
            savedIn = undo.step();
        }
    }

    /** Notes a part of a rejected row that is not its last: the row is not consumed yet. */
    public void onPart(long partialBytes) {
        save();
        Memory.putLong(address + PARTIAL, partialBytes);
    }

    /** Bytes of the row after the position that are consumed already. */
    public long partialBytes() {
        return Memory.getLong(address + PARTIAL);
    }

    /** Notes an event that was processed; after {@link #onRecord}. */
    public void onEvent(long eventTimeNs) {
        onEvents(eventTimeNs, eventTimeNs, 1);
    }

    /**
     * Notes events that were processed; after {@link #onRecord}.
     *
     * @param lastNs event time of the last of them
     * @param latestNs the largest event time among them
     * @param count how many
     */
    public void onEvents(long lastNs, long latestNs, long count) {
        Memory.putLong(address + LAST_EVENT, lastNs);
        if (latestNs > latestEventNs()) {
            Memory.putLong(address + LATEST_EVENT, latestNs);
        }
        Memory.putLong(address + EVENTS, events() + count);
    }

    /**
     * Moves the watermark on, if the candidate is ahead of it; after {@link #onRecord}.
     *
     * @param clockNs the engine's time
     */
    public void advance(long candidateNs, long clockNs) {
        long next = Math.min(candidateNs, LAST_LIVE_WATERMARK);
        if (next > watermark()) {
            Memory.putLong(address + WATERMARK, next);
            Memory.putLong(address + SINCE, clockNs);
        }
    }

    /** Moves the watermark on without a record of the source; whether it moved. */
    public boolean advanceAlone(long candidateNs, long clockNs) {
        if (isEnded() || Math.min(candidateNs, LAST_LIVE_WATERMARK) <= watermark()) {
            return false;
        }
        save();
        advance(candidateNs, clockNs);
        return true;
    }

    /** Notes that no event follows: the watermark goes to the end of time. */
    public void onEnd() {
        save();
        Memory.putLong(address + WATERMARK, Long.MAX_VALUE);
        Memory.putInt(address + FLAGS, Memory.getInt(address + FLAGS) | FLAG_ENDED);
    }

    /**
     * Notes that the engine's time moved on without a record of the source. The silence of a source
     * that has given nothing yet begins with the first tick.
     */
    public void onTick(long timeNs) {
        if (idleAfterNs <= 0 || isIdle() || isEnded()) {
            return;
        }
        long lastTimeNs = Memory.getLong(address + LAST_TIME);
        if (lastTimeNs == NO_TIME) {
            save();
            Memory.putLong(address + LAST_TIME, timeNs);
        } else if (Times.subtract(timeNs, lastTimeNs) >= idleAfterNs) {
            save();
            Memory.putInt(address + FLAGS, Memory.getInt(address + FLAGS) | FLAG_IDLE);
        }
    }

    /** No event before it is expected any more; the ends of time before and after all events. */
    public long watermark() {
        return Memory.getLong(address + WATERMARK);
    }

    /** Position of the last record; {@link #NO_POSITION} before the first. */
    public long position() {
        return Memory.getLong(address + POSITION);
    }

    /** Running checksum of the source's bytes up to the last record. */
    public int check() {
        return Memory.getInt(address + CHECK);
    }

    /** Events processed. */
    public long events() {
        return Memory.getLong(address + EVENTS);
    }

    /** Largest event time taken; {@link #NO_TIME} before the first. */
    public long latestEventNs() {
        return Memory.getLong(address + LATEST_EVENT);
    }

    /** Event time of the last event taken; {@link #NO_TIME} before the first. */
    public long lastEventNs() {
        return Memory.getLong(address + LAST_EVENT);
    }

    /**
     * Journaled time of the last record, or of the tick from which the silence of a source counts
     * that has given nothing; {@link #NO_TIME} before both.
     */
    public long lastRecordNs() {
        return Memory.getLong(address + LAST_TIME);
    }

    /**
     * Journaled time at which the watermark moved last, or the source came back from idleness;
     * {@link #NO_TIME} before both.
     */
    public long sinceNs() {
        return Memory.getLong(address + SINCE);
    }

    /** Whether the source is left out of the minimum over the sources. */
    public boolean isIdle() {
        return (Memory.getInt(address + FLAGS) & FLAG_IDLE) != 0;
    }

    /** Whether the source has said that no event follows. */
    public boolean isEnded() {
        return (Memory.getInt(address + FLAGS) & FLAG_ENDED) != 0;
    }

    /** Address of the state, {@link #LENGTH_BYTES} long, for snapshots and the state hash. */
    public long address() {
        return address;
    }
}
