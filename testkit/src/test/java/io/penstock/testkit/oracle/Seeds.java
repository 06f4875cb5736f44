package io.penstock.testkit.oracle;

import java.util.function.LongConsumer;

/**
 * Runs a check over many seeds. {@code -Dpenstock.seeds=100000} runs more than a test's default,
 * {@code -Dpenstock.firstSeed=} starts elsewhere: the seed of a failure, say, with {@code
 * -Dpenstock.seeds=1}.
 */
final class Seeds {
    private Seeds() {}

    static void forEach(int defaultCount, LongConsumer check) {
        long first = Long.getLong("penstock.firstSeed", 0);
        long count = Long.getLong("penstock.seeds", defaultCount);
        for (long seed = first; seed < first + count; seed++) {
            try {
                check.accept(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e, e);
            }
        }
    }
}
