package io.penstock.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.engine.control.Assembly;
import io.penstock.engine.control.AssemblyConfig;
import io.penstock.engine.control.Retention;
import io.penstock.engine.control.Stores;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.egress.LogStorage;
import io.penstock.engine.egress.MemoryLogStorage;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.ring.RingConfig;
import io.penstock.engine.ring.RingPublisher;
import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.fault.PenstockException;
import io.penstock.journal.Durability;
import io.penstock.journal.Journal;
import io.penstock.journal.JournalConfig;
import io.penstock.journal.JournalInfo;
import io.penstock.journal.JournalProgress;
import io.penstock.journal.Journals;
import io.penstock.journal.memory.MemoryFrameStore;
import io.penstock.testkit.TestEngine;
import io.penstock.testkit.VirtualClock;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The process, or the power, ends at every call of the stores while a snapshot is made and the
 * journal trimmed behind it, and again in or right behind recovery: nothing acknowledged is lost,
 * and what is left of the journal can be started from.
 */
final class TrimCrashTest {
    private static final int EVENTS = 600;
    private static final int BLOCK = 100;
    private static final int KEYS = 7;
    private static final long SEGMENT_BYTES = 2_000;
    private static final int STRIDE = 192;
    private static final int FRAME_BYTES = 1_024;
    private static final int BLOCK_BYTES = 256 * 1024;
    private static final long MILLISECOND_NS = 1_000_000;

    /** Two snapshots are there, the third lets go the first and what is before the second. */
    private static final int TRIMMED_BLOCK = 3;

    private final long liveBytes = NativeMemory.liveBytes();
    private final MemorySink results = new MemorySink();
    private final Pipeline pipeline =
            Pipeline.define(
                    "trimmed",
                    p -> {
                        EventTimeStream<KeyedValueDecoder> events =
                                p.source("events", BuiltinMessages.KEYED_VALUE)
                                        .eventTime(
                                                KeyedValueDecoder::eventTimeNs,
                                                new Disorder(60 * MILLISECOND_NS));
                        events.keyByBytes("key", (m, target) -> m.getKey(target, 0, 64))
                                .window(
                                        "windows",
                                        new Windows.Aligned(
                                                40 * MILLISECOND_NS, 20 * MILLISECOND_NS),
                                        Late.drop())
                                .aggregate(
                                        Aggregates.count(),
                                        Aggregates.sum(m -> m.value().mantissa()))
                                .sink("results", Sinks.memory(results));
                    });
    private final SimulatedSource source =
            new SimulatedSource(new SplittableRandom(19), EVENTS, KEYS);

    @AfterEach
    void shouldLeaveNothingBehind() {
        assertEquals(liveBytes, NativeMemory.liveBytes());
    }

    /** One journal's whole life, over any number of processes. */
    private final class Life implements Stores, AutoCloseable {
        private final MemoryFrameStore frames = new MemoryFrameStore();
        private final MemoryLogStorage log = new MemoryLogStorage();
        private final MemorySnapshotStorage snapshots = new MemorySnapshotStorage();
        private final VirtualClock clock = new VirtualClock(TestEngine.START_NS);
        private final Fuse fuse = new Fuse();
        private final boolean losesPower;
        private final Retention retention;
        private Assembly assembly;
        private RingPublisher publisher;

        Life(Retention retention, boolean losesPower) {
            this.retention = retention;
            this.losesPower = losesPower;
        }

        @Override
        public Journal openJournal() {
            return Journals.open(
                    JournalConfig.on(new FusedFrameStore(frames, fuse))
                            .withJournalId(new UUID(1, 2))
                            .withSegmentLength(SEGMENT_BYTES)
                            .withLengths(BLOCK_BYTES, FRAME_BYTES));
        }

        @Override
        public LogStorage openOutputLog() {
            return new FusedLogStorage(log, fuse);
        }

        @Override
        public SnapshotStorage snapshots() {
            return new FusedSnapshots(snapshots, fuse);
        }

        @Override
        public Sink sink(PlanSink sink) {
            return results;
        }

        void open() {
            AssemblyConfig config =
                    new AssemblyConfig(
                            new RingConfig(64, STRIDE, 2),
                            1 << 20,
                            16,
                            new CoreLimits(1 << 26, 4096),
                            Durability.POWER,
                            0,
                            0,
                            ShardConfig.NONE,
                            retention);
            assembly = new Assembly.Builder(pipeline, config, this, 3, clock).open();
            publisher =
                    new RingPublisher(
                            assembly.ring(),
                            0,
                            assembly.core().source(0).clock().position(),
                            clock,
                            (buffer, offset, length) -> 0);
        }

        /** Position of the next event. */
        long next() {
            return assembly.core().source(0).clock().position() + 1;
        }

        /** Publishes up to a position, then makes a snapshot. */
        void block(long to) throws Exception {
            for (long position = next(); position < to; position++) {
                byte[] message = source.message(position);
                publisher.position(position).sourceCheck(SimulatedSource.check(position));
                while (publisher.offer(new UnsafeBuffer(message), 0, message.length) < 0) {
                    work();
                }
            }
            drain();
            assembly.wantSnapshot();
            drain();
        }

        private void drain() throws Exception {
            int idle = 0;
            while (idle < 3) {
                boolean isOut = assembly.outputStage().drained() == assembly.ring().cursor();
                idle = work() == 0 && isOut && !assembly.isSnapshotInProgress() ? idle + 1 : 0;
            }
        }

        private int work() throws Exception {
            clock.advance(1_000);
            int work = 0;
            for (Agent agent :
                    List.of(
                            assembly.journalStage(),
                            assembly.syncStage(),
                            assembly.operatorStage(),
                            assembly.outputStage(),
                            assembly.conductor(),
                            assembly.snapshotAgent())) {
                work += agent.doWork();
            }
            return work;
        }

        /** Ends the process. */
        void die(long seed) {
            fuse.kill();
            release();
            crash(seed);
        }

        private void crash(long seed) {
            if (losesPower) {
                frames.losePower(seed);
            } else {
                frames.crash(seed);
            }
        }

        private void release() {
            if (assembly == null) {
                return;
            }
            publisher.close();
            try {
                assembly.close();
            } catch (SimulatedCrash | PenstockException e) {
                requireDead(e);
            } finally {
                assembly = null;
            }
        }

        /** Only the end of the process may have stopped it. */
        private void requireDead(Throwable thrown) {
            assertTrue(fuse.isDead(), () -> "stopped by " + thrown);
        }

        /** What is left can be started from. */
        void check() {
            JournalInfo info = Journals.verify(frames, JournalProgress.NONE);
            assertTrue(info.isSound(), () -> info.damages().toString());
            long within =
                    snapshots.list().stream()
                            .mapToLong(name -> Long.parseLong(name.substring(9), 16))
                            .filter(sequence -> sequence >= info.firstSequence())
                            .count();
            assertTrue(
                    info.firstSequence() == 0 || within >= 2,
                    () -> "begins at " + info.firstSequence() + ", has " + snapshots.list());
        }

        @Override
        public void close() {
            release();
        }
    }

    private record End(List<byte[]> messages, long stateHash, long firstSequence) {}

    private End endOf(Life life) throws Exception {
        for (long to = life.next() / BLOCK * BLOCK + BLOCK; to <= EVENTS; to += BLOCK) {
            life.block(to);
        }
        return new End(
                results.messages(),
                life.assembly.core().stateHash(),
                life.assembly.firstSequence());
    }

    @Test
    void shouldStartAgainWhereverItEndsWhileItIsTrimmed() throws Exception {
        End expected;
        try (Life life = new Life(Retention.ALL, false)) {
            life.fuse.light(-1);
            life.open();
            expected = endOf(life);
            assertEquals(0, expected.firstSequence());
        }
        assertTrue(expected.messages().size() > 100);
        int ends = 0;
        int trimmed = 0;
        for (boolean losesPower : new boolean[] {false, true}) {
            int calls = 0;
            while (true) {
                try (Life life = new Life(Retention.SNAPSHOTS, losesPower)) {
                    if (!endsAt(life, calls)) {
                        break;
                    }
                    trimmed += life.assembly.firstSequence() > BLOCK ? 1 : 0;
                    End end = endOf(life);
                    assertTrue(end.firstSequence() > 3 * BLOCK, "begins at " + end.firstSequence());
                    assertEquals(expected.messages().size(), end.messages().size());
                    for (int i = 0; i < end.messages().size(); i++) {
                        assertArrayEquals(expected.messages().get(i), end.messages().get(i));
                    }
                    assertEquals(expected.stateHash(), end.stateHash(), "after " + calls);
                    life.check();
                }
                calls++;
                ends++;
            }
        }
        assertTrue(trimmed > 4 && trimmed < ends, trimmed + " of " + ends);
        System.out.println(
                "GUARANTEE R3t "
                        + ends
                        + " ends of process or power, one in each call of the stores while events"
                        + " are journaled, a snapshot is made and the journal trimmed behind it,"
                        + " each followed by a second one in or right behind recovery; 0"
                        + " acknowledged events lost, results and state those of a run that keeps"
                        + " everything");
    }

    /** Lets a life end in a call of its third snapshot, and in one of recovery; false: too late. */
    private boolean endsAt(Life life, int calls) throws Exception {
        life.fuse.light(-1);
        life.open();
        for (int block = 1; block < TRIMMED_BLOCK; block++) {
            life.block((long) block * BLOCK);
        }
        long before = life.assembly.firstSequence();
        assertTrue(before > 0 && before < BLOCK, "begins at " + before);
        life.fuse.light(calls);
        try {
            life.block((long) TRIMMED_BLOCK * BLOCK);
            assertTrue(life.assembly.firstSequence() > before, "it must let go some of it");
            life.fuse.light(-1);
            return false;
        } catch (SimulatedCrash | PenstockException e) {
            life.requireDead(e);
        }
        long acknowledged = life.assembly.acknowledged();
        life.die(calls);
        life.fuse.light(calls % 37);
        boolean isOpen = true;
        try {
            life.open();
        } catch (SimulatedCrash | PenstockException e) {
            life.requireDead(e);
            isOpen = false;
            life.crash(calls + 1L);
        }
        if (isOpen) {
            life.die(calls + 1L);
        }
        life.fuse.light(-1);
        life.open();
        life.check();
        assertTrue(life.assembly.journaled() >= acknowledged, "an acknowledged event is lost");
        assertFalse(life.fuse.isDead());
        return true;
    }
}
