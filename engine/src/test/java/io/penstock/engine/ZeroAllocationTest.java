package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.engine.control.Assembly;
import io.penstock.engine.control.AssemblyConfig;
import io.penstock.engine.control.EngineDirectory;
import io.penstock.engine.control.FileStores;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.ring.RingConfig;
import io.penstock.engine.ring.RingPublisher;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.journal.Durability;
import io.penstock.journal.JournalKind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole way of an event, from claim to CSV row, allocates nothing once it is warm. */
@Timeout(120)
final class ZeroAllocationTest {
    private static final int STRETCHES = 8;
    private static final int EVENTS_A_STRETCH = 420_000;
    private static final int EVENTS_A_ROUND = 1_000;
    private static final int KEYS = 500;
    private static final int WINDOW_NS = 5_000;

    /** Chronicle's own, for each block of a segment that it maps. */
    private static final long JOURNAL_RESIDUE_BYTES = 32 * 1024;

    private static final int PUBLISHER = 0;
    private static final int JOURNAL = 1;
    private static final int OPERATORS = 2;
    private static final int OUTPUTS = 3;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir Path directory;

    private final long[] allocated = new long[4];

    /** As in production; the system's clock makes an object a call where it is not compiled. */
    private final OffsetEpochNanoClock clock = new OffsetEpochNanoClock();

    private final UnsafeBuffer message = new UnsafeBuffer(new byte[128]);
    private final KeyedValueEncoder encoder = new KeyedValueEncoder();
    private final byte[] key = new byte[16];
    private long next;

    /** Rows of counts and sums, read with flyweights. */
    private static final class Rows implements CsvFormat {
        private final WindowResultDecoder result = new WindowResultDecoder();
        private final UnsafeBuffer keyView = new UnsafeBuffer(0, 0);

        @Override
        public void header(CsvLine line) {
            line.field("start").field("count").field("sum").field("key").endRow();
        }

        @Override
        public void row(OutputRecord record, CsvLine line) {
            BuiltinMessages.WINDOW_RESULT.wrap(result, record.buffer(), record.messageOffset());
            line.field(result.windowStartNs());
            WindowResultDecoder.ValuesDecoder values = result.values();
            while (values.hasNext()) {
                line.field(values.next().mantissa().low());
            }
            result.wrapKey(keyView);
            line.field(keyView, 0, keyView.capacity());
            line.endRow();
        }
    }

    private static Pipeline pipeline() {
        return Pipeline.define(
                "allocation",
                p ->
                        p.source("events", BuiltinMessages.KEYED_VALUE)
                                .eventTime(KeyedValueDecoder::eventTimeNs, new Disorder(100))
                                .keyByBytes("key", (m, target) -> m.getKey(target, 0, 1024))
                                .window(
                                        "windows",
                                        new Windows.Aligned(WINDOW_NS, WINDOW_NS),
                                        Late.drop())
                                .aggregate(
                                        Aggregates.count(),
                                        Aggregates.sum(m -> m.value().mantissa()))
                                .sink("rows", Sinks.csv(new Rows())));
    }

    /** With shards all of them take turns on the thread that is looked at. */
    @ParameterizedTest
    @CsvSource({"1,process", "2,process", "1,periodic:2ms", "1,power"})
    void shouldAllocateNothingPerEventOnceWarm(int shards, String level) throws IOException {
        Durability durability = Durability.parse(level);
        JournalKind kind = durability.isForced() ? JournalKind.SEGMENT : JournalKind.CHRONICLE;
        Pipeline pipeline = pipeline();
        AssemblyConfig config =
                new AssemblyConfig(
                                new RingConfig(2048, 192, 2),
                                1 << 20,
                                256,
                                CoreLimits.DEFAULT,
                                durability,
                                0,
                                0)
                        .withShards(ShardConfig.of(shards));
        long[] smallest = {Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE};
        try (EngineDirectory locked = EngineDirectory.open(directory, pipeline);
                Assembly assembly =
                        new Assembly.Builder(
                                        pipeline,
                                        config,
                                        new FileStores(locked, kind, 0, Map.of(), Set.of()),
                                        locked.hashSeed(),
                                        clock)
                                .open()) {
            assembly.journalStage().onStart();
            RingPublisher publisher =
                    new RingPublisher(
                            assembly.ring(),
                            0,
                            -1,
                            clock,
                            BuiltinMessages.KEYED_VALUE.validator()::validate);
            for (int stretch = 0; stretch < STRETCHES; stretch++) {
                run(assembly, publisher, EVENTS_A_STRETCH);
                for (int i = 0; i < smallest.length; i++) {
                    // The first stretch warms up; the compiler may allocate in any one later.
                    smallest[i] = stretch == 0 ? smallest[i] : Math.min(smallest[i], allocated[i]);
                    allocated[i] = 0;
                }
            }
            assertEquals(next - 1, assembly.outputStage().drained());
            assertEquals(next, (long) STRETCHES * EVENTS_A_STRETCH);
        }
        assertEquals(0, smallest[PUBLISHER], "publisher");
        assertEquals(0, smallest[OPERATORS], "operator stage");
        assertEquals(0, smallest[OUTPUTS], "output stage");
        assertTrue(smallest[JOURNAL] <= JOURNAL_RESIDUE_BYTES, () -> "journal " + smallest[1]);
        try (Stream<String> rows = Files.lines(directory.resolve("rows.csv"))) {
            assertEquals((next - 1 - 100) / WINDOW_NS * KEYS + 1, rows.count());
        }
    }

    private void run(Assembly assembly, RingPublisher publisher, int events) {
        for (int i = 0; i < events; i += EVENTS_A_ROUND) {
            long before = bytes();
            for (int j = 0; j < EVENTS_A_ROUND; j++) {
                publish(publisher);
            }
            allocated[PUBLISHER] += bytes() - before;
            while (assembly.outputStage().drained() < next - 1) {
                poll(JOURNAL, assembly.journalStage());
                poll(OPERATORS, assembly.operatorStage());
                if (assembly.durability().isForced()) {
                    // A stage's turn and not an event's: a force allocates what it likes.
                    doWork(assembly.syncStage());
                }
                poll(OUTPUTS, assembly.outputStage());
            }
        }
    }

    private void poll(int stage, Agent agent) {
        long before = bytes();
        doWork(agent);
        allocated[stage] += bytes() - before;
    }

    private static void doWork(Agent agent) {
        try {
            agent.doWork();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static long bytes() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    private void publish(RingPublisher publisher) {
        BuiltinMessages.KEYED_VALUE.wrapAndWriteHeader(encoder, message, 0);
        encoder.eventTimeNs(next - (next & 63)).value().mantissa(next % 1000).scale((short) 0);
        key[0] = (byte) ('a' + next % KEYS % 20);
        key[1] = (byte) ('a' + next % KEYS / 20);
        encoder.putKey(key, 0, 2);
        long status =
                publisher.offer(message, 0, BuiltinMessages.KEYED_VALUE.encodedLength(encoder));
        if (status != next) {
            throw new IllegalStateException("status " + status + " at " + next);
        }
        next++;
    }
}
