package io.penstock.benchmarks;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What stands under an open load. */
enum PacedSystem {
    /** A bare Disruptor; the events are looked at. */
    DISRUPTOR("disruptor"),
    /** Our ring; the events are looked at. */
    RING("penstock-ring"),
    /** W2 by hand behind a bare Disruptor. */
    HAND_LOOP("hand-loop"),
    /** W2, the whole engine, journal on; events are recorded behind the window. */
    ENGINE("penstock"),
    /** The whole engine, journal on; events are recorded at the sink. */
    ENGINE_SINK("penstock-sink");

    private final String label;

    PacedSystem(String label) {
        this.label = label;
    }

    /** Name in tables, without blanks. */
    String label() {
        return label;
    }

    static PacedSystem of(String label) {
        return Arrays.stream(values())
                .filter(system -> system.label.equals(label))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no such system: "
                                                + label
                                                + " (there are "
                                                + Arrays.stream(values())
                                                        .map(PacedSystem::label)
                                                        .collect(Collectors.joining(", "))
                                                + ")"));
    }
}
