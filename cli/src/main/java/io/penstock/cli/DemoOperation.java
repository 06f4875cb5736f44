package io.penstock.cli;

import io.penstock.cli.builtin.Definition;
import io.penstock.cli.demo.ExpectedFiles;
import io.penstock.cli.demo.PaymentGenerator;
import io.penstock.fault.JvmFlags;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Generates payments, runs them, kills, recovers, finishes, and proves that nothing differs. */
final class DemoOperation {
    private static final long PLAIN_LINE_NS = TimeUnit.SECONDS.toNanos(2);
    private static final int FLUSH_LENGTH = 1 << 16;
    private static final int FEW_EVENTS = 50_000;
    private static final long MIB = 1 << 20;
    private static final int DIGEST_SHOWN = 12;
    private static final int CORES_FOR_DEDICATED = 4;
    private static final String READ = Definition.SOURCE + ".read";

    private final DemoRequest request;
    private final Terminal terminal;
    private final PrintStream out;
    private final Runnable beforeComparison;
    private final long startNs = System.nanoTime();

    DemoOperation(DemoRequest request, Terminal terminal) {
        this(request, terminal, () -> {});
    }

    /** As above, and with something to run when all is there and nothing has been compared. */
    DemoOperation(DemoRequest request, Terminal terminal, Runnable beforeComparison) {
        this.request = request;
        this.terminal = terminal;
        this.out = terminal.out();
        this.beforeComparison = beforeComparison;
    }

    int run() {
        JvmFlags.require();
        requireHeap();
        Path path = DemoDirectory.pathOf(request);
        try (DemoDirectory directory = DemoDirectory.open(path, request);
                Progress progress = new Progress(terminal, PLAIN_LINE_NS)) {
            printHead(path);
            return phases(directory, progress);
        }
    }

    private int phases(DemoDirectory directory, Progress progress) {
        ExpectedFiles expected;
        try {
            long feedBytes = generate(directory, progress);
            DirectoryDigest finished = runBoth(directory, progress, feedBytes);
            DemoProof proof = new DemoProof(directory, request, progress, beforeComparison);
            expected = proof.replay();
            proof.compare(finished, expected);
        } catch (DemoDifference e) {
            progress.close();
            print("DIFFERENT " + e.getMessage());
            return ExitCode.FAILED;
        } catch (PenstockException e) {
            if (e.category() != Category.DAMAGE && e.category() != Category.OTHER_PLAN) {
                throw e;
            }
            progress.close();
            print("DIFFERENT " + e.getMessage());
            return ExitCode.FAILED;
        }
        progress.close();
        printEnd(directory, expected);
        return ExitCode.OK;
    }

    /** Writes the input; returns how much of it the process gets that will be killed. */
    private long generate(DemoDirectory directory, Progress progress) {
        long half = request.events() / 2;
        // Where there are enough, payments go on flowing behind the middle: the kill meets work.
        long fed = half >= FEW_EVENTS ? half + half / 8 : half;
        long feedBytes = 0;
        long bytes = 0;
        PaymentGenerator generator = new PaymentGenerator(request.events(), request.seed());
        StringBuilder text = new StringBuilder(PaymentGenerator.CSV_HEADER).append('\n');
        try (OutputStream file =
                new BufferedOutputStream(
                        Files.newOutputStream(directory.file(DemoDirectory.INPUT)))) {
            while (generator.next()) {
                if (generator.seq() == fed) {
                    feedBytes = bytes + text.length();
                }
                generator.appendCsv(text);
                if (text.length() >= FLUSH_LENGTH) {
                    bytes += text.length();
                    flush(text, file);
                    progress.update(
                            () ->
                                    "[1/4] generated "
                                            + Quantity.count(generator.seq() + 1)
                                            + " of "
                                            + Quantity.count(request.events()));
                }
            }
            bytes += text.length();
            flush(text, file);
        } catch (IOException e) {
            throw new PenstockException(
                    Category.STORAGE,
                    "cannot write " + directory.file(DemoDirectory.INPUT) + ": " + e,
                    e);
        }
        progress.close();
        print(
                " [1/4] generate  %s payments, seed %d, %s, one in five out of order%s",
                Quantity.count(request.events()), request.seed(), Quantity.bytes(bytes), elapsed());
        return feedBytes;
    }

    private DirectoryDigest runBoth(DemoDirectory directory, Progress progress, long feedBytes) {
        DemoRun run = new DemoRun(directory, request.events(), progress);
        DemoRun.Killed killed = run.runAndKill(feedBytes);
        progress.close();
        printCounts("[2/4] run     ", killed.counters(), killed.eventsPerSecond());
        print(
                " [3/4] crash     killed process %d (SIGKILL) with %s of %s events journaled%s",
                killed.pid(),
                Quantity.count(killed.journaled()),
                Quantity.count(request.events()),
                elapsed());
        DemoRun.Finished finished = run.recoverAndFinish(killed);
        DirectoryDigest digest = directory.digest();
        progress.close();
        print(
                "       recover   %s in %s (start of the JVM included)",
                finished.recovery(), Quantity.time(finished.recoveryNs()));
        printCounts("      finish  ", finished.counters(), finished.eventsPerSecond());
        print("                 %s%s", "directory noted, file by file", elapsed());
        return digest;
    }

    private void printCounts(String phase, Map<String, Long> counters, double eventsPerSecond) {
        print(
                " %s  %s events read, %s ev/s",
                phase,
                Quantity.count(counters.getOrDefault(READ, 0L)),
                Quantity.count(Math.round(eventsPerSecond)));
        print("                 latency %s", DemoRun.latencies(counters));
        print("                 %s", DemoRun.results(counters));
    }

    private void printHead(Path path) {
        int cores = Runtime.getRuntime().availableProcessors();
        print(
                " PENSTOCK %s   card-velocity demo   JDK %s · %d core%s, %s · %s",
                Version.number(),
                Runtime.version(),
                cores,
                cores == 1 ? "" : "s",
                cores < CORES_FOR_DEDICATED
                        ? "stages share a thread"
                        : "each stage has a thread of its own",
                path);
        print("");
        print(" payments ──▶ in order ──▶ by customer ──▶ velocity, spend, history ──▶ alerts.csv");
        print("                  └──▶ too late ──▶ late.csv");
        print("");
    }

    private void printEnd(DemoDirectory directory, ExpectedFiles expected) {
        String shown = expected.alertsSha256().substring(0, DIGEST_SHOWN);
        print(
                " [4/4] prove     replayed the whole journal in a fresh process; asked a slow oracle"
                        + "%s",
                elapsed());
        print("                 alerts  live %s = replay %s = oracle %s", shown, shown, shown);
        String late = expected.lateSha256().substring(0, DIGEST_SHOWN);
        print("                 late    live %s = replay %s = oracle %s", late, late, late);
        print("");
        print(" Look inside:    ./penstock journal cat %s --from 0 --to 9", directory.engine());
        print("                 ./penstock stat %s", directory.engine());
        print("                 ./penstock replay --dir %s --to 1000", directory.engine());
        print(
                " The figures are of this machine while it also fed the engine; latency is from"
                        + " arrival to the end of the step.");
        print("");
        print(
                "IDENTICAL alerts=%d sha256=%s lost=0 duplicated=0",
                expected.alerts().size(), expected.alertsSha256());
    }

    /** The oracle holds all payments: better refused now than when everything else is done. */
    private void requireHeap() {
        long needed = request.events() * ExpectedFiles.BYTES_PER_PAYMENT;
        long max = Runtime.getRuntime().maxMemory();
        if (needed > max || request.events() > Integer.MAX_VALUE / 2) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "option --events is too large for the oracle's heap: "
                            + request.events()
                            + " payments need about "
                            + needed / MIB
                            + " MiB, there are "
                            + max / MIB
                            + " (fewer events, or PENSTOCK_JAVA_OPTS=-Xmx"
                            + (needed / MIB + 1)
                            + "m)");
        }
    }

    private String elapsed() {
        return String.format(Locale.ROOT, "  [%.1f s]", (System.nanoTime() - startNs) / 1e9);
    }

    private void print(String format, Object... arguments) {
        out.println(arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments));
        out.flush();
    }

    private static void flush(StringBuilder text, OutputStream file) throws IOException {
        file.write(text.toString().getBytes(StandardCharsets.UTF_8));
        text.setLength(0);
    }
}
