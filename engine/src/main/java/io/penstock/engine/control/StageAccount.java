package io.penstock.engine.control;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What became of the events that a stage took in: each has one outcome, or is held.
 *
 * @param stage the stage's name
 * @param in events taken in
 * @param outcomes counts by their labels, in the stage's order
 * @param held events that have no outcome yet
 */
public record StageAccount(String stage, long in, Map<String, Long> outcomes, long held) {
    /** Copies the map, order included. */
    public StageAccount {
        outcomes = Collections.unmodifiableMap(new LinkedHashMap<>(outcomes));
    }

    /** Whether every event is accounted for. */
    public boolean isConserved() {
        return in == held + outcomes.values().stream().mapToLong(Long::longValue).sum();
    }
}
