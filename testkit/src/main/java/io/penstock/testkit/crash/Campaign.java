package io.penstock.testkit.crash;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The runs of a kit: the unharmed ones, then one for each trial. */
final class Campaign {
    private final String pipeline;
    private final Experiment experiment;
    private final Set<Fault> faults;
    private final String line;
    private final Comparison comparison;

    /** What was counted of one fault. */
    private static final class Count {
        private int possible;
        private int tried;
        private int refused;
    }

    Campaign(String pipeline, Experiment experiment, Set<Fault> faults, String line) {
        this.pipeline = pipeline;
        this.experiment = experiment;
        this.faults = faults;
        this.line = line;
        this.comparison = new Comparison(experiment, "unharmed", "here");
    }

    /** Tries so many of all trials, evenly drawn. */
    CrashReport run(int most) {
        Result unharmed = unharmed();
        List<Trial> all = trials(unharmed);
        Map<Fault, Count> counts = count(all);
        for (Trial trial : drawn(all, counts, most)) {
            attempt(trial, unharmed, counts);
        }
        return report(unharmed, counts);
    }

    /**
     * As many trials of each fault as of each other, as far as there are; of one fault evenly over
     * its points.
     */
    private List<Trial> drawn(List<Trial> all, Map<Fault, Count> counts, int most) {
        List<Fault> fewestFirst = new ArrayList<>(counts.keySet());
        fewestFirst.sort(Comparator.comparingInt(fault -> counts.get(fault).possible));
        Map<Fault, List<Trial>> drawn = new EnumMap<>(Fault.class);
        int left = Math.min(most, all.size());
        for (int i = 0; i < fewestFirst.size(); i++) {
            Fault fault = fewestFirst.get(i);
            List<Trial> possible = all.stream().filter(t -> t.fault() == fault).toList();
            int faultsLeft = fewestFirst.size() - i;
            int share = Math.min((left + faultsLeft - 1) / faultsLeft, possible.size());
            left -= share;
            List<Trial> some = new ArrayList<>();
            for (long k = 0; k < share; k++) {
                // The middle of each of as many equal parts.
                some.add(possible.get((int) ((2 * k + 1) * possible.size() / (2L * share))));
            }
            drawn.put(fault, some);
        }
        return drawn.values().stream().flatMap(List::stream).toList();
    }

    /** Tries one. */
    CrashReport repeat(Fault fault, int point) {
        Result unharmed = unharmed();
        Trial wanted = new Trial(fault, point);
        List<Trial> all = trials(unharmed);
        if (!all.contains(wanted)) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "there is no "
                            + fault
                            + " at point "
                            + point
                            + ": the run has "
                            + unharmed.points().size()
                            + " points (use events, level, shards, snapshots and seed of the"
                            + " failure)");
        }
        Map<Fault, Count> counts = count(all);
        attempt(wanted, unharmed, counts);
        return report(unharmed, counts);
    }

    private Result unharmed() {
        Result first = unharmedOnce();
        Determinism.letTimePass();
        requireSame(first, unharmedOnce());
        return first;
    }

    private Result unharmedOnce() {
        try (CrashRun run = new CrashRun(experiment, null)) {
            return run.run();
        } catch (Promises.Broken e) {
            throw new CrashFailure(
                    null,
                    0,
                    "pipeline "
                            + pipeline
                            + " does not come to its end without any fault: "
                            + e.getMessage(),
                    e);
        }
    }

    private void requireSame(Result first, Result other) {
        String difference =
                new Comparison(experiment, "in one run", "in the other").difference(first, other);
        if (difference != null) {
            throw notDeterministic(difference);
        }
    }

    private CrashFailure notDeterministic(String difference) {
        String found = new Determinism(experiment).difference();
        return new CrashFailure(
                null,
                0,
                "pipeline "
                        + pipeline
                        + " is not deterministic: two runs of the same events, to which nothing"
                        + " happened, differ"
                        + (found == null ? ": " + difference : " first " + found)
                        + "\n  ("
                        + Determinism.RULE
                        + ")",
                null);
    }

    private List<Trial> trials(Result unharmed) {
        List<Trial> trials = new ArrayList<>();
        for (Fault fault : faults) {
            for (CrashPoint point : unharmed.points()) {
                if (fault.canHappenAt(point)) {
                    trials.add(new Trial(fault, point.number()));
                }
            }
        }
        return trials;
    }

    private Map<Fault, Count> count(List<Trial> trials) {
        Map<Fault, Count> counts = new EnumMap<>(Fault.class);
        faults.forEach(fault -> counts.put(fault, new Count()));
        trials.forEach(trial -> counts.get(trial.fault()).possible++);
        return counts;
    }

    private void attempt(Trial trial, Result unharmed, Map<Fault, Count> counts) {
        Count count = counts.get(trial.fault());
        Attempt attempt = attempt(trial, unharmed);
        if (attempt.problem() != null) {
            throw failure(trial, attempt, unharmed);
        }
        count.tried++;
        count.refused += attempt.isRefused() ? 1 : 0;
    }

    /**
     * What a trial came to.
     *
     * @param problem in words; null if all held
     * @param cause of it, if there is one
     */
    private record Attempt(
            String problem, Throwable cause, boolean isRefused, Result.History history) {}

    private Attempt attempt(Trial trial, Result unharmed) {
        try (CrashRun run = new CrashRun(experiment, trial)) {
            try {
                Result result = run.run();
                boolean isRefused = result.refusal() != null;
                String problem = isRefused ? null : comparison.difference(unharmed, result);
                return new Attempt(problem, null, isRefused, result.history());
            } catch (Promises.Broken e) {
                return new Attempt(e.getMessage(), e, false, run.history());
            }
        }
    }

    private CrashFailure failure(Trial trial, Attempt attempt, Result unharmed) {
        requireSame(unharmed, unharmedOnce());
        Attempt again = attempt(trial, unharmed);
        if (!attempt.problem().equals(again.problem())) {
            return notDeterministic(
                    "\n  a run with a fault, done twice, came to\n  "
                            + attempt.problem()
                            + "\n  and to\n  "
                            + (again.problem() == null ? "nothing wrong" : again.problem()));
        }
        Result.History history = attempt.history();
        StringBuilder message = new StringBuilder();
        message.append("pipeline ")
                .append(pipeline)
                .append(" does not come through a ")
                .append(trial.fault().words())
                .append(" in ")
                .append(history.at() == null ? "point " + trial.point() : history.at())
                .append(":\n  ")
                .append(attempt.problem());
        if (!history.recovery().isEmpty()) {
            message.append("\n  ").append(history.recovery());
        }
        message.append(reason(trial, unharmed, history));
        message.append("\n  again: ")
                .append(line)
                .append(".repeat(Fault.")
                .append(trial.fault())
                .append(", ")
                .append(trial.point())
                .append(");");
        return new CrashFailure(trial.fault(), trial.point(), message.toString(), attempt.cause());
    }

    /** What makes it right, if that is known. */
    private String reason(Trial trial, Result unharmed, Result.History history) {
        if (!experiment.worlds().isEmpty()) {
            Campaign files = new Campaign(pipeline, experiment.withoutWorlds(), faults, line);
            if (files.attempt(trial, files.unharmedOnce()).problem() == null) {
                return "\n  with a file in the place of each world it is right: the fault is in a"
                        + " sink of "
                        + experiment.worlds().keySet();
            }
        }
        if (history.isRestored() && attempt(trial.withoutSnapshots(), unharmed).problem() == null) {
            return "\n  without the snapshot, from the journal alone, it is right: some stage keeps"
                    + " what no snapshot has, as in a field of its handler";
        }
        return "";
    }

    private CrashReport report(Result unharmed, Map<Fault, Count> counts) {
        List<CrashReport.Tries> tries = new ArrayList<>();
        counts.forEach(
                (fault, count) ->
                        tries.add(
                                new CrashReport.Tries(
                                        fault, count.tried, count.possible, count.refused)));
        return new CrashReport(
                pipeline,
                experiment.durability(),
                experiment.seed(),
                experiment.script().size(),
                unharmed.seen().stream().mapToLong(List::size).sum(),
                unharmed.snapshots(),
                unharmed.points().size(),
                tries);
    }
}
