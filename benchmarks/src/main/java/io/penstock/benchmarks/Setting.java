package io.penstock.benchmarks;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * How much is measured, and where.
 *
 * @param size how many events and repetitions
 * @param directory for files while it runs, deleted afterwards
 * @param log takes rates and progress, a line each
 */
record Setting(Size size, Path directory, Consumer<String> log) {
    static final int FEW_KEYS = 10_000;
    static final int MANY_KEYS = 1_000_000;

    /** From what only shows that everything runs and answers right, to what is quoted. */
    enum Size {
        /** The smallest form of everything: answers are checked, figures mean nothing. */
        SMOKE,
        /** Minutes. */
        QUICK,
        /** What figures are quoted from. */
        FULL;

        /** One of three, by size. */
        int pick(int smoke, int quick, int full) {
            return switch (this) {
                case SMOKE -> smoke;
                case QUICK -> quick;
                case FULL -> full;
            };
        }
    }

    /** Whether less is measured than what figures are quoted from. */
    boolean isQuick() {
        return size != Size.FULL;
    }

    /** Whether nothing but answers counts. */
    boolean isSmoke() {
        return size == Size.SMOKE;
    }

    /** A run that interleaves contenders. */
    Interleaved interleaved() {
        return new Interleaved(size.pick(0, 2, 3), size.pick(1, 7, 15), log);
    }

    int eventCount() {
        return size.pick(20_000, 1_000_000, 4_000_000);
    }

    /** The common events, over so many keys. */
    Events events(int keys) {
        log.accept("generating " + eventCount() + " events of " + keys + " keys");
        return Events.generate(eventCount(), keys);
    }
}
