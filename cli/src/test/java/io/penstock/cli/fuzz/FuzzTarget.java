package io.penstock.cli.fuzz;

import java.util.List;

/** What is fuzzed: takes any bytes, and has some that it accepts. */
interface FuzzTarget {
    /** What one input came to. */
    enum Verdict {
        /** It was read to its end. */
        ACCEPTED,
        /** It was refused as documented. */
        REFUSED
    }

    /** Reads one input; any throwable is a finding. */
    Verdict run(byte[] input);

    /** Inputs to start from, made by the code that is there now. */
    List<byte[]> seeds();

    /** The class's name, which is also that of its folder in the corpus. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** How many mutated inputs a build reads, of a thousand: fewer where each costs files. */
    default int perMille() {
        return 1000;
    }
}
