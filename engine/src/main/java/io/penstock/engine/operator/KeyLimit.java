package io.penstock.engine.operator;

import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.KeyTable;
import io.penstock.engine.state.KeyedMap;
import io.penstock.engine.state.TimerQueue;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The keys a stage holds state or timers of, in the order of their latest writes, and the limit on
 * them.
 */
final class KeyLimit {
    /** What a key takes in the table of keys beside itself, and in each state; see StateLimit. */
    private static final int ENTRY_OVERHEAD_BYTES = 16;

    private static final int EXPIRY_OVERHEAD_BYTES = 28;
    private static final int LONG_KEY_BYTES = 8;
    private static final int BINARY_KEY_BYTES = 32;
    private static final int TIMER_LENGTH = 2 * Long.BYTES;

    private final String stage;
    private final StateLimit limit;
    private final CurrentKey current;
    private final KeyTable keys;

    /** Ids of the timers of each key, so that an evicted key's can be found. */
    private final KeyedMap timers;

    private final UnsafeBuffer timer = new UnsafeBuffer(new byte[TIMER_LENGTH]);
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private long maxKeys;

    KeyLimit(StepContext context, String stage, StateLimit limit, CurrentKey current) {
        this.stage = stage;
        this.limit = limit;
        this.current = current;
        this.keys = current.newTable(context, 0);
        this.timers =
                new KeyedMap(
                        context.arena(),
                        context.undo(),
                        current.isLong(),
                        0,
                        0,
                        context.hashSeed());
        this.maxKeys = limit.keys();
    }

    /** Turns a limit in bytes into one in keys, when all states have been declared. */
    void declared(Iterable<KeyedState> states) {
        if (limit.bytes() == 0) {
            return;
        }
        int keyBytes = current.isLong() ? LONG_KEY_BYTES : BINARY_KEY_BYTES;
        long bytesPerKey = (long) keyBytes + ENTRY_OVERHEAD_BYTES;
        for (KeyedState state : states) {
            if (!(state instanceof ValueState value)) {
                throw new PenstockException(
                        Category.CONFIGURATION,
                        "a limit in bytes takes states of one block per key: stage "
                                + stage
                                + ", state "
                                + state.description()
                                + " (use StateLimit.keys)");
            }
            bytesPerKey += keyBytes + ENTRY_OVERHEAD_BYTES + value.lengthBytes();
            bytesPerKey += value.expires() ? EXPIRY_OVERHEAD_BYTES : 0;
        }
        maxKeys = limit.bytes() / bytesPerKey;
        if (maxKeys == 0) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "a limit must leave room for one key: stage "
                            + stage
                            + ", limit="
                            + limit.bytes()
                            + " key="
                            + bytesPerKey
                            + " bytes");
        }
    }

    /** Whether an event of the current key is to be processed. */
    boolean admits() {
        return limit.whenFull() != WhenFull.REJECT_EVENT
                || keys.size() < maxKeys
                || current.find(keys) != 0;
    }

    /** Notes what became of the current key: whether it has state or timers now, or a write. */
    void settle(boolean holds, boolean wasWritten) {
        if (!holds) {
            int entry = current.entryOf(keys);
            if (entry >= 0) {
                keys.removeEntry(entry);
            }
        } else if (wasWritten) {
            current.findOrAddLast(keys);
            if (keys.size() > maxKeys && limit.whenFull() != WhenFull.EVICT_OLDEST) {
                throw limitReached();
            }
        }
    }

    private PenstockException limitReached() {
        return new PenstockException(
                Category.LIMIT,
                "keys with state of stage "
                        + stage
                        + " must fit: limit="
                        + maxKeys
                        + " keys="
                        + keys.size()
                        + " (raise its "
                        + StateLimit.SETTING
                        + ", or say WhenFull.EVICT_OLDEST or REJECT_EVENT)");
    }

    /** Whether the oldest key has to go; it is the current one then, and no longer counted. */
    boolean takeExcess() {
        if (keys.size() <= maxKeys) {
            return false;
        }
        int oldest = keys.firstEntry();
        current.setFrom(keys, oldest);
        keys.removeEntry(oldest);
        return true;
    }

    /** Whether the current key has a timer. */
    boolean hasTimers() {
        current.select(timers);
        return timers.size() > 0;
    }

    /** Notes that a timer of the current key is set. */
    void timerSet(boolean byClock, long id) {
        current.select(timers);
        timers.findOrAdd(timer(byClock, id), 0, TIMER_LENGTH, 0);
    }

    /** Notes that a timer of the current key is no longer set. */
    void timerGone(boolean byClock, long id) {
        current.select(timers);
        timers.remove(timer(byClock, id), 0, TIMER_LENGTH);
    }

    /** Cancels all timers of the current key. */
    void cancelTimers(TimerQueue byEventTime, TimerQueue byClock) {
        current.select(timers);
        for (int e = timers.firstEntry(); e >= 0; e = timers.firstEntry()) {
            timer.putBytes(0, timerView(e), 0, TIMER_LENGTH);
            boolean isByClock = timer.getLong(0) != 0;
            current.cancel(isByClock ? byClock : byEventTime, timer.getLong(Long.BYTES));
            timers.removeEntry(e);
        }
    }

    private UnsafeBuffer timerView(int entry) {
        view.wrap(timers.subKeyAddress(entry), TIMER_LENGTH);
        return view;
    }

    private UnsafeBuffer timer(boolean byClock, long id) {
        timer.putLong(0, byClock ? 1 : 0);
        timer.putLong(Long.BYTES, id);
        return timer;
    }

    void maintain() {
        keys.maintain();
        timers.maintain();
    }

    void writeTo(SnapshotWriter writer) {
        keys.writeTo(writer);
        timers.writeTo(writer);
    }

    void readFrom(SnapshotReader reader) {
        keys.readFrom(reader);
        timers.readFrom(reader);
    }

    void hashInto(long[] groupHashes) {
        keys.hashInto(groupHashes);
    }
}
