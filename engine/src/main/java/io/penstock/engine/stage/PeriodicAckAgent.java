package io.penstock.engine.stage;

import com.lmax.disruptor.Sequence;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Acknowledges what is journaled while no unforced frame is older than a period; else waits.
 *
 * <p>The sync stage waits for the disk, and acknowledgements must not wait with it: so this stands
 * on the journal stage's thread, behind it. There it also knows that no frame appears between its
 * looks at the clock and at the cursor. An age is never taken for less than it is: a frame counts
 * from the last time at which nothing was unforced, or from the start of the last force.
 */
public final class PeriodicAckAgent implements Agent {
    private final SyncStage sync;
    private final Sequence journaled;
    private final Sequence durable;
    private final Sequence acknowledged;
    private final BooleanSupplier hasFailed;
    private final EpochNanoClock clock;
    private final long periodNs;
    private long idleNs;

    /**
     * Creates the agent behind what is forced already.
     *
     * @param acknowledged its cursor: the last sequence that is acknowledged
     * @param hasFailed whether an append or a force failed, after which nothing is acknowledged
     * @param periodNs how old the oldest unforced frame may be
     */
    public PeriodicAckAgent(
            SyncStage sync,
            Sequence journaled,
            Sequence durable,
            Sequence acknowledged,
            BooleanSupplier hasFailed,
            EpochNanoClock clock,
            long periodNs) {
        this.sync = sync;
        this.journaled = journaled;
        this.durable = durable;
        this.acknowledged = acknowledged;
        this.hasFailed = hasFailed;
        this.clock = clock;
        this.periodNs = periodNs;
        this.idleNs = clock.nanoTime();
    }

    @Override
    public int doWork() {
        if (hasFailed.getAsBoolean()) {
            return 0;
        }
        long nowNs = clock.nanoTime();
        long last = journaled.get();
        boolean isClean = durable.get() >= last;
        if (isClean) {
            idleNs = nowNs;
        }
        long before = acknowledged.get();
        if (last == before || !(isClean || isYoung(nowNs))) {
            return 0;
        }
        acknowledged.set(last);
        return (int) (last - before);
    }

    private boolean isYoung(long nowNs) {
        return isWithin(nowNs - sync.cleanNs()) || isWithin(nowNs - idleNs);
    }

    /** A clock that was put back says nothing of an age: then a force has to come first. */
    private boolean isWithin(long ageNs) {
        return ageNs >= 0 && ageNs <= periodNs;
    }

    @Override
    public String roleName() {
        return "acks";
    }
}
