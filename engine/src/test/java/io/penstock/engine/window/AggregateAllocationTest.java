package io.penstock.engine.window;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No aggregate allocates on the heap, however full its accumulators are. */
final class AggregateAllocationTest {
    private static final int ROUNDS = 12_000;
    private static final int TEXTS = 500;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final byte[][] texts = new byte[TEXTS][];
    private final ManyAggregates events = new ManyAggregates();
    private long consumed;

    @Test
    void shouldAllocateNothingWhenAggregatesAreFedMergedAndRead() {
        for (int i = 0; i < TEXTS; i++) {
            texts[i] = ("k" + "text".repeat(i % 9) + i).getBytes(StandardCharsets.UTF_8);
        }
        for (Aggregate<KeyedValueDecoder> aggregate : ManyAggregates.all()) {
            try (AccumulatorsTest.Stage stage = new AccumulatorsTest.Stage(List.of(aggregate), 1)) {
                WindowView view = new WindowView(stage.accumulators);
                long least = Long.MAX_VALUE;
                for (int stretch = 0; stretch < 6 && least > 0; stretch++) {
                    least = Math.min(least, allocated(stage, view, stretch));
                }
                assertEquals(0, least, aggregate.description() + " " + consumed);
            }
        }
    }

    private long allocated(AccumulatorsTest.Stage stage, WindowView view, int stretch) {
        long thread = Thread.currentThread().getId();
        run(stage, view, 2 * stretch * ROUNDS);
        long nothing = -threads.getThreadAllocatedBytes(thread);
        nothing += threads.getThreadAllocatedBytes(thread);
        long before = threads.getThreadAllocatedBytes(thread);
        run(stage, view, (2 * stretch + 1) * ROUNDS);
        return threads.getThreadAllocatedBytes(thread) - before - nothing;
    }

    private void run(AccumulatorsTest.Stage stage, WindowView view, int from) {
        for (int n = from; n < from + ROUNDS; n++) {
            int table = n & 1;
            long mantissa = n * 7919L % 100_003 - 50_000;
            stage.add(table, n % 5, events.event(n, texts[n * 31 % TEXTS], mantissa, n & 3));
            if (n % 401 == 0) {
                stage.merge(table, 1 - table, 1);
            }
            if (n % 11 == 0) {
                stage.undo.rollback();
            } else {
                stage.undo.commit();
            }
            if (n % 997 == 0) {
                long value = stage.tables.get(table).find(1);
                if (value != 0) {
                    view.values(value);
                    consumed += view.value(0).low() + stage.accumulators.fold(0, value);
                }
            }
            if (n % 3_000 == 0) {
                // both: merges to and fro would double counts for ever
                stage.tables.get(0).clear();
                stage.tables.get(1).clear();
                stage.undo.commit();
            }
        }
    }
}
