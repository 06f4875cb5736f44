package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.control.Assembly;
import io.penstock.engine.control.AssemblyConfig;
import io.penstock.engine.control.EngineDirectory;
import io.penstock.engine.control.FileStores;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.ring.RingConfig;
import io.penstock.engine.ring.RingPublisher;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.Durability;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lets the force after n fail, for every n: each stops the engine, and nothing is acknowledged.
 * {@code -Dpenstock.forces=N} for more.
 */
final class FailedForceTest {
    private static final int FORCES = Integer.getInteger("penstock.forces", 200);
    private static final int EVENTS_A_STEP = 3;
    private static final long STEP_NS = 700_000;
    private static final int STEPS_AFTER = 20;

    @TempDir Path directory;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[128]);
    private final MemorySink results = new MemorySink();
    private long nowNs = 1_000_000_000;
    private long sent;
    private int afterwards;

    @ParameterizedTest
    @ValueSource(strings = {"power", "periodic:1ms"})
    void shouldStopForGoodWhicheverForceFails(String level) {
        Pipeline pipeline = Totals.pipeline(results);
        int stopped = 0;
        for (int n = 0; n < FORCES; n++) {
            Path place = directory.resolve("n" + n);
            MemoryJournal journal = new MemoryJournal(place, 4096);
            try (EngineDirectory locked = EngineDirectory.open(place, pipeline);
                    Assembly assembly =
                            new Assembly.Builder(
                                            pipeline,
                                            config(Durability.parse(level)),
                                            journal.apply(
                                                    new FileStores(
                                                            locked, null, 0, Map.of(), Set.of())),
                                            locked.hashSeed(),
                                            () -> nowNs)
                                    .open()) {
                journal.frames.failForce(n);
                stopped += stops(assembly) ? 1 : 0;
                assertEquals(1, journal.frames.failedForces(), "force " + n);
            }
        }
        assertEquals(FORCES, stopped);
        assertEquals(0, afterwards);
        System.out.println(
                "GUARANTEE R9 "
                        + FORCES
                        + " failed forces at level "
                        + level
                        + ", each stopped the engine: 0 events acknowledged afterwards");
    }

    private static AssemblyConfig config(Durability level) {
        return new AssemblyConfig(
                new RingConfig(64, 192, 2),
                1 << 18,
                16,
                new CoreLimits(1 << 26, 4096),
                level,
                40,
                0);
    }

    /** Runs until a stage throws, then goes on with all of them. */
    private boolean stops(Assembly assembly) {
        List<Agent> agents =
                List.of(
                        assembly.journalStage(),
                        assembly.operatorStage(),
                        assembly.syncStage(),
                        assembly.outputStage(),
                        assembly.conductor());
        try (RingPublisher publisher =
                new RingPublisher(assembly.ring(), 0, -1, () -> nowNs, (m, o, l) -> 0)) {
            sent = 0;
            PenstockException failure = null;
            while (failure == null && sent < 100_000) {
                failure = step(publisher, agents);
            }
            assertNotNull(failure);
            assertEquals(Category.STORAGE, failure.category());
            assertTrue(failure.getMessage().contains("cannot force"), failure::getMessage);
            assembly.ring().fail();
            long durable = assembly.durable();
            long acknowledged = assembly.acknowledged();
            for (int i = 0; i < STEPS_AFTER; i++) {
                for (Agent agent : agents) {
                    work(agent);
                }
                nowNs += STEP_NS;
            }
            afterwards += (int) (assembly.durable() - durable);
            afterwards += (int) (assembly.acknowledged() - acknowledged);
            return true;
        }
    }

    private PenstockException step(RingPublisher publisher, List<Agent> agents) {
        for (int i = 0; i < EVENTS_A_STEP; i++) {
            int length = Totals.encode(buffer, sent, "key" + sent % 7, sent);
            if (publisher.offer(buffer, 0, length) >= 0) {
                sent++;
            }
        }
        nowNs += STEP_NS;
        for (Agent agent : agents) {
            Throwable thrown = work(agent);
            if (thrown != null) {
                return (PenstockException) thrown;
            }
        }
        return null;
    }

    private static Throwable work(Agent agent) {
        try {
            agent.doWork();
            return null;
        } catch (Exception e) {
            return e;
        }
    }
}
