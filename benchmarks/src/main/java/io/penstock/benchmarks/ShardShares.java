package io.penstock.benchmarks;

import io.penstock.benchmarks.Interleaved.Entrant;
import io.penstock.benchmarks.codecs.PaymentEncoder;
import io.penstock.codecs.SystemMessages;
import io.penstock.engine.Layout;
import io.penstock.engine.core.Core;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.core.Step;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * How W2's work, a million keys, is shared by an engine's cores: processor time per event of one
 * core that does everything, of each shard, and of the core behind the shards. The largest share
 * bounds what threads can gain: one over it is printed as the ratio. With {@code --threads} also
 * the whole engine, by the clock.
 *
 * <p>All cores take turns on one thread, batch by batch, and processor time is what is counted, so
 * that a busy machine disturbs little. Answers are compared.
 */
public final class ShardShares {
    private static final int KEYS = 1_000_000;
    private static final int BATCH = 512;
    private static final int HEADER_LENGTH = 8;
    private static final int MESSAGE_LENGTH = HEADER_LENGTH + Events.LENGTH;
    private static final int RING_BYTES = 4 << 20;
    private static final int REPETITIONS = 5;
    private static final CoreLimits LIMITS = new CoreLimits(2L << 30, 4096);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Events events;
    private final UnsafeBuffer messages;
    private final UnsafeBuffer end = new UnsafeBuffer(new byte[64]);
    private final TotalsSink sink = new TotalsSink();

    private ShardShares(int count) {
        this.events = Events.generate(count, KEYS);
        this.messages = new UnsafeBuffer(new byte[Math.multiplyExact(count, MESSAGE_LENGTH)]);
        long[] values = events.values();
        PaymentEncoder encoder = new PaymentEncoder();
        for (int i = 0; i < count; i++) {
            PenstockPipeline.encode(
                    encoder, messages, i * MESSAGE_LENGTH, values, i * Events.LONGS);
        }
        SystemMessages.END_OF_SOURCE.wrapAndWriteHeader(
                SystemMessages.END_OF_SOURCE.newEncoder(), end, 0);
    }

    /** Arguments: {@code [--threads] [EVENTS]}. */
    public static void main(String[] args) throws IOException {
        List<String> given = Arrays.asList(args);
        int count =
                given.stream()
                        .filter(argument -> !argument.startsWith("--"))
                        .mapToInt(Integer::parseInt)
                        .findFirst()
                        .orElse(2_000_000);
        ShardShares shares = new ShardShares(count);
        shares.shares(System.out);
        if (given.contains("--threads")) {
            shares.threads(System.out);
        }
    }

    private void shares(PrintStream out) {
        Noise noise = new Noise();
        int[] counts = {1, 2, 4};
        double[][][] ns = new double[counts.length][][];
        Answer expected = null;
        for (int i = 0; i < counts.length; i++) {
            ns[i] = new double[counts[i] == 1 ? 1 : counts[i] + 1][REPETITIONS];
        }
        for (int repetition = -1; repetition < REPETITIONS; repetition++) {
            for (int i = 0; i < counts.length; i++) {
                double[] spent = run(counts[i]);
                if (expected == null) {
                    expected = sink.answer();
                }
                if (!expected.equals(sink.answer())) {
                    throw new IllegalStateException(
                            counts[i] + " shards answer " + sink.answer() + ", one " + expected);
                }
                for (int part = 0; repetition >= 0 && part < spent.length; part++) {
                    ns[i][part][repetition] = spent[part];
                }
            }
        }
        double alone = median(ns[0][0]);
        out.printf(Locale.ROOT, "one core: %.0f ns an event%n", alone);
        for (int i = 1; i < counts.length; i++) {
            double largest = 0;
            StringBuilder line = new StringBuilder();
            for (int part = 0; part < ns[i].length; part++) {
                double own = median(ns[i][part]);
                largest = Math.max(largest, own);
                line.append(part == counts[i] ? ", behind them " : part == 0 ? " " : " + ");
                line.append(String.format(Locale.ROOT, "%.0f", own));
            }
            out.printf(
                    Locale.ROOT,
                    "%d shards:%s ns an event; at best %.2f times one core%n",
                    counts[i],
                    line,
                    alone / largest);
        }
        out.printf("others used %s%n", noise.describe());
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /**
     * Processor time of each core, ns per event: the shards in their order, then the one behind.
     */
    private double[] run(int shards) {
        sink.open(null);
        OutputRing ring = new OutputRing(RING_BYTES);
        Core core =
                Core.create(
                        Pipelines.tumbling(Sinks.custom(sink)),
                        LIMITS,
                        1,
                        ring,
                        ShardConfig.of(shards));
        try {
            Core[] parts = core.shards().toArray(new Core[core.shards().size() + 1]);
            parts[parts.length - 1] = core;
            int[] next = new int[parts.length];
            double[] spentNs = new double[parts.length];
            RecordView record = new RecordView();
            while (next[parts.length - 1] <= events.count()) {
                for (int i = 0; i < parts.length; i++) {
                    long startNs = THREADS.getCurrentThreadCpuTime();
                    next[i] = batch(parts[i], next[i], record);
                    spentNs[i] += THREADS.getCurrentThreadCpuTime() - startNs;
                }
                ring.drain(this::add, Integer.MAX_VALUE);
            }
            ring.drain(this::add, Integer.MAX_VALUE);
            sink.flush();
            return Arrays.stream(spentNs).map(all -> all / events.count()).toArray();
        } finally {
            core.close();
            ring.close();
        }
    }

    private boolean add(OutputRecord out) {
        sink.write(out);
        return true;
    }

    /** Lets a core run a batch as far as it can; the number of its next record. */
    private int batch(Core core, int from, RecordView record) {
        int next = from;
        int last = Math.min(events.count(), from + BATCH - 1);
        int steps = 0;
        while (next <= last && steps++ < 4 * BATCH) {
            if (!core.isInRecord()) {
                next = (int) core.run(this::view, record, next, last) + 1;
            }
            if (next <= last) {
                Step step = core.step(view(next, record));
                if (step == Step.BLOCKED) {
                    break;
                }
                next += step == Step.COMPLETE ? 1 : 0;
            }
        }
        return next;
    }

    private RecordView view(long index, RecordView record) {
        boolean isEnd = index == events.count();
        record.header(
                index, index, isEnd ? RecordKind.CONTROL : RecordKind.DATA, (byte) 0, 0, index, 0);
        return isEnd
                ? record.message(end, 0, HEADER_LENGTH + SystemMessages.END_OF_SOURCE.blockLength())
                : record.message(messages, (int) index * MESSAGE_LENGTH, MESSAGE_LENGTH);
    }

    private void threads(PrintStream out) throws IOException {
        Path directory = Files.createTempDirectory("penstock-shards-");
        try {
            Answer expected = sink.answer();
            List<Entrant> entrants =
                    List.of(
                            new Entrant(engine(directory, 1), expected),
                            new Entrant(engine(directory, 2), expected));
            Map<String, Double> rates =
                    new Interleaved(1, REPETITIONS, out::println).run("engine", entrants);
            out.printf(
                    Locale.ROOT,
                    "engine with 2 shards: %.2f times one, on %d processors%n",
                    rates.get("shards-2") / rates.get("shards-1"),
                    Runtime.getRuntime().availableProcessors());
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    private PenstockPipeline engine(Path directory, int shards) {
        return new PenstockPipeline(
                        "shards-" + shards,
                        events,
                        directory,
                        Layout.DEDICATED,
                        PenstockPipeline.Results.CHECKSUM)
                .shards(shards);
    }
}
