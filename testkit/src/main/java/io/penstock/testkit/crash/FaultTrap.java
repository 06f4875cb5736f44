package io.penstock.testkit.crash;

import io.penstock.journal.Durability;
import io.penstock.testkit.simulation.SimulatedCrash;
import java.util.SplittableRandom;

/** A trial's fault, waiting at its point. */
final class FaultTrap implements PointFuse.Trap {
    /** About as many calls as a recovery makes. */
    private static final int CALLS_OF_A_RECOVERY = 40;

    private final Trial trial;
    private final CrashStores stores;
    private final SplittableRandom random;
    private boolean isSprung;
    private boolean isTorn;
    private boolean isFull;
    private boolean isFailed;
    private boolean isJournalSyncFailed;
    private boolean isEnded;
    private String flipped;
    private final boolean isSyncLost;
    private int killsLeft;

    FaultTrap(Trial trial, CrashStores stores, long seed) {
        this.trial = trial;
        this.stores = stores;
        this.random = trial.random(seed);
        this.isSyncLost = random.nextBoolean();
        this.killsLeft = trial.fault() == Fault.KILL_TWICE ? 2 : 1;
    }

    SplittableRandom random() {
        return random;
    }

    @Override
    public void spring(CrashPoint point) {
        isSprung = true;
        switch (trial.fault()) {
            case KILL, KILL_TWICE, POWER_CUT, BIT_FLIP -> {
                stores.fuse().kill();
                throw new SimulatedCrash(point.what());
            }
            case TORN_WRITE -> {
                isTorn = true;
                stores.tear(point, random);
            }
            case FULL_DISK -> {
                isFull = true;
                stores.fill(point);
            }
            case FAILED_SYNC -> {
                isFailed = true;
                isJournalSyncFailed = point.isOfJournal();
                stores.failSync(point);
            }
        }
    }

    @Override
    public void later(CrashPoint point) {
        if (isEnded) {
            return;
        }
        if (isTorn) {
            stores.fuse().kill();
            throw new SimulatedCrash(point.what());
        }
        if (isFull && point.needsSpace()) {
            stores.fill(point);
        }
    }

    /** Whether the fault is why a stage or an opening failed. */
    boolean explains(Throwable thrown) {
        if (!isSprung || isEnded) {
            return false;
        }
        return isTorn
                ? Faults.isStorage(thrown) || Faults.isCrash(thrown)
                : (isFull || isFailed) && Faults.isStorage(thrown);
    }

    /** Whether an opening was refused as it should be after damage: with the place. */
    boolean isRefusal(Throwable thrown) {
        return flipped != null && Faults.isDamage(thrown) && thrown.getMessage().contains(flipped);
    }

    /** Whether it was a sync of the journal that failed, in this life. */
    boolean isJournalSyncFailed() {
        return isJournalSyncFailed && !isEnded;
    }

    /** Whether a bit was turned over. */
    boolean isDamaging() {
        return flipped != null;
    }

    /** Whether the end of this life is one of the power. */
    boolean losesPower(Durability level) {
        return !isEnded
                && (trial.fault() == Fault.POWER_CUT
                        || (isFailed && isSyncLost && level.isForced()));
    }

    /** The life is over, and what outlives it is as it will be found. */
    void ended(PointFuse fuse) {
        killsLeft--;
        if (trial.dropsSnapshots()) {
            stores.dropSnapshots();
        }
        if (!isEnded && trial.fault() == Fault.BIT_FLIP) {
            flipped = stores.flip(random);
        }
        if (killsLeft > 0) {
            fuse.set(fuse.calls() + 1 + random.nextInt(CALLS_OF_A_RECOVERY), this);
        } else {
            isEnded = true;
        }
    }
}
