package io.penstock.benchmarks;

import io.penstock.journal.JournalKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.IoUtil;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** W1: time per event to append batches to a log in the page cache, on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
@Fork(3)
public class AppendBenchmark {
    private static final int EVENTS = 1 << 20;

    /** Where the events go. */
    @Param({"mapped-copy", "chronicle", "penstock", "penstock-segment"})
    public String system;

    /** Events per frame or document. */
    @Param({"1", "64", "512"})
    public int batch;

    private final Trial trial = new Trial();
    private Path directory;

    /** Generates the events. */
    @Setup(Level.Trial)
    public void generate() throws IOException {
        directory = Files.createTempDirectory("penstock-append-");
        Events events = Events.generate(EVENTS, 10_000);
        Contender contender =
                switch (system) {
                    case "mapped-copy" ->
                            new MappedCopyAppend(system, events, directory, batch, false);
                    case "chronicle" ->
                            new ChronicleAppend(system, events, directory, batch, false);
                    case "penstock" ->
                            new PenstockAppend(system, events, directory, batch, false, 0);
                    case "penstock-segment" ->
                            new PenstockAppend(
                                    system,
                                    events,
                                    directory,
                                    batch,
                                    false,
                                    0,
                                    JournalKind.SEGMENT);
                    default -> throw new IllegalArgumentException("unknown system: " + system);
                };
        trial.start(contender, events.sum(1));
    }

    /** Makes a fresh log. */
    @Setup(Level.Invocation)
    public void prepare() {
        trial.prepare();
    }

    /** Reads the log back. */
    @TearDown(Level.Invocation)
    public void check() {
        trial.check();
    }

    /** Removes what is left. */
    @TearDown(Level.Trial)
    public void remove() {
        IoUtil.delete(directory.toFile(), true);
    }

    /** All events, until the last is in the page cache. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void append() {
        trial.run();
    }
}
