package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.PaymentEncoder;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.Idling;
import io.penstock.engine.Publisher;
import io.penstock.engine.control.RecoveryTime;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.ring.ClaimStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Recovery of ten million keys against reading the snapshot's file once: both from the page cache,
 * in turn. State is the totals of each key in a window that never ends; its hash is compared.
 *
 * <p>What is counted is what {@link RecoveryTime#takenNs} says: the snapshot found, verified and
 * restored, and the journal behind it replayed. The whole opening, with the journal's own check,
 * threads and JIT, is logged beside it.
 */
final class RecoveryRatios implements RatioGroup {
    private static final int HEADER_LENGTH = 8;
    private static final int READ_LENGTH = 1 << 20;
    private static final int WARM_UPS = 2;
    private static final long STATE_BYTES_A_KEY = 200;
    private static final int MAX_STEP_OUTPUT_BYTES = 65_536;
    private static final long EVENT_TIME_MS = TimeUnit.DAYS.toMillis(20_000);

    private static final int SMOKE_KEYS = 20_000;

    private final int keys;
    private final String suffix;

    RecoveryRatios(int keys, String suffix) {
        this.keys = keys;
        this.suffix = suffix;
    }

    @Override
    public String name() {
        return "recovery-" + suffix;
    }

    @Override
    public List<Ratio> ratios() {
        return List.of(
                Ratio.atMost(
                        3, "recovery-" + suffix + "-vs-read", ours(), "read-snapshot-" + suffix));
    }

    private String ours() {
        return "recovery-" + suffix;
    }

    @Override
    public String unit() {
        return "ns";
    }

    @Override
    public Map<String, Double> measure(Setting setting) throws IOException {
        return new RecoveryRatios(setting.isSmoke() ? SMOKE_KEYS : keys, suffix).run(setting);
    }

    private Map<String, Double> run(Setting setting) throws IOException {
        Path directory = Files.createTempDirectory(setting.directory(), "recovery-");
        setting.log().accept(name() + ": feeding " + keys + " keys");
        long stateHash = feed(directory);
        int repetitions = setting.size().pick(1, 5, 9);
        double[] readNs = new double[repetitions];
        double[] takenNs = new double[repetitions];
        Noise noise = new Noise();
        for (int i = -WARM_UPS; i < repetitions; i++) {
            double read = readOnce(directory);
            long startNs = System.nanoTime();
            try (Engine engine = open(directory)) {
                long openedNs = System.nanoTime() - startNs;
                RecoveryTime time = engine.recovery().time();
                check(engine.stateHash() == stateHash, "the state after recovery is another");
                check(time.snapshotBytes() > 8L * keys, "there was no snapshot of all keys");
                setting.log()
                        .accept(
                                String.format(
                                        Locale.ROOT,
                                        "%s: %.0f MiB read in %.0f ms; restored in %.0f ms,"
                                                + " recovered in %.0f ms, opened in %.0f ms",
                                        name(),
                                        time.snapshotBytes() / (double) (1 << 20),
                                        read / 1e6,
                                        time.restoredNs() / 1e6,
                                        time.takenNs() / 1e6,
                                        openedNs / 1e6));
                if (i >= 0) {
                    readNs[i] = read;
                    takenNs[i] = time.takenNs();
                }
            }
        }
        setting.log().accept(name() + ": others used " + noise.describe());
        Arrays.sort(readNs);
        Arrays.sort(takenNs);
        return Map.of(
                ours(),
                takenNs[repetitions / 2],
                "read-snapshot-" + suffix,
                readNs[repetitions / 2]);
    }

    private long feed(Path directory) {
        try (Engine engine = open(directory)) {
            long last = publish(engine);
            engine.awaitDrained(last);
            engine.snapshot();
            while (engine.lastSnapshot() < last) {
                check(engine.failure() == null && engine.snapshotsGivenUp() == 0, "no snapshot");
                Thread.onSpinWait();
            }
            return engine.stateHash();
        }
    }

    private Engine open(Path directory) {
        return Engine.open(
                Pipelines.totals(Sinks.custom(new TotalsSink())),
                EngineConfig.at(directory)
                        .idling(Idling.BACKOFF)
                        .limits(
                                new CoreLimits(
                                        Math.max(1L << 30, keys * STATE_BYTES_A_KEY),
                                        MAX_STEP_OUTPUT_BYTES))
                        .snapshotEvery(0));
    }

    private long publish(Engine engine) {
        PaymentEncoder encoder = new PaymentEncoder();
        long[] values = new long[Events.LONGS];
        long last = 0;
        try (Publisher publisher = engine.publisher(Pipelines.SOURCE)) {
            for (int i = 0; i < keys; i++) {
                values[Events.ID] = i;
                values[Events.ACCOUNT] = Answer.finish(i + 1L) >>> 1;
                values[Events.TIME_MS] = EVENT_TIME_MS + i / 100;
                values[Events.AMOUNT] = i & 1023;
                long status = publisher.claim(HEADER_LENGTH + Events.LENGTH);
                while (status < 0) {
                    check(status == ClaimStatus.BACK_PRESSURED, ClaimStatus.name(status));
                    Thread.onSpinWait();
                    status = publisher.claim(HEADER_LENGTH + Events.LENGTH);
                }
                PenstockPipeline.encode(encoder, publisher.buffer(), publisher.offset(), values, 0);
                last = publisher.commit();
            }
        }
        return last;
    }

    /** Reads the newest snapshot from its first byte to its last; how long that took, ns. */
    private static double readOnce(Path directory) throws IOException {
        Path snapshot;
        try (Stream<Path> files = Files.list(directory.resolve("snapshots"))) {
            snapshot = files.max(Path::compareTo).orElseThrow();
        }
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_LENGTH);
        long startNs = System.nanoTime();
        long length = 0;
        try (FileChannel channel = FileChannel.open(snapshot, StandardOpenOption.READ)) {
            for (int read = 0; read >= 0; read = channel.read(buffer.clear())) {
                length += read;
            }
        }
        long elapsedNs = System.nanoTime() - startNs;
        check(length == Files.size(snapshot), "the snapshot was not read to its end");
        return elapsedNs;
    }

    private static void check(boolean isTrue, String otherwise) {
        if (!isTrue) {
            throw new IllegalStateException(otherwise);
        }
    }
}
