package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.control.ReplayVerification;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.egress.MemorySink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole journal comes back through recovery as it went out, whatever stands between events. */
@Timeout(60)
final class RecoveryRunsTest {
    private static final int EVENTS = 30_000;
    private static final int BARRIERS = 20;
    private static final int SMALLEST_OUTPUT_RING = 64 << 10;

    private static final CoreLimits LIMITS = new CoreLimits(4 << 20, SMALLEST_OUTPUT_RING / 8);

    @TempDir Path directory;

    private Engine open(MemorySink results, int outputRingBytes) {
        return Engine.open(
                Totals.pipeline(results),
                EngineConfig.at(directory.resolve("d"))
                        .layout(Layout.SHARED)
                        .ringCapacity(4096)
                        .batchLimit(4096)
                        .outputRingBytes(outputRingBytes)
                        .limits(LIMITS)
                        .snapshotEvery(0));
    }

    @Test
    void shouldMakeTheSameLogWhenBarriersStandAmongMoreResultsThanFitTheRing() throws IOException {
        MemorySink live = new MemorySink();
        long stateHash;
        long accepted;
        try (Engine engine = open(live, 4 << 20)) {
            Publisher publisher = engine.publisher(Totals.SOURCE);
            for (int i = 0; i < BARRIERS; i++) {
                long before = engine.lastSnapshot();
                engine.snapshot();
                int perBarrier = EVENTS / BARRIERS;
                Totals.publish(publisher, (long) i * perBarrier, (i + 1L) * perBarrier);
                while (engine.lastSnapshot() == before) {
                    LockSupport.parkNanos(100_000);
                }
            }
            engine.awaitIdle();
            stateHash = engine.stateHash();
            accepted = engine.accepted(Totals.SOURCE).sequence();
        }
        Path log = directory.resolve("d/outputs.log");
        assertTrue(Files.size(log) > 4 * SMALLEST_OUTPUT_RING, "bytes of results");
        Files.delete(log);
        deleteSnapshots();

        MemorySink recovered = new MemorySink();
        try (Engine engine = open(recovered, SMALLEST_OUTPUT_RING)) {
            assertEquals(-1, engine.recovery().snapshotSequence());
            assertEquals(stateHash, engine.stateHash());
            assertEquals(Totals.digest(live), Totals.digest(recovered));
            assertEquals(accepted, engine.accepted(Totals.SOURCE).sequence());
        }
        ReplayVerification.Result verified =
                ReplayVerification.verify(
                        Totals.pipeline(new MemorySink()),
                        directory.resolve("d"),
                        -1,
                        LIMITS,
                        (done, total) -> {});
        assertEquals(Optional.empty(), verified.difference(), "frame checksums included");
        assertEquals(List.of(), verified.damages());
        assertEquals(0, verified.notRecorded());
    }

    private void deleteSnapshots() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("d/snapshots"))) {
            for (Path file : List.copyOf(files.toList())) {
                Files.delete(file);
            }
        }
    }
}
