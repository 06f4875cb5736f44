package io.penstock.engine.window;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.KeyTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Accumulators that hold memory: undone, copied, freed, saved, whatever they are. */
final class AccumulatorsTest {
    private static final int SEEDS = 300;
    private static final int KEYS = 4;

    /** A stage's tables, as its operator would treat them. */
    static final class Stage implements AutoCloseable {
        /** What accumulators hold, and nothing else. */
        final Arena arena = new Arena("accumulators", 64 << 20);

        private final Arena tableArena = new Arena("tables", 64 << 20);
        final UndoLog undo = new UndoLog(4 << 20);
        final Accumulators<KeyedValueDecoder> accumulators;
        final List<KeyTable> tables = new ArrayList<>();

        @SuppressWarnings({"unchecked", "rawtypes"})
        Stage(List<Aggregate<KeyedValueDecoder>> aggregates, long seed) {
            StepContext context = new StepContext(arena, undo, null, seed);
            accumulators = new Accumulators<>(context, 8, 8, aggregates.toArray(new Aggregate[0]));
            for (int i = 0; i < 3; i++) {
                int length = accumulators.valueLength();
                tables.add(KeyTable.ofLongs(tableArena, undo, length, seed, accumulators));
            }
        }

        void add(int table, long key, Event<KeyedValueDecoder> event) {
            KeyTable in = tables.get(table);
            long value = in.findOrAdd(key);
            if (!in.lastAdded()) {
                in.forWrite(value);
            }
            accumulators.add(value, event);
        }

        /** Merges a key of one table into another table, as sessions do within a step. */
        void merge(int from, int to, long key) {
            long source = tables.get(from).find(key);
            if (source == 0) {
                return;
            }
            KeyTable in = tables.get(to);
            long target = in.findOrAdd(key);
            if (in.lastAdded()) {
                accumulators.copy(target, source);
            } else {
                in.forWrite(target);
                accumulators.merge(target, source);
            }
        }

        /** Merges all into scratch that is thrown away, as a firing does. */
        long mergedHash() {
            long scratch = arena.allocate(accumulators.valueLength());
            long hash = 0;
            accumulators.unlogged();
            for (long key = 0; key < KEYS; key++) {
                for (KeyTable table : tables) {
                    long value = table.find(key);
                    if (value != 0) {
                        accumulators.merge(scratch, value);
                    }
                }
            }
            hash = accumulators.fold(hash, scratch);
            accumulators.free(scratch);
            accumulators.logged();
            arena.free(scratch, accumulators.valueLength());
            return hash;
        }

        long hash() {
            long[] groups = new long[128];
            for (KeyTable table : tables) {
                table.hashInto(groups);
            }
            long hash = 0;
            for (long group : groups) {
                hash = hash * 31 + group;
            }
            return hash;
        }

        void save(MemorySnapshotStorage storage) {
            try (SnapshotWriter writer = new SnapshotWriter(storage, "tables")) {
                writer.beginSection("tables", 1, 0, 1);
                tables.forEach(table -> table.writeTo(writer));
                writer.endSection();
                writer.seal();
            }
        }

        void restore(MemorySnapshotStorage storage) {
            try (SnapshotReader reader = new SnapshotReader(storage, "tables")) {
                reader.nextSection();
                tables.forEach(table -> table.readFrom(reader));
                assertEquals(0, reader.remaining());
            }
        }

        @Override
        public void close() {
            undo.close();
            arena.close();
            tableArena.close();
        }
    }

    @Test
    void shouldLeaveNoTraceOfAStepThatRollsBackWhateverItDid() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            long failing = seed;
            try {
                run(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + failing + ": " + e, e);
            }
        }
    }

    private static void run(long seed) {
        Random random = new Random(seed);
        List<Aggregate<KeyedValueDecoder>> aggregates = new ArrayList<>(ManyAggregates.all());
        java.util.Collections.shuffle(aggregates, random);
        if (random.nextBoolean()) {
            aggregates = aggregates.subList(0, 1 + random.nextInt(4));
        }
        ManyAggregates events = new ManyAggregates();
        Stage stage = new Stage(aggregates, seed);
        try {
            int distinct = 1 + random.nextInt(random.nextInt(3) == 0 ? 3000 : 30);
            int steps = 20 + random.nextInt(random.nextInt(5) == 0 ? 400 : 60);
            for (int step = 0; step < steps; step++) {
                long hash = stage.hash();
                long used = stage.arena.usedBytes();
                int changes = 1 + random.nextInt(random.nextInt(4) == 0 ? 40 : 3);
                for (int i = 0; i < changes; i++) {
                    change(stage, random, events, distinct);
                }
                if (random.nextInt(3) == 0) {
                    stage.undo.rollback();
                    assertEquals(hash, stage.hash(), "step " + step);
                    assertEquals(used, stage.arena.usedBytes(), "step " + step);
                } else {
                    stage.undo.commit();
                    stage.tables.forEach(KeyTable::maintain);
                }
                if (random.nextInt(30) == 0) {
                    stage = restored(stage, aggregates, seed + step);
                }
            }
            long used = stage.arena.usedBytes();
            stage.mergedHash();
            assertEquals(used, stage.arena.usedBytes(), "a firing leaves nothing");
            stage.tables.forEach(KeyTable::clear);
            stage.undo.commit();
            assertEquals(0, stage.arena.usedBytes(), "nothing is left");
        } finally {
            stage.close();
        }
    }

    private static Stage restored(
            Stage stage, List<Aggregate<KeyedValueDecoder>> aggregates, long seed) {
        MemorySnapshotStorage storage = new MemorySnapshotStorage();
        stage.save(storage);
        Stage next = new Stage(aggregates, seed * 7919);
        next.restore(storage);
        assertEquals(stage.hash(), next.hash(), "hash after restore");
        assertEquals(stage.mergedHash(), next.mergedHash(), "hash of merged after restore");
        stage.close();
        return next;
    }

    private static void change(Stage stage, Random random, ManyAggregates events, int distinct) {
        int table = random.nextInt(3);
        long key = random.nextInt(KEYS);
        switch (random.nextInt(12)) {
            case 0 -> stage.tables.get(table).remove(key);
            case 1 -> stage.merge(table, (table + 1) % 3, key);
            case 2 -> {
                if (random.nextInt(8) == 0) {
                    stage.tables.get(table).clear();
                }
            }
            default -> stage.add(table, key, event(random, events, distinct));
        }
    }

    static Event<KeyedValueDecoder> event(Random random, ManyAggregates events, int distinct) {
        int which = random.nextInt(distinct);
        String text =
                switch (which % 5) {
                    case 0 -> "";
                    case 1 -> "-" + which;
                    case 2 -> which + ".50";
                    case 3 -> "text-" + which + "-" + "x".repeat(which % 300);
                    default -> "é" + which;
                };
        byte[] key = ("k" + text).getBytes(StandardCharsets.UTF_8);
        long mantissa = random.nextInt(4) == 0 ? which : random.nextInt(2_000_000) - 1_000_000;
        return events.event(random.nextInt(200), key, mantissa, random.nextInt(5));
    }

    /** Any order of events and any tree of merges gives the same bytes of a sketch. */
    @Test
    void shouldGiveTheSameBytesWhateverTheOrderOfMergesWhenItIsASketch() {
        for (Aggregate<KeyedValueDecoder> sketch :
                List.<Aggregate<KeyedValueDecoder>>of(
                        Aggregates.hyperLogLog(m -> m.value().mantissa(), 10),
                        Aggregates.hyperLogLogBytes(ManyAggregates.TEXT, 6),
                        Aggregates.quantile(ManyAggregates.VALUE, 0.9, 4, 0.02))) {
            for (int size : new int[] {1, 20, 300, 5000}) {
                byte[] expected = null;
                for (long order = 0; order < 4; order++) {
                    byte[] bytes = bytesOf(sketch, size, order);
                    if (expected == null) {
                        expected = bytes;
                    }
                    org.junit.jupiter.api.Assertions.assertArrayEquals(
                            expected, bytes, sketch.description() + " order " + order);
                }
            }
        }
    }

    private static byte[] bytesOf(Aggregate<KeyedValueDecoder> sketch, int size, long order) {
        Random shuffler = new Random(order);
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            numbers.add(i * 7919 - 20_000);
        }
        java.util.Collections.shuffle(numbers, shuffler);
        ManyAggregates events = new ManyAggregates();
        try (Stage stage = new Stage(List.of(sketch), order)) {
            for (int number : numbers) {
                byte[] key = ("k" + number).getBytes(StandardCharsets.UTF_8);
                stage.add(shuffler.nextInt(3), 1, events.event(1, key, number, 2));
            }
            stage.undo.commit();
            int first = shuffler.nextInt(3);
            stage.merge((first + 1) % 3, first, 1);
            stage.merge((first + 2) % 3, first, 1);
            stage.undo.commit();
            long value = stage.tables.get(first).find(1);
            MemorySnapshotStorage storage = new MemorySnapshotStorage();
            try (SnapshotWriter writer = new SnapshotWriter(storage, "one")) {
                writer.beginSection("one", 1, 0, 1);
                stage.accumulators.writeTo(value, writer);
                writer.putLong(stage.accumulators.fold(0, value));
                writer.endSection();
                writer.seal();
            }
            try (SnapshotReader reader = new SnapshotReader(storage, "one")) {
                reader.nextSection();
                byte[] bytes = new byte[(int) reader.remaining()];
                reader.getBytes(bytes, 0, bytes.length);
                return bytes;
            }
        }
    }

    @Test
    void shouldTakeEventsOutAgainWhenAnAggregateIsRetractable() {
        List<Aggregate<KeyedValueDecoder>> retractable =
                ManyAggregates.all().stream().filter(Aggregate::isRetractable).toList();
        assertEquals(9, retractable.size());
        Random random = new Random(5);
        ManyAggregates events = new ManyAggregates();
        try (Stage stage = new Stage(retractable, 1)) {
            Accumulators<KeyedValueDecoder> all = stage.accumulators;
            long kept = stage.arena.allocate(all.valueLength());
            long whole = stage.arena.allocate(all.valueLength());
            long gone = stage.arena.allocate(all.valueLength());
            Event<KeyedValueDecoder> widest = events.event(0, new byte[] {'k'}, 1, 4);
            all.add(kept, widest); // the scale of sums stays that of the finest number
            all.add(whole, widest);
            for (int i = 0; i < 500; i++) {
                Event<KeyedValueDecoder> event = event(random, events, 100);
                all.add(whole, event);
                if (i % 3 == 0) {
                    all.add(kept, event);
                } else if (i % 3 == 1) {
                    all.add(gone, event);
                } else {
                    all.subtract(whole, event);
                }
            }
            all.unmerge(whole, gone);
            assertEquals(all.fold(0, kept), all.fold(0, whole));
            for (int i = 0; i < all.count(); i++) {
                WideNumber expected = new WideNumber();
                WideNumber actual = new WideNumber();
                all.read(i, kept, expected);
                all.read(i, whole, actual);
                assertEquals(0, expected.compareValue(actual));
            }
        }
    }

    @Test
    void shouldKeepPlainBytesWhenNoAggregateHoldsMemory() {
        try (Stage stage = new Stage(List.of(Aggregates.count()), 1)) {
            assertEquals(false, stage.accumulators.isManaged());
            assertEquals(16, stage.accumulators.valueLength());
            long a = stage.arena.allocate(16);
            long b = stage.arena.allocate(16);
            Memory.putLong(a, 1);
            Memory.putLong(a + 8, 2);
            stage.accumulators.copy(b, a);
            assertEquals(2, Memory.getLong(b + 8));
        }
    }
}
