package io.penstock.testkit.crash;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.testkit.simulation.SimulatedCrash;

/** Exceptions that the kit throws from stores, and knows again. */
final class Faults {
    private Faults() {}

    /** What stores of files throw when the file system refuses. */
    static PenstockException storage(String message) {
        return new PenstockException(Category.STORAGE, "injected: " + message);
    }

    static boolean isStorage(Throwable thrown) {
        return thrown instanceof PenstockException fault && fault.category() == Category.STORAGE;
    }

    static boolean isDamage(Throwable thrown) {
        return thrown instanceof PenstockException fault && fault.category() == Category.DAMAGE;
    }

    static boolean isCrash(Throwable thrown) {
        return thrown instanceof SimulatedCrash;
    }
}
