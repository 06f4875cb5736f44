package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.egress.OutputHandler;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.Windows;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Nothing is allocated on the heap per event of sessions and counts, once warm. */
final class SessionAllocationTest {
    private static final int EVENTS = 60_000;
    private static final int STRETCHES = 6;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[128]);
    private final KeyedValueEncoder encoder = new KeyedValueEncoder();
    private final RecordView record = new RecordView();
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[16]);
    private long taken;
    private long sequence;
    private final OutputHandler take =
            out -> {
                taken++;
                return true;
            };

    @Test
    void shouldAllocateNothingPerEventOfSessionsAndCounts() {
        Trigger trigger = Trigger.onWatermark().early(Duration.ofNanos(5_000)).retracting();
        Pipeline pipeline =
                Pipeline.define(
                        "allocation",
                        p -> {
                            var keyed =
                                    p.source("events", BuiltinMessages.KEYED_VALUE)
                                            .eventTime(
                                                    KeyedValueDecoder::eventTimeNs,
                                                    new Disorder(100))
                                            .keyByBytes(
                                                    "key", (m, target) -> m.getKey(target, 0, 64));
                            keyed.window("windows", new Windows.Sessions(1_000), Late.drop())
                                    .allowedLateness(Duration.ofNanos(2_000))
                                    .trigger(trigger)
                                    .withLineage()
                                    .firings(
                                            Aggregates.count(),
                                            Aggregates.sum(SessionOracleTest.VALUE))
                                    .sink("results", Sinks.memory(new MemorySink()));
                            keyed.window("counts", Windows.count(7), Late.drop())
                                    .firings(Aggregates.count())
                                    .sink("counts", Sinks.memory(new MemorySink()));
                        });
        OutputRing ring = new OutputRing(1 << 20);
        try (Core core = new Core(pipeline, new CoreLimits(256 << 20, 4096), 1, ring)) {
            assertEquals(0, leastAllocated(core, ring));
            assertTrue(taken > EVENTS, () -> "only " + taken);
        } finally {
            ring.close();
        }
    }

    /** The least of several stretches: the compiler allocates for the thread now and then. */
    private long leastAllocated(Core core, OutputRing ring) {
        long thread = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int stretch = 0; stretch < STRETCHES && least > 0; stretch++) {
            feed(core, ring);
            long nothing = -threads.getThreadAllocatedBytes(thread);
            nothing += threads.getThreadAllocatedBytes(thread);
            long before = threads.getThreadAllocatedBytes(thread);
            feed(core, ring);
            least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before - nothing);
        }
        return least;
    }

    private void feed(Core core, OutputRing ring) {
        for (int i = 0; i < EVENTS; i++) {
            // Now and then late, so that fired sessions change and merge.
            long time = sequence * 2 - (i % 13 == 0 ? 1_500 : i % 5);
            key.putInt(0, (i * 31) % 3_000);
            BuiltinMessages.KEYED_VALUE.wrapAndWriteHeader(encoder, message, 0);
            encoder.eventTimeNs(time).value().mantissa(i).scale((short) 0);
            encoder.putKey(key, 0, 8 + i % 7);
            int length = BuiltinMessages.KEYED_VALUE.encodedLength(encoder);
            record.header(sequence, 1_000, RecordKind.DATA, (byte) 0, 0, sequence, 0);
            record.message(message, 0, length);
            sequence++;
            Step step = core.step(record);
            while (step != Step.COMPLETE) {
                if (step == Step.BLOCKED) {
                    ring.drain(take, Integer.MAX_VALUE);
                }
                step = core.step(record);
            }
        }
        ring.drain(take, Integer.MAX_VALUE);
    }
}
