package io.penstock.engine.window;

import io.penstock.engine.state.KeyTable;

/** One pane of a stage: its number and the accumulators of its keys; reused when it has expired. */
final class Pane {
    long number;
    final KeyTable table;

    /** Whether a run holds what this pane held. */
    boolean isInRun;

    Pane(KeyTable table) {
        this.table = table;
    }
}
