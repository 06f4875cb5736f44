package io.penstock.benchmarks;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * How much is measured, and where.
 *
 * @param isQuick fewer events and repetitions
 * @param directory for files while it runs, deleted afterwards
 * @param log takes rates and progress, a line each
 */
record Setting(boolean isQuick, Path directory, Consumer<String> log) {
    static final int FEW_KEYS = 10_000;
    static final int MANY_KEYS = 1_000_000;

    /** A run that interleaves contenders. */
    Interleaved interleaved() {
        return new Interleaved(isQuick ? 2 : 3, isQuick ? 7 : 15, log);
    }

    int eventCount() {
        return isQuick ? 1_000_000 : 4_000_000;
    }

    /** The common events, over so many keys. */
    Events events(int keys) {
        log.accept("generating " + eventCount() + " events of " + keys + " keys");
        return Events.generate(eventCount(), keys);
    }
}
