package io.penstock.benchmarks;

/** One system doing one workload: prepared, run under the clock, and asked for its answer. */
interface Contender {
    /** Name in tables and ratios, without blanks. */
    String name();

    /** Events that a run processes. */
    long events();

    /** Makes everything that is not to be measured: files, threads, memory. */
    void prepare();

    /** Does the work, all of it: returns when the last event has been consumed. */
    void run();

    /** Gives everything back and answers what was computed. */
    Answer finish();

    /** The answer of a run whose time does not matter. */
    default Answer answerOnce() {
        prepare();
        run();
        return finish();
    }
}
