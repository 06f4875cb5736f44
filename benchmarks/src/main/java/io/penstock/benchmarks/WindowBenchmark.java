package io.penstock.benchmarks;

import io.penstock.engine.Layout;
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

/** W2: time per event of a keyed window, everything included. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
@Fork(3)
public class WindowBenchmark {
    private static final int EVENTS = 1 << 21;

    /** Who computes the windows. */
    @Param({"hand-loop", "hand-loop-disruptor", "penstock"})
    public String system;

    /** Different accounts. */
    @Param({"10000", "1000000"})
    public int keys;

    private final Trial trial = new Trial();
    private Path directory;

    /** Generates the events, and the answer by hand. */
    @Setup(Level.Trial)
    public void generate() throws IOException {
        directory = Files.createTempDirectory("penstock-window-");
        Events events = Events.generate(EVENTS, keys);
        HandLoop byHand = new HandLoop("hand-loop", events);
        byHand.prepare();
        byHand.run();
        Contender contender =
                switch (system) {
                    case "hand-loop" -> byHand;
                    case "hand-loop-disruptor" -> new HandLoopBehindDisruptor(system, events);
                    case "penstock" ->
                            new PenstockPipeline(
                                    system,
                                    events,
                                    directory,
                                    Layout.SHARED,
                                    PenstockPipeline.Results.CHECKSUM);
                    default -> throw new IllegalArgumentException("unknown system: " + system);
                };
        trial.start(contender, byHand.finish());
    }

    /** Makes what the run needs. */
    @Setup(Level.Invocation)
    public void prepare() {
        trial.prepare();
    }

    /** Checks all results. */
    @TearDown(Level.Invocation)
    public void check() {
        trial.check();
    }

    /** Removes what is left. */
    @TearDown(Level.Trial)
    public void remove() {
        IoUtil.delete(directory.toFile(), true);
    }

    /** All events, until the last window has closed. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void window() {
        trial.run();
    }
}
