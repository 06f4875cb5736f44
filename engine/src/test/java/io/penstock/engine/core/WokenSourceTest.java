package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.SystemMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Idle;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Events of a source that wakes behind the others: late, though its own watermark is not. */
final class WokenSourceTest {
    private static final int SLOT = 128;

    private final List<ShardedRun.Entry> entries = new ArrayList<>();
    private final UnsafeBuffer messages = new UnsafeBuffer(new byte[64 * SLOT]);

    @Test
    void shouldGiveLateResultsOfEventsThatAreTakenTogether() {
        add(0, 1000, 10);
        add(1, 1001, 12);
        add(ShardedRun.bare(RecordKind.TICK, SystemMessages.TICK, 0, 1900, -1)); // both are silent
        for (int i = 0; i < 8; i++) {
            add(1, 2000 + i, 100 + i); // the first window fires
        }
        for (int i = 0; i < 20; i++) {
            add(0, 2010, 20 + i / 10); // it wakes far behind
        }
        List<String> alone = new ArrayList<>();
        List<String> together = new ArrayList<>();
        long[] taken = new long[1];
        long aloneHash = run(false, alone, taken);
        long togetherHash = run(true, together, taken);
        assertEquals(String.join("\n", alone), String.join("\n", together));
        assertEquals(aloneHash, togetherHash);
        assertTrue(alone.size() > 15, alone::toString);
        assertTrue(taken[0] > 0);
    }

    private void add(int source, long timeNs, long eventTimeNs) {
        int index = entries.size();
        add(ShardedRun.event(source, timeNs, index, eventTimeNs, index));
    }

    private void add(ShardedRun.Entry entry) {
        messages.putBytes(entries.size() * SLOT, entry.message());
        entries.add(entry);
    }

    /** Fills a list with all results; the state hash. */
    private long run(boolean inRuns, List<String> results, long[] taken) {
        try (OutputRing ring = new OutputRing(256 * 1024);
                Core core = new Core(pipeline(), new CoreLimits(64 << 20, 4096), 1, ring)) {
            RecordView view = new RecordView();
            long done = -1;
            long last = entries.size() - 1L;
            while (done < last) {
                if (inRuns && !core.isInRecord()) {
                    done = core.run(this::show, view, done + 1, last);
                }
                if (done < last) {
                    Step step = core.step(show(done + 1, view));
                    done += step == Step.COMPLETE ? 1 : 0;
                }
            }
            ring.drain(
                    record -> {
                        byte[] bytes = new byte[record.messageLength()];
                        record.buffer().getBytes(record.messageOffset(), bytes);
                        results.add(record.sequence() + " " + Arrays.toString(bytes));
                        return true;
                    },
                    Integer.MAX_VALUE);
            taken[0] = core.together();
            return core.stateHash();
        }
    }

    private RecordView show(long index, RecordView view) {
        ShardedRun.Entry entry = entries.get((int) index);
        view.header(
                index,
                entry.timeNs(),
                entry.kind(),
                (byte) 0,
                entry.source(),
                entry.position(),
                (int) index);
        view.message(messages, (int) index * SLOT, entry.message().length);
        return view;
    }

    private static Stream<KeyedValueDecoder> source(Pipeline.Definition p, String name) {
        return p.source(name, BuiltinMessages.KEYED_VALUE)
                .eventTime(
                        KeyedValueDecoder::eventTimeNs,
                        Disorder.within(Duration.ofNanos(1)),
                        Idle.after(Duration.ofNanos(100)));
    }

    private static Pipeline pipeline() {
        return Pipeline.define(
                "woken",
                p ->
                        source(p, "one")
                                .union("both", source(p, "other"))
                                .keyBy("key", m -> 1)
                                .window(
                                        "window",
                                        Windows.tumbling(Duration.ofNanos(50)),
                                        Late.drop())
                                .allowedLateness(Duration.ofNanos(1000))
                                .aggregate(
                                        BuiltinMessages.KEYED_VALUE,
                                        (view, result) ->
                                                RandomPipeline.put(
                                                        result, view.endNs(), view.longValue(0)),
                                        Aggregates.sum(m -> m.value().mantissa()))
                                .sink("totals", Sinks.memory(new MemorySink())));
    }
}
