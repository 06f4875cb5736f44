package io.penstock.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A failing run is made smaller and still breaks the same promise, which planted bugs show; {@code
 * -Dpenstock.shrinkAll=true} with all of them, printing lines.
 */
class ShrinkerTest {
    private static final int MAX_RUNS = 150;
    private static final int MAX_SEEDS = 2000;

    @ParameterizedTest
    @EnumSource
    void shouldShrinkAFailingRun(PlantedBug bug) {
        if (!Boolean.getBoolean("penstock.shrinkAll") && !isExample(bug)) {
            return;
        }
        Simulator simulator = new Simulator(bug.plant());
        long seed = failingSeed(simulator);
        SimulationOptions before = SimulationOptions.draw(seed);

        Shrinker.Shrunk shrunk = new Shrinker(simulator, MAX_RUNS).shrink(seed);

        SimulationOptions after = SimulationOptions.parse(shrunk.line());
        assertTrue(after.get(Option.STEPS) <= before.get(Option.STEPS), shrunk.line());
        assertTrue(after.get(Option.EVENTS) <= before.get(Option.EVENTS), shrunk.line());
        assertTrue(before.faults().containsAll(after.faults()), shrunk.line());
        assertTrue(size(after) < size(before), () -> before + "\n" + shrunk.line());
        InvariantViolation again =
                assertThrows(InvariantViolation.class, () -> simulator.repeat(shrunk.line()));
        assertEquals(shrunk.invariant(), again.invariant());
        new Simulator().repeat(shrunk.line());
        System.out.println(
                "GUARANTEE R2b 1 failing runs made smaller, each still breaking the same promise,"
                        + " and none without its planted bug");
        System.out.println("# " + bug + ", " + shrunk.invariant() + "\n" + shrunk.line());
    }

    @Test
    void shouldRefuseASeedThatBreaksNothing() {
        Shrinker shrinker = new Shrinker(new Simulator(), MAX_RUNS);
        assertThrows(IllegalArgumentException.class, () -> shrinker.shrink(1));
    }

    private static boolean isExample(PlantedBug bug) {
        return switch (bug) {
            case OUTPUT_LOG_LOSES_FRAME,
                    FAILED_FORCE_IS_TRIED_AGAIN,
                    FAILED_APPEND_IS_ACKNOWLEDGED,
                    SNAPSHOT_NAMES_SEQUENCE_AFTER_ITS_OWN,
                    SOURCE_FORGETS_EVENT,
                    TICKS_WAIT_FOR_THE_OLD_TIME ->
                    true;
            default -> false;
        };
    }

    /** Steps, events and faults that are left, and what is not as simple as it can be. */
    private static long size(SimulationOptions options) {
        long size = options.faults().size();
        for (Option option : Option.values()) {
            boolean isLength = option == Option.STEPS || option == Option.EVENTS;
            size += isLength ? options.get(option) : 0;
            size += options.get(option) == option.simplest() ? 0 : 1;
        }
        return size;
    }

    private static long failingSeed(Simulator simulator) {
        for (long seed = 0; seed < MAX_SEEDS; seed++) {
            try {
                simulator.run(seed);
            } catch (InvariantViolation e) {
                return seed;
            }
        }
        throw new AssertionError("no seed fails");
    }
}
