package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.PaymentDecoder;
import io.penstock.benchmarks.codecs.PaymentEncoder;
import io.penstock.codecs.SystemMessages;
import io.penstock.engine.core.Core;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.core.Step;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.memory.FrozenMemory;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.snapshot.FileSnapshotStorage;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotRecording;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * How long a core's steps take while a snapshot of its state is written beside it, and while none
 * is: windows of time with and without, in turn, over one window's totals of so many keys, each
 * event one of a random key.
 *
 * <p>Two figures for each step: by the clock, which includes whatever else the machine does, and
 * processor time of the core's thread, which is what the engine itself causes. In the end the same
 * state is written with the core standing still, for comparison, and read back.
 */
public final class SnapshotPause {

    /** As an engine does. */
    private static final int REHEARSALS = 300;

    private static final long EVENT_TIME_MS = 1_700_000_000_000L;
    private static final int HEADER_LENGTH = 8;
    private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(10);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final int keys;
    private final int rounds;
    private final long withoutNs;
    private final Core core;
    private final OutputRing ring = new OutputRing(1 << 20);
    private final RecordView record = new RecordView();
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[128]);
    private final PaymentEncoder encoder = new PaymentEncoder();
    private final Figures without = new Figures("without");
    private final Figures with = new Figures("with");
    private long sequence;
    private long random = 0x9E3779B97F4A7C15L;
    private long pieceWallNs;
    private long pieceCpuNs;
    private long rehearsedCpuNs;
    private long frozenCpuNs;
    private long copiedBytes;
    private long writtenBytes;
    private double writtenSeconds;

    private static final class Figures {
        private final String name;
        private final Histogram wallNs = new Histogram(LONGEST_NS, 3);
        private final Histogram cpuNs = new Histogram(LONGEST_NS, 3);
        private long steps;
        private long elapsedNs;

        Figures(String name) {
            this.name = name;
        }

        void print(PrintStream out) {
            out.printf(
                    Locale.ROOT,
                    "%-8s step by the clock %s; of processor time %s; %.2f M events/s%n",
                    name,
                    describe(wallNs),
                    describe(cpuNs),
                    steps * 1e3 / elapsedNs);
        }

        private static String describe(Histogram ns) {
            return String.format(
                    Locale.ROOT,
                    "p50 %.1f, p99 %.1f, p99.99 %.1f, max %.1f us",
                    ns.getValueAtPercentile(50) / 1e3,
                    ns.getValueAtPercentile(99) / 1e3,
                    ns.getValueAtPercentile(99.99) / 1e3,
                    ns.getMaxValue() / 1e3);
        }
    }

    private SnapshotPause(int keys, boolean isQuick) {
        this.keys = keys;
        this.rounds = isQuick ? 2 : 5;
        this.withoutNs = TimeUnit.SECONDS.toNanos(isQuick ? 1 : 2);
        long limit = Math.max(1L << 30, keys * 200L);
        this.core =
                Core.create(pipeline(), new CoreLimits(limit, 65_536), 1, ring, ShardConfig.NONE);
    }

    private static Pipeline pipeline() {
        return Pipeline.define(
                "pause",
                p ->
                        p.source("payments", Messages.PAYMENT)
                                .eventTime(
                                        m -> TimeUnit.MILLISECONDS.toNanos(m.eventTimeMs()),
                                        Disorder.within(Duration.ofSeconds(1)))
                                .keyBy("by-account", PaymentDecoder::account)
                                .window("day", Windows.tumbling(Duration.ofDays(1)), Late.drop())
                                .aggregate(
                                        Messages.ACCOUNT_TOTALS,
                                        (window, totals) -> totals.account(window.longKey()),
                                        Aggregates.sum(PaymentDecoder::amount),
                                        Aggregates.count(),
                                        Aggregates.max(PaymentDecoder::amount))
                                .sink("totals", Sinks.custom(new TotalsSink())));
    }

    /** Arguments are those of {@code perf-scripts/snapshot-pause}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int keys = 1_000_000;
        boolean isQuick = false;
        Path parent = null;
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--quick")) {
                isQuick = true;
            } else if (args[i].equals("--keys") && i + 1 < args.length) {
                keys = Options.positive(args[i], args[++i]);
            } else if (args[i].equals("--dir") && i + 1 < args.length) {
                parent = Options.folder("--dir", args[++i]);
            } else {
                System.err.println(
                        "unknown or incomplete argument: "
                                + args[i]
                                + " (perf-scripts/snapshot-pause --help lists them)");
                System.exit(2);
            }
        }
        Path directory = Options.newFolder(parent, "pause");
        SnapshotPause pause = new SnapshotPause(keys, isQuick);
        try {
            pause.run(new FileSnapshotStorage(directory), System.out);
        } finally {
            pause.core.close();
            pause.ring.close();
            IoUtil.delete(directory.toFile(), true);
        }
    }

    private void run(SnapshotStorage storage, PrintStream out) throws InterruptedException {
        core.rehearseFreeze(REHEARSALS);
        for (int key = 0; key < keys; key++) {
            feed(key);
        }
        Figures warmUp = new Figures("warm-up");
        measure(warmUp, until(withoutNs));
        round(storage, warmUp);
        copiedBytes = 0;
        writtenSeconds = 0;
        frozenCpuNs = 0;
        rehearsedCpuNs = 0;
        Noise noise = new Noise();
        for (int i = 0; i < rounds; i++) {
            measure(without, until(withoutNs));
            round(storage, with);
        }
        out.printf(Locale.ROOT, "%,d keys, %,d MB of state%n", keys, core.stateBytes() >> 20);
        without.print(out);
        with.print(out);
        out.printf(
                Locale.ROOT,
                "snapshot %,d MB in %.2f s; a barrier took at most %.1f us, a piece of its"
                        + " rehearsal %.1f us; copied at most %,d MB%n",
                writtenBytes >> 20,
                writtenSeconds / rounds,
                frozenCpuNs / 1e3,
                rehearsedCpuNs / 1e3,
                copiedBytes >> 20);
        out.printf(
                Locale.ROOT,
                "largest pause attributable to a snapshot: %.1f us of processor time (a step"
                        + " without one takes up to %.1f us)%n",
                with.cpuNs.getMaxValue() / 1e3,
                without.cpuNs.getMaxValue() / 1e3);
        stopped(storage, out);
        out.printf("others used %s%n", noise.describe());
    }

    /** The same with the core standing still, and reading it back. */
    private void stopped(SnapshotStorage storage, PrintStream out) {
        long startNs = System.nanoTime();
        try (SnapshotWriter writer = new SnapshotWriter(storage, "stopped")) {
            core.writeTo(writer);
            writer.seal();
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        long before = core.stateHash();
        try (OutputRing otherRing = new OutputRing(1 << 20);
                Core other =
                        Core.create(
                                pipeline(),
                                new CoreLimits(Math.max(1L << 30, keys * 200L), 65_536),
                                2,
                                otherRing,
                                ShardConfig.NONE);
                SnapshotReader reader = new SnapshotReader(storage, "stopped")) {
            long readNs = System.nanoTime();
            other.readFrom(reader);
            double readSeconds = (System.nanoTime() - readNs) / 1e9;
            if (other.stateHash() != before) {
                throw new IllegalStateException("the state that was read back is another");
            }
            out.printf(
                    Locale.ROOT,
                    "standing still it takes %.2f s; restored in %.2f s%n",
                    seconds,
                    readSeconds);
        }
    }

    private static BooleanSupplier until(long durationNs) {
        long endNs = System.nanoTime() + durationNs;
        return () -> System.nanoTime() < endNs;
    }

    /** One snapshot: frozen here, written by another thread while steps go on. */
    private void round(SnapshotStorage storage, Figures figures) throws InterruptedException {
        FrozenMemory frozen = core.frozenMemories().get(0);
        frozen.makeReady();
        frozen.makeReady();
        SystemMessages.SNAPSHOT_BARRIER.wrapAndWriteHeader(
                SystemMessages.SNAPSHOT_BARRIER.newEncoder(), message, 0);
        boolean isMore = true;
        while (isMore) {
            startPiece();
            isMore = core.rehearseFreeze();
            rehearsedCpuNs = Math.max(rehearsedCpuNs, endPiece(figures));
            feed(nextKey());
        }
        startPiece();
        step(RecordKind.BARRIER, HEADER_LENGTH + SystemMessages.SNAPSHOT_BARRIER.blockLength());
        SnapshotRecording recording = core.freeze();
        frozenCpuNs = Math.max(frozenCpuNs, endPiece(figures));
        ring.drain(out -> true, Integer.MAX_VALUE);
        Thread writing = new Thread(() -> write(storage, recording, frozen), "snapshot");
        writing.start();
        measure(figures, () -> !frozen.isIdle());
        writing.join();
        copiedBytes = Math.max(copiedBytes, frozen.copiedBytes());
    }

    private void startPiece() {
        pieceWallNs = System.nanoTime();
        pieceCpuNs = THREADS.getCurrentThreadCpuTime();
    }

    private long endPiece(Figures figures) {
        long tookNs = THREADS.getCurrentThreadCpuTime() - pieceCpuNs;
        figures.cpuNs.recordValue(tookNs);
        figures.wallNs.recordValue(System.nanoTime() - pieceWallNs);
        return tookNs;
    }

    private void write(SnapshotStorage storage, SnapshotRecording recording, FrozenMemory frozen) {
        long startNs = System.nanoTime();
        try (SnapshotWriter writer = new SnapshotWriter(storage, "beside")) {
            boolean isMore = true;
            while (isMore) {
                frozen.makeReady();
                isMore = recording.writeSome(writer);
            }
            frozen.finish();
            writtenBytes = writer.seal();
        }
        writtenSeconds += (System.nanoTime() - startNs) / 1e9;
        while (!frozen.reclaim()) {
            LockSupport.parkNanos(1000);
        }
    }

    private void measure(Figures figures, BooleanSupplier isOn) {
        long startNs = System.nanoTime();
        long steps = 0;
        while (isOn.getAsBoolean()) {
            for (int i = 0; i < 64; i++) {
                startPiece();
                core.thaw();
                feed(nextKey());
                endPiece(figures);
            }
            steps += 64;
        }
        figures.steps += steps;
        figures.elapsedNs += System.nanoTime() - startNs;
    }

    private long nextKey() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return Long.remainderUnsigned(random, keys);
    }

    private void feed(long key) {
        message.putShort(0, (short) PaymentEncoder.BLOCK_LENGTH);
        message.putShort(2, (short) PaymentEncoder.TEMPLATE_ID);
        message.putShort(4, (short) PaymentEncoder.SCHEMA_ID);
        message.putShort(6, (short) PaymentEncoder.SCHEMA_VERSION);
        encoder.wrap(message, HEADER_LENGTH)
                .paymentId(sequence)
                .account(key)
                .eventTimeMs(EVENT_TIME_MS)
                .amount(key & 1023)
                .merchant(1)
                .flags(0);
        step(RecordKind.DATA, HEADER_LENGTH + PaymentEncoder.BLOCK_LENGTH);
    }

    private void step(byte kind, int length) {
        record.header(sequence, sequence, kind, (byte) 0, 0, sequence, 0);
        record.message(message, 0, length);
        while (core.step(record) != Step.COMPLETE) {
            ring.drain(out -> true, Integer.MAX_VALUE);
        }
        sequence++;
    }
}
