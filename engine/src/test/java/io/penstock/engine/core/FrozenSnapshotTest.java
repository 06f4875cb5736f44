package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.journal.RecordKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A snapshot that is written while cores go on equals, byte for byte, the one that is written while
 * they stand still.
 */
class FrozenSnapshotTest {
    private static final int SEEDS = 120;
    private static final int ENTRIES = 500;

    @Test
    void shouldWriteWhatWasThereAtTheBarrierWhateverHappensMeanwhile() {
        int snapshots = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            long before = NativeMemory.liveBytes();
            snapshots += run(seed, 1 + (int) (seed % 4), false);
            assertEquals(before, NativeMemory.liveBytes(), "seed=" + seed);
        }
        assertTrue(snapshots > 3 * SEEDS, "snapshots: " + snapshots);
    }

    @Test
    void shouldBeFoundWhenMemoryIsChangedBeforeItIsWritten() {
        int torn = 0;
        for (long seed = 1; seed <= 20; seed++) {
            try {
                run(seed, 1, true);
            } catch (AssertionError | RuntimeException e) {
                torn++;
            }
        }
        assertTrue(torn >= 10, "torn snapshots found: " + torn);
    }

    private static int run(long seed, int shards, boolean thawsEarly) {
        Random random = new Random(seed);
        Pipeline pipeline = RandomPipeline.define(seed);
        List<ShardedRun.Entry> entries =
                ShardedRun.entries(random, pipeline.sources().size(), ENTRIES);
        ShardConfig config = new ShardConfig(shards, 1 << 14);
        String what = "seed " + seed + ", shards " + shards + "\n" + pipeline.plan();
        List<Integer> barriers = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).kind() == RecordKind.BARRIER) {
                barriers.add(i);
            }
        }
        int made = 0;
        try (ShardedRun run = new ShardedRun(pipeline, entries, config, seed)) {
            for (int i = 0; i < barriers.size(); i++) {
                int end = i + 1 < barriers.size() ? barriers.get(i + 1) : entries.size();
                boolean isEqual = run.snapshotBeside(barriers.get(i), end, thawsEarly);
                assertTrue(isEqual, "barrier " + barriers.get(i) + " of " + what);
                made++;
            }
        }
        return made;
    }
}
