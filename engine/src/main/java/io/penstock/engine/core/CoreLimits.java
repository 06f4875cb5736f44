package io.penstock.engine.core;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;

/**
 * What a core may use at most.
 *
 * @param stateLimitBytes off-heap bytes of state; beyond it the engine stops and names the stage
 * @param maxStepOutputBytes output of one step; claimed before every step
 */
public record CoreLimits(long stateLimitBytes, int maxStepOutputBytes) {
    /** 1 GiB of state, 512 KiB of output a step. */
    public static final CoreLimits DEFAULT = new CoreLimits(1L << 30, 512 * 1024);

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
