package io.penstock.engine.stage;

import com.lmax.disruptor.Sequence;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Brings what is journaled to the medium, and publishes how far it has come: group commit.
 *
 * <p>At once where records are acknowledged when they are forced: as fast as the disk, and all that
 * was journaled during one force is the next group. With a period a force starts each half of it,
 * so that it has the other half to end before acknowledgements wait.
 *
 * <p>Owns the cursor {@code durable}; one thread, which waits for the disk. The first failure is
 * final: the cursor never moves again and nothing is tried a second time, since what a failed force
 * left behind is unknown and a later one may say that all is well. It reads a clock, but only to
 * begin, and tells the core nothing.
 */
public final class SyncStage implements Agent {
    private static final int HALVES = 2;

    private final LongSupplier force;
    private final Sequence journaled;
    private final Sequence durable;
    private final EpochNanoClock clock;
    private final long everyNs;
    private volatile long cleanNs;
    private Throwable failure;

    /**
     * Creates the stage behind what is forced already.
     *
     * @param force brings everything journaled before the call to the medium and answers how far
     *     that is
     * @param journaled the journal's cursor
     * @param durable its cursor: the last sequence that is on the medium
     * @param periodNs how old an unforced frame may become; 0: none waits for a clock
     */
    public SyncStage(
            LongSupplier force,
            Sequence journaled,
            Sequence durable,
            EpochNanoClock clock,
            long periodNs) {
        this.force = force;
        this.journaled = journaled;
        this.durable = durable;
        this.clock = clock;
        this.everyNs = (periodNs + HALVES - 1) / HALVES;
        this.cleanNs = clock.nanoTime();
    }

    @Override
    public int doWork() {
        if (failure != null) {
            throw new IllegalStateException("a failed sync is final: " + failure, failure);
        }
        if (durable.get() >= journaled.get()) {
            return 0;
        }
        // Before the force looks at what there is: a frame that it misses is younger.
        long beganNs = clock.nanoTime();
        if (everyNs > 0 && !isDue(beganNs)) {
            return 0;
        }
        try {
            durable.set(force.getAsLong());
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        }
        cleanNs = beganNs;
        return 1;
    }

    /** A clock that was put back says nothing of an age: what may be too old is forced. */
    private boolean isDue(long nowNs) {
        long sinceNs = nowNs - cleanNs;
        return sinceNs >= everyNs || sinceNs < 0;
    }

    /** No frame that is not forced is older than this; any thread. */
    long cleanNs() {
        return cleanNs;
    }

    @Override
    public String roleName() {
        return "sync";
    }
}
