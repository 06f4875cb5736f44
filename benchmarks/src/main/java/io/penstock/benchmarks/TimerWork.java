package io.penstock.benchmarks;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.state.TimerQueue;
import java.util.SplittableRandom;

/** Timers of as many keys scheduled in random order, or fired in theirs. One thread. */
final class TimerWork extends Work {
    private static final long SEED = 20_261_122L;
    private static final long UNDO_BYTES = 64L << 20;
    private static final long SPAN_NS = 1L << 40;

    private final boolean isFiring;
    private final long[] timesNs;
    private final long timesSum;
    private Arena arena;
    private UndoLog undo;
    private TimerQueue timers;
    private long fired;
    private long sum;

    /**
     * @param isFiring whether timers are fired; else they are added
     */
    TimerWork(int count, boolean isFiring) {
        super(isFiring ? "timer-fire" : "timer-add", count);
        this.isFiring = isFiring;
        this.timesNs = new long[count];
        SplittableRandom random = new SplittableRandom(SEED);
        long all = 0;
        for (int i = 0; i < count; i++) {
            timesNs[i] = random.nextLong(SPAN_NS);
            all += timesNs[i];
        }
        this.timesSum = all;
    }

    @Override
    Answer expected() {
        return new Answer(timesNs.length, timesSum);
    }

    @Override
    public void prepare() {
        arena = new Arena("timers", 400L * timesNs.length + (16 << 20));
        undo = new UndoLog(UNDO_BYTES, arena);
        timers = TimerQueue.ofLongs(arena, undo, SEED);
        fired = 0;
        sum = 0;
        if (isFiring) {
            add();
        }
    }

    @Override
    public void run() {
        if (isFiring) {
            fire();
        } else {
            add();
        }
    }

    private void add() {
        for (int i = 0; i < timesNs.length; i++) {
            timers.schedule(timesNs[i], Answer.finish(i + 1L), 0);
            undo.commit();
        }
    }

    private void fire() {
        long last = Long.MIN_VALUE;
        while (timers.pollDue(SPAN_NS)) {
            long timeNs = timers.polledTimeNs();
            if (timeNs < last) {
                throw new IllegalStateException("timers fire in the order of their times");
            }
            last = timeNs;
            sum += timeNs;
            fired++;
            undo.commit();
        }
    }

    @Override
    public Answer finish() {
        if (!isFiring) {
            fire();
        }
        timers.close();
        undo.close();
        arena.close();
        return new Answer(fired, sum);
    }
}
