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
import io.penstock.journal.Durability;
import io.penstock.journal.JournalKind;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.agrona.IoUtil;

/**
 * How long recovery is said to take, and takes: for each kind of journal, without snapshots and
 * with one every so many events, an engine is fed, closed and opened again a few times. A line per
 * opening has what the engine before it predicted, what was predicted when it was opened, how long
 * it took, and the ratio of the last two.
 *
 * <p>State is one number per key, in a window that never ends. The state's hash is compared at each
 * opening. What opening takes that is no recovery (JIT, files, threads) is not in the figures, but
 * printed at the end of the line. Files are read from the page cache, as after a crash of the
 * process; not after one of the machine.
 */
public final class Recovery {
    /** Held, because loggers that nobody holds lose their level. */
    private static final Logger CHRONICLE = Logger.getLogger("net.openhft");

    private static final int HEADER_LENGTH = 8;
    private static final int LIVES = 4;
    private static final long STATE_BYTES_A_KEY = 200;
    private static final long MIN_STATE_BYTES = 1L << 30;
    private static final int MAX_STEP_OUTPUT_BYTES = 65_536;
    private static final double NS_PER_MS = 1e6;

    private final int events;
    private final int keys;
    private final long snapshotEvery;
    private final Path parent;
    private final PaymentEncoder encoder = new PaymentEncoder();
    private long random = 0x9E3779B97F4A7C15L;

    private Recovery(int events, int keys, long snapshotEvery, Path parent) {
        this.events = events;
        this.keys = keys;
        this.snapshotEvery = snapshotEvery;
        this.parent = parent;
    }

    /** Prints a line per opening; arguments are those of {@code perf-scripts/recovery}. */
    public static void main(String[] args) throws IOException {
        int events = 10_000_000;
        int keys = 1_000_000;
        Path given = null;
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--quick")) {
                events = 1_000_000;
                keys = 100_000;
            } else if (args[i].equals("--events") && i + 1 < args.length) {
                events = Options.positive(args[i], args[++i]);
            } else if (args[i].equals("--keys") && i + 1 < args.length) {
                keys = Options.positive(args[i], args[++i]);
            } else if (args[i].equals("--dir") && i + 1 < args.length) {
                given = Options.folder("--dir", args[++i]);
            } else {
                System.err.println(
                        "unknown or incomplete argument: "
                                + args[i]
                                + " (perf-scripts/recovery --help lists them)");
                System.exit(2);
            }
        }
        CHRONICLE.setLevel(Level.WARNING);
        Path directory = Options.newFolder(given, "recovery");
        try {
            Noise noise = new Noise();
            System.out.printf(
                    Locale.ROOT,
                    "%,d events, %,d keys; times in ms%n"
                            + "journal snapshots life | replayed snapshot-MiB | by-engine-before"
                            + " predicted taken ratio | whole-opening%n",
                    events,
                    keys);
            for (JournalKind kind : JournalKind.values()) {
                // An odd number: a tail is left behind the last snapshot.
                for (long every : new long[] {0, events / 7}) {
                    new Recovery(events, keys, every, directory).run(kind, System.out);
                }
            }
            System.out.printf("others used %s%n", noise.describe());
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    private void run(JournalKind kind, PrintStream out) {
        Path directory = parent.resolve(kind + "-" + snapshotEvery);
        long stateHash = 0;
        long predictedBefore = 0;
        int sent = 0;
        for (int life = 0; life < LIVES; life++) {
            long beganNs = System.nanoTime();
            try (Engine engine =
                    Engine.open(
                            Pipelines.totals(Sinks.custom(new TotalsSink())),
                            config(kind, directory))) {
                long openedNs = System.nanoTime() - beganNs;
                if (life > 0) {
                    check(engine.stateHash() == stateHash, "the state after recovery is another");
                    print(out, kind, life, predictedBefore, engine, openedNs);
                }
                int share = life == 0 ? events : events / 10;
                publish(engine, sent, share);
                sent += share;
                engine.awaitIdle();
                stateHash = engine.stateHash();
                predictedBefore = engine.predictedRecoveryNs();
            }
        }
        IoUtil.delete(directory.toFile(), true);
    }

    private void print(
            PrintStream out, JournalKind kind, int life, long before, Engine engine, long opened) {
        RecoveryTime time = engine.recovery().time();
        out.printf(
                Locale.ROOT,
                "%s %s %d | %,d %.1f | %.0f %.0f %.0f %.2f | %.0f%n",
                kind.name().toLowerCase(Locale.ROOT),
                snapshotEvery == 0 ? "none" : "every-" + snapshotEvery,
                life,
                engine.recovery().replayed(),
                time.snapshotBytes() / (double) (1 << 20),
                before / NS_PER_MS,
                time.predictedNs() / NS_PER_MS,
                time.takenNs() / NS_PER_MS,
                (double) time.takenNs() / Math.max(1, time.predictedNs()),
                opened / NS_PER_MS);
        out.flush();
    }

    private EngineConfig config(JournalKind kind, Path directory) {
        return EngineConfig.at(directory)
                .journal(kind)
                .durability(Durability.PROCESS)
                .idling(Idling.BACKOFF)
                .limits(
                        new CoreLimits(
                                Math.max(MIN_STATE_BYTES, keys * STATE_BYTES_A_KEY),
                                MAX_STEP_OUTPUT_BYTES))
                .snapshotEvery(snapshotEvery);
    }

    private void publish(Engine engine, int from, int count) {
        Publisher publisher = engine.publisher(Pipelines.SOURCE);
        long[] values = new long[Events.LONGS];
        for (int i = from; i < from + count; i++) {
            values[Events.ID] = i;
            values[Events.ACCOUNT] = i < keys ? i : nextKey();
            values[Events.TIME_MS] = TimeUnit.DAYS.toMillis(20_000) + i / 100;
            values[Events.AMOUNT] = i & 1023;
            long status = publisher.claim(HEADER_LENGTH + Events.LENGTH);
            while (status < 0) {
                check(status == ClaimStatus.BACK_PRESSURED, ClaimStatus.name(status));
                Thread.onSpinWait();
                status = publisher.claim(HEADER_LENGTH + Events.LENGTH);
            }
            PenstockPipeline.encode(encoder, publisher.buffer(), publisher.offset(), values, 0);
            publisher.commit();
        }
        publisher.close();
    }

    private long nextKey() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return Long.remainderUnsigned(random, keys);
    }

    private static void check(boolean isTrue, String otherwise) {
        if (!isTrue) {
            throw new IllegalStateException(otherwise);
        }
    }
}
