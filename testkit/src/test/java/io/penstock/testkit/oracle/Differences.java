package io.penstock.testkit.oracle;

import java.util.List;
import java.util.Objects;

/** Compares what an oracle says with what came out; names the first difference. */
final class Differences {
    private Differences() {}

    static void requireSame(List<?> expected, List<?> actual, Object what) {
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            Object wanted = i < expected.size() ? expected.get(i) : "nothing";
            Object given = i < actual.size() ? actual.get(i) : "nothing";
            if (!Objects.equals(wanted, given)) {
                throw new AssertionError(
                        what
                                + ": result "
                                + i
                                + " differs:\n  before   "
                                + (i == 0 ? "none" : expected.get(i - 1))
                                + "\n  expected "
                                + wanted
                                + "\n  actual   "
                                + given);
            }
        }
    }
}
