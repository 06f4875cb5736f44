package io.penstock.engine.control;

import io.penstock.engine.telemetry.Counter;
import io.penstock.engine.telemetry.EngineCounters;
import io.penstock.journal.RecordView;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Publishes how far events are journaled, durable and acknowledged, at which level, and what
 * snapshots there are; beside the snapshot agent, on its thread, so that it takes no time of the
 * others. Reads a clock when a snapshot was made.
 */
public final class StoreMonitor implements Agent {
    private final Assembly assembly;
    private final EpochNanoClock clock;
    private final Counter journaled;
    private final Counter durable;
    private final Counter acknowledged;
    private final Counter firstSequence;
    private final Counter snapshot;
    private final Counter snapshotTimeMs;
    private final Counter snapshotsMade;
    private final Counter snapshotsGivenUp;
    private final Counter recoveryNs;
    private long lastMade;

    /** Adds the counters of an assembly that was opened; before its threads run. */
    public StoreMonitor(EngineCounters counters, Assembly assembly, EpochNanoClock clock) {
        this.assembly = assembly;
        this.clock = clock;
        // Counters are numbers: 0 none, 1 process, 2 periodic, 3 power.
        counters.counter("durability.level")
                .setRelease(
                        switch (assembly.durability().kind()) {
                            case NONE -> 0;
                            case PROCESS -> 1;
                            case PERIODIC -> 2;
                            case POWER -> 3;
                        });
        counters.counter("durability.periodNs").setRelease(assembly.durability().periodNs());
        counters.counter("journal.epoch").setRelease(assembly.journal().epoch());
        this.firstSequence = counters.counter("journal.firstSequence");
        this.journaled = counters.counter("journaled.sequence");
        this.durable = counters.counter("durable.sequence");
        this.acknowledged = counters.counter("acknowledged.sequence");
        this.snapshot = counters.counter("snapshot.sequence");
        this.snapshotTimeMs = counters.counter("snapshot.timeMs");
        this.snapshotsMade = counters.counter("snapshot.made");
        this.snapshotsGivenUp = counters.counter("snapshot.givenUp");
        this.recoveryNs = counters.counter("recovery.predictedNs");
        snapshot.setRelease(assembly.recovery().snapshotSequence());
        doWork();
    }

    @Override
    public int doWork() {
        journaled.setRelease(assembly.journaled());
        durable.setRelease(assembly.durable());
        acknowledged.setRelease(assembly.acknowledged());
        firstSequence.setRelease(assembly.journal().firstSequence());
        snapshotsGivenUp.setRelease(assembly.snapshotsGivenUp());
        recoveryNs.setRelease(assembly.predictedRecoveryNs());
        long made = assembly.snapshotsMade();
        long sequence = assembly.lastSnapshot();
        if (made != lastMade && sequence != RecordView.NULL_SEQUENCE) {
            lastMade = made;
            snapshot.setRelease(sequence);
            snapshotTimeMs.setRelease(TimeUnit.NANOSECONDS.toMillis(clock.nanoTime()));
            snapshotsMade.setRelease(made); // the last: who sees it sees the others
        }
        return 0;
    }

    @Override
    public String roleName() {
        return "store-monitor";
    }
}
