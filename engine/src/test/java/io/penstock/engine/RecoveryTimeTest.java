package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.control.RecoveryRates;
import io.penstock.engine.egress.MemorySink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What recovery has to do is known beforehand, and bounded by the distance of snapshots. */
@Timeout(60)
final class RecoveryTimeTest {
    private static final int EVERY = 300;
    private static final int EVENTS_A_LIFE = 200;
    private static final int LIVES = 30;
    private static final int AT_MOST = 3 * EVERY;

    @TempDir Path directory;

    private final MemorySink results = new MemorySink();

    private Engine open(int snapshotEvery) {
        return Engine.open(
                Totals.pipeline(results),
                EngineConfig.at(directory.resolve("d"))
                        .ringCapacity(64)
                        .snapshotEvery(snapshotEvery));
    }

    @Test
    void shouldReplayNoMoreThanTheDistanceOfSnapshotsWhenLivesAreShorter() {
        int most = 0;
        for (int life = 0; life < LIVES; life++) {
            try (Engine engine = open(EVERY)) {
                most = Math.max(most, (int) engine.recovery().replayed());
                Publisher publisher = engine.publisher(Totals.SOURCE);
                long first = (long) life * EVENTS_A_LIFE;
                Totals.publish(publisher, first, first + EVENTS_A_LIFE);
                engine.awaitIdle();
            }
        }
        assertTrue(most >= EVENTS_A_LIFE && most <= AT_MOST, "replayed at most " + most);
        System.out.println(
                "GUARANTEE R16 "
                        + LIVES
                        + " lives, each shorter than the distance of snapshots: no recovery replayed"
                        + " more than three distances");
    }

    @Test
    void shouldPredictFromTheSnapshotAndTheRecordsBehindIt() throws IOException {
        long predicted;
        try (Engine engine = open(0)) {
            Totals.publish(engine.publisher(Totals.SOURCE), 0, 100);
            engine.awaitIdle();
            assertEquals(RecoveryRates.ASSUMED.predictNs(0, 100), engine.predictedRecoveryNs());

            engine.snapshot();
            while (engine.lastSnapshot() < 0) {
                LockSupport.parkNanos(100_000);
            }
            Totals.publish(engine.publisher(Totals.SOURCE), 100, 150);
            engine.awaitIdle();

            predicted = engine.predictedRecoveryNs();
            assertEquals(RecoveryRates.ASSUMED.predictNs(snapshotBytes(), 50), predicted);
        }
        try (Engine engine = open(0)) {
            assertEquals(50, engine.recovery().replayed());
            assertEquals(predicted, engine.recovery().time().predictedNs());
        }
    }

    @Test
    void shouldCountHowSafeEventsAreAndWhatSnapshotsThereAre() {
        try (Engine engine = open(0)) {
            Totals.publish(engine.publisher(Totals.SOURCE), 0, 100);
            engine.awaitIdle();
            engine.snapshot();
            while (engine.counters().get("snapshot.made") == 0) {
                LockSupport.parkNanos(100_000);
            }
            Map<String, Long> counters = engine.counters();
            assertEquals(100, counters.get("snapshot.sequence"));
            assertTrue(counters.get("snapshot.timeMs") > 0);
            assertEquals(0, counters.get("snapshot.givenUp"));
            assertEquals(1, counters.get("durability.level"));
            assertEquals(0, counters.get("journal.firstSequence"));
            assertEquals(-1, counters.get("durable.sequence"), "process forces nothing");
            while (engine.counters().get("acknowledged.sequence") < 100) {
                LockSupport.parkNanos(100_000);
            }
        }
    }

    private long snapshotBytes() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("d/snapshots"))) {
            List<Path> all = files.toList();
            assertEquals(1, all.size());
            return Files.size(all.get(0));
        }
    }
}
