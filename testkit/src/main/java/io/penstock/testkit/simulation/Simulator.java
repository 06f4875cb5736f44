package io.penstock.testkit.simulation;

import java.util.Map;
import java.util.TreeMap;

/**
 * Runs the production stages from seeds, against a reference and invariants.
 *
 * <p>A seed decides everything: options, events, the order in which publishers and stages work, and
 * every {@link Fault}. The same seed gives the same trace. One thread; starts none, reads no clock,
 * touches no file.
 */
public final class Simulator {
    private final Seams seams;

    /** A simulator of the engine as it is. */
    public Simulator() {
        this(Seams.NONE);
    }

    /** A simulator of an engine in which something is wrong on purpose. */
    public Simulator(Seams seams) {
        this.seams = seams;
    }

    /**
     * What one seed did.
     *
     * @param seed it came from
     * @param traceHash over every step and what it answered
     * @param steps of the scheduler while faults were on
     * @param lives of the engine, recoveries that crashed included
     * @param refusals openings that were refused because the journal was damaged
     * @param calmRounds until everything was out, when faults had stopped
     * @param records in the journal at the end
     * @param results in all sinks at the end
     * @param faults what struck, by the name of its kind, and how often
     */
    public record Run(
            long seed,
            long traceHash,
            int steps,
            int lives,
            int refusals,
            int calmRounds,
            int records,
            int results,
            Map<String, Integer> faults) {}

    /**
     * Runs one seed to its end.
     *
     * @throws InvariantViolation where a promise does not hold; the message names the seed
     */
    public Run run(long seed) {
        return run(SimulationOptions.draw(seed));
    }

    /**
     * Repeats a run from its line.
     *
     * @throws InvariantViolation where a promise does not hold
     */
    public Run repeat(String line) {
        return run(SimulationOptions.parse(line));
    }

    Run run(SimulationOptions options) {
        StateInvariants.NothingLeaked leak = new StateInvariants.NothingLeaked();
        Simulation simulation = new Simulation(options, seams);
        Run run = run(simulation);
        try {
            leak.check();
        } catch (Invariant.Broken e) {
            throw violation(simulation, e);
        }
        return run;
    }

    /**
     * As {@link #run(long)} while other threads run others: does not look for leaks, since native
     * memory is counted for the whole process.
     */
    public Run runBesideOthers(long seed) {
        return run(new Simulation(SimulationOptions.draw(seed), seams));
    }

    private static Run run(Simulation simulation) {
        try {
            simulation.run();
            return result(simulation);
        } catch (Invariant.Broken e) {
            throw violation(simulation, e);
        } finally {
            simulation.close();
        }
    }

    private static Run result(Simulation simulation) {
        int results = 0;
        for (int i = 0; i < simulation.stores().sinkCount(); i++) {
            results += simulation.stores().sinkMessages(i).size();
        }
        Map<String, Integer> faults = new TreeMap<>();
        simulation.faults().struck().forEach((fault, count) -> faults.put(fault.word(), count));
        return new Run(
                simulation.options().seed(),
                simulation.trace(),
                simulation.step(),
                simulation.faults().deaths(),
                simulation.refusals(),
                simulation.calmRounds(),
                simulation.ledger().records().size(),
                results,
                faults);
    }

    private static InvariantViolation violation(Simulation simulation, Invariant.Broken e) {
        return new InvariantViolation(
                e.invariant(),
                simulation.step(),
                simulation.faults().spent(),
                "seed "
                        + simulation.options().seed()
                        + " breaks "
                        + e.invariant()
                        + " at step "
                        + simulation.step()
                        + " of life "
                        + simulation.faults().deaths()
                        + ": "
                        + e.getMessage()
                        + " ("
                        + simulation.options()
                        + ")",
                e);
    }
}
