package io.penstock.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A simulator that finds nothing proves nothing: each of these bugs has to be found. Prints how
 * many seeds each needed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlantedBugsTest {
    private static final int SEEDS = 2000;

    private final Map<PlantedBug, Long> needed = new EnumMap<>(PlantedBug.class);

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
                needed.put(bug, seed + 1);
                System.out.println(bug + ": found by seed " + seed + ", " + found.invariant());
                return;
            }
        }
        fail(bug + " was not found with " + SEEDS + " seeds");
    }

    @AfterAll
    void tell() {
        if (needed.size() == PlantedBug.values().length) {
            long most = needed.values().stream().mapToLong(Long::longValue).max().orElseThrow();
            System.out.println(
                    "GUARANTEE R2 "
                            + needed.size()
                            + " planted bugs, each found by the simulator; the hardest needs "
                            + most
                            + " seeds of "
                            + SEEDS);
        }
    }
}
