package io.penstock.testkit.crash;

import io.penstock.journal.Durability;
import java.util.List;
import java.util.Locale;

/**
 * What the kit tried; all of it held.
 *
 * @param pipeline name of the pipeline
 * @param durability level of acknowledgement
 * @param seed of schedules and faults
 * @param records that went in: events, ticks, ends of sources and barriers
 * @param results that came out of the unharmed run
 * @param snapshots that the unharmed run made
 * @param points at which the unharmed run could end
 * @param tries by fault, in the order of {@link Fault}; a fault that was left out is not there
 */
public record CrashReport(
        String pipeline,
        Durability durability,
        long seed,
        int records,
        long results,
        long snapshots,
        int points,
        List<Tries> tries) {
    /**
     * What was tried of one fault.
     *
     * @param fault that happened
     * @param tried points that were tried
     * @param possible points at which it can happen
     * @param refused tries after which the engine did not start and named the damaged place
     */
    public record Tries(Fault fault, int tried, int possible, int refused) {}

    /** Copies the list. */
    public CrashReport {
        tries = List.copyOf(tries);
    }

    /** Runs with a fault, all of which came to what the unharmed run came to. */
    public int tried() {
        return tries.stream().mapToInt(Tries::tried).sum();
    }

    /** Runs that there could have been. */
    public int possible() {
        return tries.stream().mapToInt(Tries::possible).sum();
    }

    /** Several lines: in total, and each fault. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        Locale.ROOT,
                        "%s at %s: %,d of %,d faults tried at %,d points, seed %d:"
                                + " nothing acknowledged lost, nothing doubled, results the same%n"
                                + "  %,d records, %,d results, %,d snapshots",
                        pipeline,
                        durability,
                        tried(),
                        possible(),
                        points,
                        seed,
                        records,
                        results,
                        snapshots));
        for (Tries each : tries) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%n  %-12s %,6d of %,6d points%s",
                            each.fault(),
                            each.tried(),
                            each.possible(),
                            each.refused() == 0
                                    ? ""
                                    : ", " + each.refused() + " refused with the place named"));
        }
        return text.toString();
    }
}
