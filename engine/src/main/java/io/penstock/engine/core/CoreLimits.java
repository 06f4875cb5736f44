package io.penstock.engine.core;

import io.penstock.engine.memory.FrozenMemory;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;

/**
 * What a core may use at most.
 *
 * @param stateLimitBytes off-heap bytes of state; beyond it the engine stops and names the stage
 * @param maxStepOutputBytes output of one step; claimed before every step
 * @param frozenWindowBytes how much state is copied aside together when it changes while a snapshot
 *     of it is written; a power of two
 */
public record CoreLimits(long stateLimitBytes, int maxStepOutputBytes, int frozenWindowBytes) {
    /** 1 GiB of state, 512 KiB of output a step. */
    public static final CoreLimits DEFAULT = new CoreLimits(1L << 30, 512 * 1024);

    /** Limits with the usual windows. */
    public CoreLimits(long stateLimitBytes, int maxStepOutputBytes) {
        this(stateLimitBytes, maxStepOutputBytes, FrozenMemory.DEFAULT_WINDOW_BYTES);
    }

    /** Refuses limits that are not positive. */
    public CoreLimits {
        if (stateLimitBytes <= 0 || maxStepOutputBytes <= 0) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "limits must be positive: stateLimitBytes="
                            + stateLimitBytes
                            + ", maxStepOutputBytes="
                            + maxStepOutputBytes);
        }
    }
}
