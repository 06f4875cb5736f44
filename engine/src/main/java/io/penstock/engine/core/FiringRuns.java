package io.penstock.engine.core;

import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.operator.FiringRoom;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Operator;

/**
 * How a core makes many firings of a stage in one step: one undo log and one commit for them.
 *
 * <p>Space for outputs is claimed before each firing, as if it were a step of its own, and the run
 * ends where there is none. If a firing fails, the run is taken back and made again firing by
 * firing, so that the one that failed fails alone and those before it stay.
 *
 * <p>The core's thread.
 */
@HotPath
final class FiringRuns implements FiringRoom {
    private static final int MOST_FIRINGS = 64;
    private static final long MOST_UNDO_BYTES = 256 << 10;

    private final UndoLog undo;
    private final Link link;

    private int stage;
    private int firings = 1;

    /** Firings that are made one by one, the last of them the one that failed in a run. */
    private int singles;

    /** What the last of them has failed with, if it may not fail with it again. */
    private Error error;

    private boolean isOff;
    private long together;

    FiringRuns(UndoLog undo, Link link) {
        this.undo = undo;
        this.link = link;
    }

    /** Makes each firing a step of its own from here on. */
    void turnOff() {
        isOff = true;
    }

    /** How many firings were made in runs of more than one. */
    long together() {
        return together;
    }

    /** The next firing is made without a run. */
    void single() {
        firings = 1;
    }

    /** Firings that the latest step with one made; 1 if it was not one of a run. */
    int firings() {
        return firings;
    }

    /**
     * Makes firings that are due in a stage, the first of which there is space for.
     *
     * @return false if the next firing has to be made alone
     */
    boolean fire(int stage, Operator operator) {
        firings = 1;
        if (singles > 0) {
            if (singles == 1 && error != null) {
                Error thrown = error;
                error = null;
                throw thrown;
            }
            return false;
        }
        if (isOff || !link.firesTogether(stage) || !operator.firesTogether()) {
            return false;
        }
        this.stage = stage;
        try {
            operator.fireTogether(this);
        } catch (Throwable t) {
            undo.rollback();
            link.abortFirings();
            operator.takeBackFirings();
            if (firings == 1 && link.isAlone()) {
                throw t; // with others, what failed is told from a firing that was begun alone
            }
            singles = firings;
            error = t instanceof Error thrown ? thrown : null;
            return true;
        }
        if (firings > 1) {
            together += firings;
        }
        return true;
    }

    /** A firing was made alone. */
    void firedAlone() {
        if (singles > 0) {
            singles--;
        }
    }

    @Override
    public boolean isThereForOneMore() {
        if (firings == MOST_FIRINGS || undo.usedBytes() > MOST_UNDO_BYTES || !link.canFire(stage)) {
            return false;
        }
        firings++;
        link.nextFiring(stage);
        return true;
    }
}
