package io.penstock.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.TradeDecoder;
import io.penstock.engine.control.Assembly;
import io.penstock.engine.control.AssemblyConfig;
import io.penstock.engine.control.Stores;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.egress.LogStorage;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.ring.RingConfig;
import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.Durability;
import io.penstock.journal.Journal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.Test;

/** A snapshot that fails is given up and named; the engine goes on with those it has. */
class SnapshotFaultsTest {
    private enum Fault {
        NONE,
        FAILS_TO_WRITE,
        STORES_OTHER_BYTES
    }

    private Fault fault = Fault.NONE;

    @Test
    void shouldKeepTheOlderSnapshotWhenANewOneCannotBeWritten() throws Exception {
        assertKeptWhen(Fault.FAILS_TO_WRITE, "no space");
    }

    @Test
    void shouldGiveUpASnapshotThatIsNotReadBackAsItWasWritten() throws Exception {
        assertKeptWhen(Fault.STORES_OTHER_BYTES, "checksum");
    }

    private void assertKeptWhen(Fault broken, String reason) throws Exception {
        FaultyStores stores = new FaultyStores();
        try (Assembly assembly = open(stores)) {
            snapshot(assembly);
            long first = assembly.lastSnapshot();
            assertTrue(first >= 0);
            assertNull(assembly.lastSnapshotFailure());

            fault = broken;
            snapshot(assembly);
            assertEquals(first, assembly.lastSnapshot());
            assertEquals(1, assembly.snapshotsGivenUp());
            assertTrue(
                    assembly.lastSnapshotFailure().contains(reason),
                    assembly.lastSnapshotFailure());
            assertEquals(1, stores.snapshots.list().size());

            fault = Fault.NONE;
            snapshot(assembly);
            assertTrue(assembly.lastSnapshot() > first);
            assertEquals(2, assembly.snapshotsMade());
            assertEquals(2, stores.snapshots.list().size());
        }
    }

    private static void snapshot(Assembly assembly) throws Exception {
        List<Agent> agents =
                List.of(
                        assembly.conductor(),
                        assembly.journalStage(),
                        assembly.operatorStage(),
                        assembly.outputStage(),
                        assembly.snapshotAgent());
        assembly.wantSnapshot();
        int idle = 0;
        while (idle < 3) {
            int work = 0;
            for (Agent agent : agents) {
                work += agent.doWork();
            }
            idle = work == 0 && !assembly.isSnapshotInProgress() ? idle + 1 : 0;
        }
    }

    private static Assembly open(Stores stores) {
        Pipeline pipeline =
                Pipeline.define(
                        "plain",
                        p ->
                                p.source("trades", BuiltinMessages.TRADE)
                                        .eventTime(
                                                TradeDecoder::eventTimeNs,
                                                Disorder.within(Duration.ofSeconds(1)))
                                        .sink("all", Sinks.memory(new MemorySink())));
        AssemblyConfig config =
                new AssemblyConfig(
                        new RingConfig(16, 256, 2),
                        1 << 20,
                        16,
                        CoreLimits.DEFAULT,
                        Durability.PROCESS,
                        0,
                        0,
                        ShardConfig.NONE);
        return new Assembly.Builder(pipeline, config, stores, 1, new VirtualClock(1)).open();
    }

    private final class FaultyStores implements Stores {
        private final MemoryStores right = new MemoryStores(new UUID(3, 4));
        private final MemorySnapshotStorage snapshots = new MemorySnapshotStorage();

        @Override
        public Journal openJournal() {
            return right.openJournal();
        }

        @Override
        public LogStorage openOutputLog() {
            return right.openOutputLog();
        }

        @Override
        public SnapshotStorage snapshots() {
            return new FaultySnapshots(snapshots);
        }

        @Override
        public Sink sink(PlanSink sink) {
            return right.sink(sink);
        }
    }

    private final class FaultySnapshots implements SnapshotStorage {
        private final SnapshotStorage right;

        FaultySnapshots(SnapshotStorage right) {
            this.right = right;
        }

        @Override
        public Output create(String name) {
            return new FaultyOutput(right.create(name));
        }

        @Override
        public List<String> list() {
            return right.list();
        }

        @Override
        public Input open(String name) {
            return right.open(name);
        }

        @Override
        public void delete(String name) {
            right.delete(name);
        }

        @Override
        public void deleteUnsealed() {
            right.deleteUnsealed();
        }
    }

    private final class FaultyOutput implements SnapshotStorage.Output {
        private final SnapshotStorage.Output right;
        private int writes;

        FaultyOutput(SnapshotStorage.Output right) {
            this.right = right;
        }

        @Override
        public void write(ByteBuffer source) {
            writes++;
            if (fault == Fault.FAILS_TO_WRITE && writes == 3) {
                throw new PenstockException(Category.STORAGE, "no space left");
            }
            if (fault == Fault.STORES_OTHER_BYTES && writes == 3) {
                source.put(source.limit() - 1, (byte) ~source.get(source.limit() - 1));
            }
            right.write(source);
        }

        @Override
        public void seal() {
            right.seal();
        }

        @Override
        public void close() {
            right.close();
        }
    }
}
