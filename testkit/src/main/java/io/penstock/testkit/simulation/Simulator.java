package io.penstock.testkit.simulation;

/**
 * Runs the production stages from seeds, against a reference and invariants.
 *
 * <p>A seed decides everything: options, events, the order in which publishers and stages work,
 * crashes between and within calls, also during recovery and snapshots, lost tails, damaged
 * snapshots, jumps of the clock. The same seed gives the same trace. One thread; starts none, reads
 * no clock, touches no file.
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
     * @param records in the journal at the end
     * @param results in all sinks at the end
     */
    public record Run(long seed, long traceHash, int steps, int lives, int records, int results) {}

    /**
     * Runs one seed to its end.
     *
     * @throws InvariantViolation where a promise does not hold; the message names the seed
     */
    public Run run(long seed) {
        Invariants.NothingLeaked leak = new Invariants.NothingLeaked();
        Simulation simulation = new Simulation(seed, seams);
        Run run;
        try {
            simulation.run();
            int results = 0;
            for (int i = 0; i < simulation.sinkCount(); i++) {
                results += simulation.sinkMessages(i).size();
            }
            run =
                    new Run(
                            seed,
                            simulation.trace(),
                            simulation.step(),
                            simulation.deaths(),
                            simulation.records().size(),
                            results);
        } catch (Invariant.Broken e) {
            throw violation(seed, simulation, e);
        } finally {
            simulation.close();
        }
        try {
            leak.check();
        } catch (Invariant.Broken e) {
            throw violation(seed, simulation, e);
        }
        return run;
    }

    private static InvariantViolation violation(
            long seed, Simulation simulation, Invariant.Broken e) {
        return new InvariantViolation(
                e.invariant(),
                "seed "
                        + seed
                        + " breaks "
                        + e.invariant()
                        + " at step "
                        + simulation.step()
                        + " of life "
                        + simulation.deaths()
                        + ": "
                        + e.getMessage()
                        + " ("
                        + simulation.options()
                        + ")",
                e);
    }
}
