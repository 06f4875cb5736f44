package io.penstock.engine.stage;

import io.penstock.engine.core.Core;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;

/**
 * Answers questions about a core's state for other threads: on the operators' thread, between two
 * records, while the shards stand behind the same record.
 *
 * <p>Without a question it costs each duty cycle one read. With one, the shards stop where they
 * are, go on to the record of the foremost, and wait there for the core behind them.
 */
public final class CoreInspections {
    /** A stage that belongs to the core itself, and not to one of its shards. */
    public static final int BEHIND = -1;

    private static final long PARK_NS = 50_000;
    private static final long MOVING = -2;
    private static final long UNKNOWN = -3;

    private final Core core;
    private volatile Question wanted;

    /** Creates the place where a core is asked. */
    public CoreInspections(Core core) {
        this.core = core;
    }

    /** One question, and where everybody stands who has to stop for it. */
    private static final class Question {
        private final ToLongFunction<Core> question;
        private final AtomicLongArray standing;
        private volatile long target = UNKNOWN;
        private volatile boolean isAnswered;
        private long answer;
        private Throwable thrown;

        Question(ToLongFunction<Core> question, int shards) {
            this.question = question;
            this.standing = new AtomicLongArray(shards);
            for (int i = 0; i < shards; i++) {
                standing.set(i, MOVING);
            }
        }

        boolean standAt(long sequence) {
            for (int i = 0; i < standing.length(); i++) {
                if (standing.get(i) != sequence) {
                    return false;
                }
            }
            return true;
        }

        /** The foremost shard's sequence; UNKNOWN while one still moves. */
        long foremost(long atLeast) {
            long foremost = atLeast;
            for (int i = 0; i < standing.length(); i++) {
                long sequence = standing.get(i);
                if (sequence == MOVING) {
                    return UNKNOWN;
                }
                foremost = Math.max(foremost, sequence);
            }
            return foremost;
        }
    }

    /**
     * Asks, and waits for the answer. Any thread but the stages' own; one at a time.
     *
     * @param question called on the operators' thread; must not change what it is given
     * @param whileWaiting called again and again; throws to give up
     */
    public synchronized long ask(ToLongFunction<Core> question, Runnable whileWaiting) {
        Question asked = new Question(question, core.shards().size());
        wanted = asked;
        try {
            while (!asked.isAnswered) {
                whileWaiting.run();
                LockSupport.parkNanos(PARK_NS);
            }
        } finally {
            wanted = null;
        }
        if (asked.thrown != null) {
            throw new IllegalStateException(
                    "the state could not be looked at: " + asked.thrown, asked.thrown);
        }
        return asked.answer;
    }

    /**
     * How far a stage may go in its duty cycle; called at its start, by its thread.
     *
     * @param shard the stage's, or {@link #BEHIND}
     * @param done the last record that it has completed
     * @param isInRecord whether it has begun with the next
     */
    long limit(int shard, long done, boolean isInRecord) {
        Question asked = wanted;
        if (asked == null || asked.isAnswered) {
            return Long.MAX_VALUE;
        }
        if (shard == BEHIND) {
            return limitBehind(asked, done, isInRecord);
        }
        if (isInRecord) {
            return done + 1;
        }
        asked.standing.set(shard, done);
        return Math.max(done, asked.target);
    }

    private long limitBehind(Question asked, long done, boolean isInRecord) {
        if (asked.target == UNKNOWN) {
            long foremost = asked.foremost(done);
            if (foremost == UNKNOWN) {
                return Long.MAX_VALUE; // a shard may wait for this core to make space
            }
            asked.target = isInRecord ? Math.max(foremost, done + 1) : foremost;
        }
        if (isInRecord || done != asked.target || !asked.standAt(done)) {
            return asked.target;
        }
        try {
            asked.answer = asked.question.applyAsLong(core);
        } catch (RuntimeException | Error e) {
            asked.thrown = e;
        }
        asked.isAnswered = true;
        return Long.MAX_VALUE;
    }
}
