package io.penstock.engine.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What leaves, when it leaves, and that it leaves once. */
final class OutputStageTest {
    private static final UUID JOURNAL = new UUID(1, 2);

    private final OutputRing ring = new OutputRing(4096);
    private final FrameChecksums checksums = new FrameChecksums();
    private final MemoryLogStorage storage = new MemoryLogStorage();
    private final List<String> markers = new ArrayList<>();
    private Results.Collecting sink = new Results.Collecting();
    private long gate = -1;
    private long journaled = -1;
    private long processed = -1;

    @AfterEach
    void closeRing() {
        ring.close();
    }

    private OutputStage stage(long lastJournaled) {
        return new OutputStage(
                ring,
                new OutputLog(storage, JOURNAL, lastJournaled),
                List.of(sink),
                checksums,
                () -> gate,
                () -> journaled,
                () -> processed,
                (sequence, checksum, sinks) ->
                        markers.add(sequence + "/" + checksum + "/" + sinks.get(0).ordinal()),
                -1);
    }

    @Test
    void shouldLetAResultLeaveOnlyWhenItsCauseIsBehindTheGate() {
        try (OutputStage stage = stage(-1)) {
            Results.put(ring, 0, 3, 0, "a");
            Results.put(ring, 0, 4, 1, "b");
            processed = 4;

            assertEquals(0, stage.doWork());
            assertEquals(-1, stage.drained());
            gate = 3;
            assertEquals(1, stage.doWork());
            assertEquals(List.of("0/3/0/a"), sink.texts);
            assertTrue(stage.drained() < 4);
            gate = 4;
            stage.doWork();
            assertEquals(List.of("0/3/0/a", "0/4/1/b"), sink.texts);
            assertEquals(4, stage.drained());
            assertEquals(2, stage.emitted());
            assertEquals(2, sink.flushes);
        }
    }

    @Test
    void shouldCallDrainedOnlyWhatIsProcessedAndBehindTheGate() {
        try (OutputStage stage = stage(-1)) {
            gate = 10;
            processed = 6;
            stage.doWork();
            assertEquals(6, stage.drained());
            processed = 20;
            stage.doWork();
            assertEquals(10, stage.drained());
        }
    }

    @Test
    void shouldSuppressWhatIsInTheLogAndFillItUp() {
        gate = 100;
        try (OutputStage stage = stage(-1)) {
            Results.put(ring, 0, 1, 0, "a");
            Results.put(ring, 0, 1, 1, "b");
            stage.doWork();
        }
        sink = new Results.Collecting();
        try (OutputStage stage = stage(100)) {
            stage.openSinks(List.of(new Sink.Committed(1, 0, 0)));
            assertEquals(List.of("0/1/1/b"), sink.texts);
            Results.put(ring, 0, 1, 0, "a");
            Results.put(ring, 0, 1, 1, "b");
            Results.put(ring, 0, 2, 2, "c");
            stage.doWork();

            assertEquals(2, stage.suppressed());
            assertEquals(1, stage.emitted());
            assertEquals(List.of("0/1/1/b", "0/2/2/c"), sink.texts);
        }
    }

    @Test
    void shouldTellOfAMarkerWhenAllBeforeItIsOutAndItIsJournaled() {
        gate = Long.MAX_VALUE;
        try (OutputStage stage = stage(-1)) {
            Results.put(ring, 0, 1, 0, "a");
            assertTrue(ring.hasSpace(Results.MAX_STEP_BYTES));
            ring.stageMarker(2);
            ring.commitStep();
            Results.put(ring, 0, 3, 1, "b");

            stage.doWork();
            assertEquals(List.of(), markers);
            assertEquals(List.of("0/1/0/a"), sink.texts);
            checksums.publish(2, 77);
            journaled = 2;
            stage.doWork();
            assertEquals(List.of(), markers, "the operators have not saved their state");
            processed = 3;
            stage.doWork();
            assertEquals(List.of("2/77/1"), markers);
            assertEquals(0, sink.forces, "whoever writes the snapshot forces");
            stage.doWork();
            assertEquals(List.of("0/1/0/a", "0/3/1/b"), sink.texts);
        }
    }

    @Test
    void shouldStampResultsWithTheChecksumOfTheirCausesFrame() {
        gate = 10;
        checksums.publish(4, 44);
        checksums.publish(9, 99);
        OutputLog log = new OutputLog(storage, JOURNAL, -1);
        OutputStage stage =
                new OutputStage(
                        ring,
                        log,
                        List.of(sink),
                        checksums,
                        () -> gate,
                        () -> 9,
                        () -> 9,
                        (sequence, checksum, sinks) -> {},
                        -1);
        Results.put(ring, 0, 2, 0, "a");
        Results.put(ring, 0, 5, 1, "b");
        stage.doWork();
        List<Integer> stamps = new ArrayList<>();
        log.forEach(record -> stamps.add(record.frameChecksum()));
        stage.close();

        assertEquals(List.of(44, 99), stamps);
    }

    @Test
    void shouldKeepNoMoreFrameChecksumsThanThereIsRoomFor() {
        int published = 0;
        while (checksums.hasSpace()) {
            checksums.publish(published, published + 1);
            published++;
        }
        assertEquals(1, checksums.checksumFor(0));
        assertFalse(checksums.hasSpace());
        assertEquals(published, checksums.checksumFor(published - 1));
        assertTrue(checksums.hasSpace());
        assertEquals(0, checksums.checksumFor(published));
    }

    /** Frames of a record each, and a result far ahead of them: the journal must not run dry. */
    @Test
    void shouldMakeRoomForFramesWhileTheNextResultWaitsForThem() {
        long cause = 10_000;
        try (OutputStage stage = stage(-1)) {
            Results.put(ring, 0, cause, 0, "a");
            processed = cause;
            for (long sequence = 0; sequence <= cause; sequence++) {
                if (!checksums.hasSpace()) {
                    stage.doWork();
                }
                assertTrue(checksums.hasSpace(), "stuck at frame " + sequence);
                checksums.publish(sequence, (int) sequence);
                gate = sequence;
                journaled = sequence;
            }
            stage.doWork();
            assertEquals(List.of("0/" + cause + "/0/a"), sink.texts);
        }
    }
}
