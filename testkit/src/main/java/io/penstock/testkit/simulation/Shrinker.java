package io.penstock.testkit.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes a failing run smaller while it breaks the same promise: fewer steps and events, fewer
 * faults, simpler options, until nothing can be left out or the runs are used up.
 */
public final class Shrinker {
    private final Simulator simulator;
    private final int maxRuns;
    private int runs;

    /**
     * What is left of a failing run.
     *
     * @param line that repeats it: {@link Simulator#repeat}
     * @param invariant that it breaks
     * @param runs that shrinking took
     */
    public record Shrunk(String line, String invariant, int runs) {}

    /**
     * Shrinks runs of a simulator.
     *
     * @param maxRuns that may be tried for one failing run
     */
    public Shrinker(Simulator simulator, int maxRuns) {
        this.simulator = simulator;
        this.maxRuns = maxRuns;
    }

    /** Shrinks the run of a seed that breaks a promise. */
    public Shrunk shrink(long seed) {
        SimulationOptions options = SimulationOptions.draw(seed);
        InvariantViolation found = violation(options);
        if (found == null) {
            throw new IllegalArgumentException("seed breaks nothing: seed=" + seed);
        }
        return shrink(options, found);
    }

    Shrunk shrink(SimulationOptions options, InvariantViolation found) {
        runs = 0;
        SimulationOptions best = options;
        InvariantViolation latest = found;
        boolean isSmaller = true;
        while (isSmaller && runs < maxRuns) {
            isSmaller = false;
            for (Change change : changes(best, latest)) {
                SimulationOptions smaller = change.of(best);
                while (runs < maxRuns && !smaller.equals(best)) {
                    InvariantViolation again = violation(smaller);
                    if (again == null || !again.invariant().equals(found.invariant())) {
                        break;
                    }
                    best = smaller;
                    latest = again;
                    isSmaller = true;
                    smaller = change.of(best);
                }
            }
        }
        return new Shrunk(best.toString(), found.invariant(), runs);
    }

    /** One way to make options smaller. */
    @FunctionalInterface
    private interface Change {
        SimulationOptions of(SimulationOptions options);
    }

    private static List<Change> changes(SimulationOptions options, InvariantViolation found) {
        List<Change> changes = new ArrayList<>();
        changes.add(o -> o.with(Option.STEPS, Math.min(o.get(Option.STEPS), found.step())));
        for (Option option : new Option[] {Option.STEPS, Option.EVENTS}) {
            changes.add(o -> o.with(option, Math.max(1, o.get(option) / 2)));
            changes.add(o -> o.with(option, Math.max(1, o.get(option) * 3 / 4)));
            changes.add(o -> o.with(option, Math.max(1, o.get(option) - 1)));
        }
        for (Fault fault : options.faults()) {
            changes.add(o -> o.without(fault));
        }
        for (Option option : Option.values()) {
            if (option != Option.STEPS && option != Option.EVENTS && option != Option.BUDGET) {
                changes.add(o -> o.with(option, option.simplest()));
            }
        }
        changes.add(o -> o.with(Option.BUDGET, Math.min(o.get(Option.BUDGET), found.faults())));
        changes.add(o -> o.with(Option.BUDGET, o.get(Option.BUDGET) / 2));
        changes.add(o -> o.with(Option.BUDGET, Math.max(0, o.get(Option.BUDGET) - 1)));
        return changes;
    }

    private InvariantViolation violation(SimulationOptions options) {
        runs++;
        try {
            simulator.run(options);
            return null;
        } catch (InvariantViolation e) {
            return e;
        }
    }
}
