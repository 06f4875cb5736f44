package io.penstock.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A simulator that finds nothing proves nothing: each of these bugs has to be found. Prints how
 * many seeds each needed.
 */
class PlantedBugsTest {
    private static final int SEEDS = 2000;

    @ParameterizedTest
    @EnumSource
    void shouldFind(PlantedBug bug) {
        Simulator simulator = new Simulator(bug.plant());
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                simulator.run(seed);
            } catch (InvariantViolation found) {
                assertTrue(
                        bug.isBrokenBy(found.invariant()),
                        () -> bug + " was found as something else: " + found.getMessage());
                System.out.println(bug + ": found by seed " + seed + ", " + found.invariant());
                System.out.println(
                        "GUARANTEE R2 1 planted bugs, each found by the simulator within "
                                + SEEDS
                                + " seeds");
                return;
            }
        }
        fail(bug + " was not found with " + SEEDS + " seeds");
    }
}
