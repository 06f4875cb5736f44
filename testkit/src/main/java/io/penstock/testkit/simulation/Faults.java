package io.penstock.testkit.simulation;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Decides when what goes wrong, and counts it.
 *
 * <p>Each kind draws from a stream of its own: switching one off leaves the others where they are.
 */
final class Faults {
    /** Number of lives behind which nothing ends one any more. */
    static final int MAX_DEATHS = 20;

    private static final int NEVER = -1;

    private static final Set<Fault> DEADLY =
            EnumSet.of(
                    Fault.CRASH_IN_CALL,
                    Fault.CRASH_IN_RECOVERY,
                    Fault.FAILED_FORCE,
                    Fault.FAILED_WRITE,
                    Fault.FAILED_SINK,
                    Fault.FULL_DISK);

    private final SimulationOptions options;
    private final EnumMap<Fault, SplittableRandom> randoms = new EnumMap<>(Fault.class);
    private final EnumMap<Fault, Integer> struck = new EnumMap<>(Fault.class);
    private long left;
    private int deaths;
    private boolean isOver;

    Faults(SimulationOptions options) {
        this.options = options;
        this.left = options.get(Option.BUDGET);
        for (Fault fault : options.faults()) {
            randoms.put(fault, options.stream("strike " + fault.word()));
        }
    }

    /** Whether a kind of fault strikes now, as it does once in so many times. */
    boolean strike(Fault fault, int oneIn) {
        if (!isOn(fault) || random(fault).nextInt(oneIn) != 0) {
            return false;
        }
        left--;
        note(fault);
        return true;
    }

    /** In how many calls a kind of fault strikes; negative if it will not. Noted when it does. */
    int soon(Fault fault, int oneIn, int bound) {
        if (!isOn(fault) || random(fault).nextInt(oneIn) != 0) {
            return NEVER;
        }
        left--;
        return random(fault).nextInt(bound);
    }

    private boolean isOn(Fault fault) {
        boolean isTooLate = isOver || left <= 0 || (deaths >= MAX_DEATHS && DEADLY.contains(fault));
        return !isTooLate && options.has(fault);
    }

    /** Counts what struck. */
    void note(Fault fault) {
        struck.merge(fault, 1, Integer::sum);
    }

    /** What a kind of fault draws from; it is switched on. */
    SplittableRandom random(Fault fault) {
        return randoms.get(fault);
    }

    /** A life of the engine begins. */
    void lifeBegan() {
        deaths++;
    }

    /** Lives that began. */
    int deaths() {
        return deaths;
    }

    /** Whether anything may still end a life. */
    boolean isDeadly() {
        return !isOver && deaths < MAX_DEATHS;
    }

    /** No more faults. */
    void end() {
        isOver = true;
    }

    /** How many strikes were decided on. */
    long spent() {
        return options.get(Option.BUDGET) - left;
    }

    /** What struck, and how often. */
    Map<Fault, Integer> struck() {
        return new EnumMap<>(struck);
    }
}
