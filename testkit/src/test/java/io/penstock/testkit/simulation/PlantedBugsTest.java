package io.penstock.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A simulator that finds nothing proves nothing: each of these bugs has to be found. */
class PlantedBugsTest {
    private static final int SEEDS = 2000;

    @ParameterizedTest
    @EnumSource
    void shouldFind(PlantedBug bug) {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                new Simulator(bug.plant()).run(seed);
            } catch (InvariantViolation found) {
                assertTrue(
                        bug.isBrokenBy(found.invariant()),
                        () -> bug + " was found as something else: " + found.getMessage());
                return;
            }
        }
        fail(bug + " was not found with " + SEEDS + " seeds");
    }
}
