package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.NumberOf;
import io.penstock.engine.window.Windows;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What happens to events that are taken together when one of them fails. */
final class EventRunsTest {
    private static final int EVENTS = 100;
    private static final int BAD = 61;

    private final List<ShardedRun.Entry> entries = new ArrayList<>();
    private final UnsafeBuffer messages = new UnsafeBuffer(new byte[EVENTS * 128]);

    EventRunsTest() {
        for (int i = 0; i < EVENTS; i++) {
            entries.add(ShardedRun.event(0, 1000 + i, i, 500 + i, i));
            messages.putBytes(i * 128, entries.get(i).message());
        }
    }

    @Test
    void shouldFailAtTheEventWhoseValueFails() {
        compare(m -> m.value().mantissa() % 7, EventRunsTest::throwAtBad);
    }

    @Test
    void shouldFailAtTheEventWhoseKeyFails() {
        compare(EventRunsTest::throwAtBad, m -> m.value().mantissa());
    }

    private static long throwAtBad(KeyedValueDecoder message) {
        if (message.value().mantissa() == BAD) {
            throw new IllegalArgumentException("bad");
        }
        return message.value().mantissa();
    }

    @Test
    void shouldFailWithAnErrorAtOnce() {
        try (OutputRing ring = new OutputRing(64 * 1024);
                Core core = core(ring, m -> 1, m -> fail(m.value().mantissa()))) {
            RecordView view = new RecordView();
            StepFailure failure =
                    assertThrows(
                            StepFailure.class, () -> core.run(this::show, view, 0, EVENTS - 1));
            assertEquals(StackOverflowError.class, failure.getCause().getClass());
            assertEquals(0, core.lastSequence()); // it moved the watermark
        }
    }

    private static long fail(long value) {
        if (value == BAD) {
            throw new StackOverflowError("as bad as it gets");
        }
        return value;
    }

    private void compare(ToLongFunction<KeyedValueDecoder> key, NumberOf<KeyedValueDecoder> value) {
        RecordView view = new RecordView();
        try (OutputRing ring = new OutputRing(64 * 1024);
                OutputRing otherRing = new OutputRing(64 * 1024);
                Core alone = core(ring, key, value);
                Core together = core(otherRing, key, value)) {
            int last = -1;
            StepFailure expected = null;
            while (expected == null && last < EVENTS - 1) {
                try {
                    assertEquals(Step.COMPLETE, alone.step(show(last + 1, view)));
                    last++;
                } catch (StepFailure e) {
                    expected = e;
                }
            }

            long done = together.run(this::show, view, 0, EVENTS / 2 - 1);
            assertEquals(EVENTS / 2 - 1, done);
            StepFailure actual = null;
            while (actual == null && done < EVENTS - 1) {
                done = together.run(this::show, view, done + 1, EVENTS - 1);
                try {
                    if (done < EVENTS - 1) {
                        assertEquals(Step.COMPLETE, together.step(show(done + 1, view)));
                        done++;
                    }
                } catch (StepFailure e) {
                    actual = e;
                }
            }

            assertEquals(last, done);
            assertEquals(alone.stateHash(), together.stateHash());
            assertEquals(alone.lastSequence(), together.lastSequence());
            assertEquals(expected.getMessage(), actual.getMessage());
            assertEquals(
                    alone.source(0).countOf(0), together.source(0).countOf(0), "counts of events");
            assertEquals(BAD - 1, last);
            assertTrue(together.together() > 0);
        }
    }

    private RecordView show(long index, RecordView view) {
        ShardedRun.Entry entry = entries.get((int) index);
        view.header(
                index, entry.timeNs(), RecordKind.DATA, (byte) 0, 0, entry.position(), (int) index);
        view.message(messages, (int) index * 128, entry.message().length);
        return view;
    }

    private static Core core(
            OutputRing ring,
            ToLongFunction<KeyedValueDecoder> key,
            NumberOf<KeyedValueDecoder> value) {
        Pipeline pipeline =
                Pipeline.define(
                        "runs",
                        p ->
                                p.source("events", BuiltinMessages.KEYED_VALUE)
                                        .eventTime(
                                                KeyedValueDecoder::eventTimeNs,
                                                Disorder.within(Duration.ofNanos(1000)))
                                        .keyBy("key", key)
                                        .window(
                                                "window",
                                                Windows.tumbling(Duration.ofNanos(10_000)),
                                                Late.drop())
                                        .aggregate(
                                                BuiltinMessages.KEYED_VALUE,
                                                (view, result) ->
                                                        RandomPipeline.put(
                                                                result,
                                                                view.endNs(),
                                                                view.longValue(0)),
                                                Aggregates.sum(value))
                                        .sink("totals", Sinks.memory(new MemorySink())));
        return new Core(pipeline, new CoreLimits(64 << 20, 4096), 1, ring);
    }
}
