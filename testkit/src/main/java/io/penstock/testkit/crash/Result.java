package io.penstock.testkit.crash;

import java.util.List;
import java.util.Map;

/**
 * What a run came to.
 *
 * @param seen by each sink's world, by sink id
 * @param causes sequence of the record that each result came of, by sink id
 * @param stateHash of the state at the end
 * @param counts of all stages, by {@code stage.count}
 * @param points of the unharmed run; empty of others
 * @param snapshots made
 * @param refusal why the engine refused to start, after damage; null if it did not
 * @param history what happened, for messages
 */
record Result(
        List<List<?>> seen,
        List<List<Long>> causes,
        long stateHash,
        Map<String, Long> counts,
        List<CrashPoint> points,
        long snapshots,
        String refusal,
        History history) {
    /**
     * What happened on the way.
     *
     * @param at where the fault was; null if its point was not reached
     * @param recovery what the latest recovery did, in words; empty without one
     * @param isRestored whether a recovery started from a snapshot
     */
    record History(CrashPoint at, String recovery, boolean isRestored) {}

    static Result refused(String reason, History history) {
        return new Result(List.of(), List.of(), 0, Map.of(), List.of(), 0, reason, history);
    }
}
