package io.penstock.engine.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.lmax.disruptor.Sequence;
import org.junit.jupiter.api.Test;

/** Group commit and periodic acknowledgements, by a clock that is set by hand. */
final class SyncStageTest {
    private static final long PERIOD_NS = 1_000;

    private final Sequence journaled = new Sequence(-1);
    private final Sequence durable = new Sequence(-1);
    private final Sequence acknowledged = new Sequence(-1);
    private long nowNs = 1_000_000;
    private int forces;
    private RuntimeException failure;

    private SyncStage sync(long periodNs) {
        return new SyncStage(this::force, journaled, durable, () -> nowNs, periodNs);
    }

    private long force() {
        forces++;
        if (failure != null) {
            RuntimeException thrown = failure;
            failure = null;
            throw thrown;
        }
        return journaled.get();
    }

    private PeriodicAckAgent acks(SyncStage sync) {
        return new PeriodicAckAgent(
                sync, journaled, durable, acknowledged, () -> false, () -> nowNs, PERIOD_NS);
    }

    @Test
    void shouldForceAllThatCameMeanwhileAsOneGroup() {
        SyncStage sync = sync(0);
        assertEquals(0, sync.doWork());

        journaled.set(0);
        assertEquals(1, sync.doWork());
        assertEquals(0, durable.get());
        journaled.set(90);
        assertEquals(1, sync.doWork());
        assertEquals(0, sync.doWork());

        assertEquals(90, durable.get());
        assertEquals(2, forces);
    }

    @Test
    void shouldNeverTryAgainAfterAFailedForce() {
        SyncStage sync = sync(0);
        journaled.set(4);
        sync.doWork();
        failure = new IllegalStateException("planted");
        RuntimeException planted = failure;
        journaled.set(9);

        assertSame(planted, assertThrows(RuntimeException.class, sync::doWork));
        journaled.set(12);
        for (int i = 0; i < 3; i++) {
            assertThrows(IllegalStateException.class, sync::doWork);
        }

        assertEquals(2, forces);
        assertEquals(4, durable.get());
    }

    @Test
    void shouldForceEachHalfOfThePeriodAndNotMoreOften() {
        SyncStage sync = sync(PERIOD_NS);
        journaled.set(0);
        nowNs += PERIOD_NS / 2 - 1;
        assertEquals(0, sync.doWork());

        nowNs++;
        assertEquals(1, sync.doWork());
        journaled.set(1);
        nowNs += PERIOD_NS / 2 - 1;
        assertEquals(0, sync.doWork());
        nowNs++;
        assertEquals(1, sync.doWork());

        assertEquals(1, durable.get());
    }

    @Test
    void shouldAcknowledgeWhatIsJournaledWhileNoUnforcedFrameIsOlderThanThePeriod() {
        PeriodicAckAgent acks = acks(sync(PERIOD_NS));
        nowNs += 50_000;
        acks.doWork();

        journaled.set(3);
        nowNs += PERIOD_NS;
        acks.doWork();
        assertEquals(3, acknowledged.get());
        journaled.set(5);
        nowNs++;
        acks.doWork();

        assertEquals(3, acknowledged.get());
    }

    @Test
    void shouldAcknowledgeAgainWhenAForceHasStartedBehindTheOldFrame() {
        SyncStage sync = sync(PERIOD_NS);
        PeriodicAckAgent acks = acks(sync);
        journaled.set(3);
        nowNs += 2 * PERIOD_NS;
        acks.doWork();
        assertEquals(-1, acknowledged.get());

        sync.doWork();
        journaled.set(7);
        acks.doWork();
        assertEquals(7, acknowledged.get());
        journaled.set(8);
        nowNs += PERIOD_NS + 1;
        acks.doWork();

        assertEquals(7, acknowledged.get());
    }

    @Test
    void shouldForceAndLetAcksWaitWhenTheClockIsPutBack() {
        SyncStage sync = sync(PERIOD_NS);
        PeriodicAckAgent acks = acks(sync);
        nowNs -= 500_000;
        journaled.set(3);
        acks.doWork();
        assertEquals(-1, acknowledged.get());

        assertEquals(1, sync.doWork());
        acks.doWork();

        assertEquals(3, durable.get());
        assertEquals(3, acknowledged.get());
    }

    @Test
    void shouldAcknowledgeNothingAfterAFailure() {
        boolean[] hasFailed = new boolean[1];
        PeriodicAckAgent acks =
                new PeriodicAckAgent(
                        sync(PERIOD_NS),
                        journaled,
                        durable,
                        acknowledged,
                        () -> hasFailed[0],
                        () -> nowNs,
                        PERIOD_NS);
        journaled.set(3);
        acks.doWork();
        hasFailed[0] = true;
        journaled.set(4);
        acks.doWork();

        assertEquals(3, acknowledged.get());
    }
}
