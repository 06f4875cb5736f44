package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.pipeline.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Shards give what one core gives: results, their order and numbers, counts, state. */
final class ShardsOracleTest {
    private static final int SEEDS = Integer.getInteger("penstock.seeds", 150);
    private static final int ENTRIES = 250;

    /** What a run has come to at each of its stops. */
    private record Stop(int at, long stateHash, Map<String, Long> counts, int results) {}

    @Test
    void shouldGiveTheSameWithAnyNumberOfShardsHoweverTheyAreStepped() {
        compare(2, 4, run -> run);
    }

    /** Reading ahead changes nothing, whatever was foreseen, also what then comes otherwise. */
    @Test
    void shouldGiveTheSameWhenReadingAhead() {
        compare(1, 3, ShardedRun::readingAhead);
        assertNotEquals(0, prefetched);
    }

    /** As {@link Core#run} takes records: several at once. */
    @Test
    void shouldGiveTheSameWhenTakingSeveralRecordsAtOnce() {
        compare(1, 4, ShardedRun::running);
    }

    /** The same where events may be taken together. */
    @Test
    void shouldGiveTheSameWhenTakingEventsTogether() {
        define = RandomPipeline::windows;
        compare(1, 4, ShardedRun::running);
        assertTrue(together > 10L * SEEDS, "together: " + together);
    }

    private LongFunction<Pipeline> define = RandomPipeline::define;

    private void compare(int minShards, int maxShards, UnaryOperator<ShardedRun> manner) {
        int split = 0;
        int blocked = 0;
        int results = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Random random = new Random(seed);
            Pipeline pipeline = define.apply(seed);
            List<ShardedRun.Entry> entries =
                    ShardedRun.entries(random, pipeline.sources().size(), ENTRIES);
            List<Integer> stops = new ArrayList<>();
            for (int at = random.nextInt(80); at < entries.size(); at += 1 + random.nextInt(80)) {
                stops.add(at);
            }
            stops.add(entries.size());

            List<String> expected = new ArrayList<>();
            List<Stop> expectedStops =
                    run(seed, pipeline, entries, ShardConfig.NONE, stops, expected, run -> run);
            int shards = minShards + random.nextInt(maxShards - minShards + 1);
            String what = "seed " + seed + ", shards " + shards + "\n" + pipeline.plan();
            ShardConfig config =
                    shards == 1
                            ? ShardConfig.NONE
                            : new ShardConfig(shards, 1 << (10 + random.nextInt(7)));
            List<String> actual = new ArrayList<>();
            long before = NativeMemory.liveBytes();
            List<Stop> actualStops;
            try {
                actualStops = run(seed, pipeline, entries, config, stops, actual, manner);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(what, e);
            }
            assertEquals(before, NativeMemory.liveBytes(), what);
            for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
                assertEquals(expected.get(i), actual.get(i), "result " + i + " of " + what);
            }
            assertEquals(expected.size(), actual.size(), what);
            for (int i = 0; i < stops.size(); i++) {
                assertEquals(expectedStops.get(i), actualStops.get(i), what);
            }
            split += pipeline.isSplittable() ? 1 : 0;
            results += expected.size();
            blocked += lastBlocked;
        }
        assertTrue(split > SEEDS / 2, "split: " + split);
        assertTrue(blocked > 100 * SEEDS, "blocked: " + blocked);
        assertTrue(results > 50 * SEEDS, "results: " + results);
    }

    private int lastBlocked;

    private long prefetched;

    private long together;

    private List<Stop> run(
            long seed,
            Pipeline pipeline,
            List<ShardedRun.Entry> entries,
            ShardConfig config,
            List<Integer> stops,
            List<String> results,
            UnaryOperator<ShardedRun> manner) {
        List<Stop> reached = new ArrayList<>();
        try (ShardedRun run = manner.apply(new ShardedRun(pipeline, entries, config, seed))) {
            for (int at : stops) {
                run.runTo(at);
                long hash = run.core().stateHash();
                reached.add(new Stop(at, hash, run.counts(), run.outs().size()));
                if (at % 3 == 0) {
                    together += run.core().together();
                    run.snapshotAndRestore();
                    assertEquals(hash, run.core().stateHash(), "restored at " + at);
                }
            }
            lastBlocked = run.blocked();
            prefetched |= run.core().prefetched();
            together += run.core().together();
            results.addAll(run.outs());
        }
        return reached;
    }
}
