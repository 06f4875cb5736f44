package io.penstock.cli;

/**
 * What the commands ask for once their arguments are understood. Implementations return an exit
 * code or throw a {@link io.penstock.fault.PenstockException}; they do not read arguments.
 */
interface Operations {
    /** Runs a pipeline over an input to its end. */
    int run(RunRequest request, Terminal terminal);

    /** Computes the results again from a journal alone. */
    int replay(ReplayRequest request, Terminal terminal);

    /** Looks into a journal. */
    int journal(JournalRequest request, Terminal terminal);

    /** Compares a journal with a checkpoint, or exports one. */
    int audit(AuditRequest request, Terminal terminal);

    /** Shows the counters of an engine. */
    int stat(StatRequest request, Terminal terminal);

    /** Says what each stage waits for. */
    int why(WhyRequest request, Terminal terminal);

    /** Shows what the stages keep. */
    int state(StateRequest request, Terminal terminal);

    /** Runs, kills, recovers and proves. */
    int demo(DemoRequest request, Terminal terminal);
}
