package io.penstock.benchmarks;

/**
 * One thing that engines do, alone: what {@link MicroBenchmark} measures. Prepared, run and asked
 * for its answer like any contender; what it must answer it knows itself.
 */
abstract class Work implements Contender {
    private final String name;
    private final long events;

    /**
     * @param events times the thing is done in a run
     */
    Work(String name, long events) {
        this.name = name;
        this.events = events;
    }

    /** What {@link #finish} must answer. */
    abstract Answer expected();

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final long events() {
        return events;
    }
}
