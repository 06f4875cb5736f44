package io.penstock.testkit.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.journal.Durability;
import io.penstock.testkit.crash.CrashKit;
import io.penstock.testkit.crash.CrashReport;
import io.penstock.testkit.crash.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Every kind of stage comes through every fault, at every level, alone and with shards. {@code
 * -Dpenstock.crashPoints=N} tries N points and faults for each kind, {@code -Dpenstock.seeds=N}
 * each kind with so many seeds.
 */
class EveryKindCrashTest {
    private static final int POINTS = 14;
    private static final int EVENTS = 20;
    private static final int SNAPSHOT_EVERY = 9;

    private static final List<Durability> LEVELS =
            List.of(
                    Durability.POWER,
                    Durability.PROCESS,
                    Durability.periodic(Duration.ofMillis(10)),
                    Durability.NONE);

    private final long liveBytes = NativeMemory.liveBytes();
    private final Map<Fault, Integer> tried = new EnumMap<>(Fault.class);

    @AfterEach
    void shouldLeaveNothingBehind() {
        assertEquals(liveBytes, NativeMemory.liveBytes());
    }

    @Test
    void shouldComeThroughWhateverTheKindOfStage() {
        List<Kinds.Kind> kinds = Kinds.all();
        List<String> failures = new ArrayList<>();
        long seeds = Long.getLong("penstock.seeds", 1);
        for (long seed = 0; seed < seeds; seed++) {
            for (int i = 0; i < kinds.size(); i++) {
                try {
                    note(run(kinds.get(i).pipeline(), seed, (int) (i + seed)));
                } catch (AssertionError | RuntimeException e) {
                    failures.add(kinds.get(i) + ", seed " + seed + ": " + e);
                }
            }
        }
        assertEquals(List.of(), failures, () -> String.join("\n", failures));
        tried.forEach((fault, count) -> assertTrue(count > 0, fault + " was never tried"));
        assertEquals(Fault.values().length, tried.size());
        print("R3k", "with as many kinds of stages, nothing acknowledged lost or doubled", kinds);
    }

    private static CrashReport run(Pipeline pipeline, long seed, int turn) {
        return CrashKit.of(() -> pipeline)
                .events(inputs -> RandomEvents.addTo(inputs, pipeline, seed, EVENTS, true))
                .durability(LEVELS.get(turn % LEVELS.size()))
                .shards(1 + turn / LEVELS.size() % 3)
                .snapshotEvery(SNAPSHOT_EVERY)
                .seed(seed)
                .points(Integer.getInteger("penstock.crashPoints", POINTS))
                .run();
    }

    private void note(CrashReport report) {
        report.tries().forEach(each -> tried.merge(each.fault(), each.tried(), Integer::sum));
    }

    private void print(String id, String what, List<Kinds.Kind> kinds) {
        System.out.println(
                "GUARANTEE "
                        + id
                        + " "
                        + tried.values().stream().mapToInt(count -> count).sum()
                        + " crashes of "
                        + kinds.size()
                        + " pipelines "
                        + what
                        + ": "
                        + tried);
    }
}
