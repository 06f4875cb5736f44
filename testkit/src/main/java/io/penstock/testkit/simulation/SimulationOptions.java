package io.penstock.testkit.simulation;

import io.penstock.journal.Durability;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * What one seed switches on; each kind of fault is off in part of the seeds, so that none hides
 * another.
 *
 * @param eventsPerSource messages of each source
 * @param keys how many different ones
 * @param ringCapacity slots
 * @param outputRingBytes of results in flight
 * @param segmentLengthBytes of the journal
 * @param maxFrameLengthBytes of the journal
 * @param snapshotEvery records between barriers; 0 for none
 * @param tickEveryNs between ticks; 0 for none
 * @param durability when records are acknowledged, and results leave
 * @param crashes most crashes between two steps
 * @param crashesInStores whether stores end the process in the middle of a call
 * @param losesPower whether crashes take what was not forced with them
 * @param failsForces whether a force of the journal fails
 * @param losesSinkTails whether sinks lose what was not forced, or all they had
 * @param cutsOutputLog whether the output log loses its end
 * @param damagesSnapshots whether snapshots are damaged
 * @param clockJumps whether the clock jumps, also backwards
 * @param abortsClaims whether publishers give claims up
 * @param shards most cores that share keyed stages; each life draws how many
 * @param exchangeBytes of what a shard has made and nobody has taken
 * @param frozenWindowBytes of state that are copied aside together
 */
record SimulationOptions(
        int eventsPerSource,
        int keys,
        int ringCapacity,
        int outputRingBytes,
        int segmentLengthBytes,
        int maxFrameLengthBytes,
        int snapshotEvery,
        long tickEveryNs,
        Durability durability,
        int crashes,
        boolean crashesInStores,
        boolean losesPower,
        boolean failsForces,
        boolean losesSinkTails,
        boolean cutsOutputLog,
        boolean damagesSnapshots,
        boolean clockJumps,
        boolean abortsClaims,
        int shards,
        int exchangeBytes,
        int frozenWindowBytes) {
    private static final int MAX_RING_BITS = 6;
    private static final int MILLISECOND_NS = 1_000_000;
    private static final int MIN_PERIOD_NS = 50_000;

    private static Durability drawDurability(SplittableRandom random) {
        return switch (random.nextInt(7)) {
            case 0 -> Durability.NONE;
            case 1, 2 -> Durability.PROCESS;
            case 3, 4 ->
                    Durability.periodic(
                            Duration.ofNanos(random.nextLong(MIN_PERIOD_NS, 20 * MILLISECOND_NS)));
            default -> Durability.POWER;
        };
    }

    static SimulationOptions draw(SplittableRandom random) {
        return new SimulationOptions(
                random.nextInt(20, 120),
                random.nextInt(1, 12),
                1 << random.nextInt(1, MAX_RING_BITS + 1),
                1 << random.nextInt(13, 15),
                random.nextInt(1, 8192),
                8 * random.nextInt(64, 512),
                random.nextInt(4) == 0 ? 0 : random.nextInt(1, 60),
                random.nextInt(3) == 0 ? 0 : (long) random.nextInt(1, 40) * MILLISECOND_NS,
                drawDurability(random),
                random.nextInt(5),
                random.nextBoolean(),
                random.nextInt(3) == 0,
                random.nextInt(3) == 0,
                random.nextInt(3) == 0,
                random.nextInt(3) == 0,
                random.nextInt(3) == 0,
                random.nextInt(3) == 0,
                random.nextInt(2) == 0,
                random.nextInt(2) == 0 ? 1 : random.nextInt(1, 5),
                1 << random.nextInt(10, 14),
                1 << random.nextInt(6, 17));
    }
}
