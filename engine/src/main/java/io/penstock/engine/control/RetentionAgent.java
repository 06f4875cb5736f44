package io.penstock.engine.control;

import io.penstock.fault.PenstockException;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Trims the journal behind each snapshot, where that is wanted, and when another process asks.
 *
 * <p>On the snapshots' thread, in the snapshots' turn: no event waits for it, and no snapshot is
 * made or dropped meanwhile. What it cannot do is said and changes nothing; but a journal that
 * fails in it has failed for good, which stops the engine.
 */
final class RetentionAgent implements Agent {
    private static final long LOOK_EVERY_NS = 50_000_000;

    private final Trimmer trimmer;
    private final Retention retention;
    private final SnapshotCoordinator coordinator;
    private final TrimRequests requests;
    private final BooleanSupplier hasJournalFailed;
    private final EpochNanoClock clock;
    private long lastLookNs;
    private volatile String lastFailure;

    /**
     * Names the parts.
     *
     * @param requests of other processes; null where there are none
     */
    RetentionAgent(
            Trimmer trimmer,
            Retention retention,
            SnapshotCoordinator coordinator,
            TrimRequests requests,
            BooleanSupplier hasJournalFailed,
            EpochNanoClock clock) {
        this.trimmer = trimmer;
        this.retention = retention;
        this.coordinator = coordinator;
        this.requests = requests;
        this.hasJournalFailed = hasJournalFailed;
        this.clock = clock;
        this.lastLookNs = clock.nanoTime();
        if (requests != null) {
            requests.clear();
        }
    }

    /** A snapshot was made; in its turn. */
    void afterSnapshot() {
        if (retention == Retention.ALL) {
            return;
        }
        try {
            if (trimmer.isWorthwhile()) {
                trimmer.trim(false);
            }
            lastFailure = null;
        } catch (PenstockException e) {
            note(e);
        }
    }

    @Override
    public int doWork() {
        if (requests == null || !isTimeToLook() || !requests.mayHaveSome()) {
            return 0;
        }
        if (!coordinator.reserve()) {
            return 0; // a snapshot is being made: later
        }
        try {
            return answerAll();
        } finally {
            coordinator.unreserve();
        }
    }

    private boolean isTimeToLook() {
        long nowNs = clock.nanoTime();
        if (Math.abs(nowNs - lastLookNs) < LOOK_EVERY_NS) {
            return false;
        }
        lastLookNs = nowNs;
        return true;
    }

    private int answerAll() {
        int answered = 0;
        try {
            for (TrimRequests.Request request : requests.all()) {
                answered++;
                try {
                    requests.answer(request, trimmer.trim(request.isDryRun()));
                } catch (PenstockException e) {
                    requests.refuse(request, e);
                    note(e);
                }
            }
        } catch (PenstockException e) {
            note(e);
        }
        return answered;
    }

    private void note(PenstockException e) {
        if (hasJournalFailed.getAsBoolean()) {
            throw e;
        }
        lastFailure = e.getMessage();
    }

    /** Why the journal could not be trimmed when that was last tried; null if it could. */
    String lastFailure() {
        return lastFailure;
    }

    @Override
    public String roleName() {
        return "retention";
    }
}
