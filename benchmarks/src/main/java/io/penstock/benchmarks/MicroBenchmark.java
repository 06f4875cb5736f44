package io.penstock.benchmarks;

import java.util.concurrent.TimeUnit;
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

/** Time per event of one thing that engines do, alone: codecs, frames, timers, snapshots. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 10)
@Fork(3)
public class MicroBenchmark {
    /** Events, rows, timers, keys of a run. */
    static final int COUNT = 100_000;

    /** What is done. */
    @Param({
        "encode",
        "decode",
        "csv",
        "frame-write",
        "frame-read",
        "timer-add",
        "timer-fire",
        "snapshot-write",
        "snapshot-restore"
    })
    public String work;

    private final Trial trial = new Trial();

    /** Makes the input. */
    @Setup(Level.Trial)
    public void generate() {
        Work made = of(work, COUNT);
        trial.start(made, made.expected());
    }

    /** The work of a name. */
    static Work of(String name, int count) {
        return switch (name) {
            case "encode" -> new CodecWork(CodecWork.Kind.ENCODE, Events.generate(count, 1000));
            case "decode" -> new CodecWork(CodecWork.Kind.DECODE, Events.generate(count, 1000));
            case "csv" -> new CodecWork(CodecWork.Kind.CSV, Events.generate(count, 1000));
            case "frame-write" -> new FrameWork(Events.generate(count, 1000), 64, false);
            case "frame-read" -> new FrameWork(Events.generate(count, 1000), 64, true);
            case "timer-add" -> new TimerWork(count, false);
            case "timer-fire" -> new TimerWork(count, true);
            case "snapshot-write" -> new SnapshotWork(count, false);
            case "snapshot-restore" -> new SnapshotWork(count, true);
            default -> throw new IllegalArgumentException("unknown work: " + name);
        };
    }

    /** Makes what the run needs. */
    @Setup(Level.Invocation)
    public void prepare() {
        trial.prepare();
    }

    /** Checks the answer. */
    @TearDown(Level.Invocation)
    public void check() {
        trial.check();
    }

    /** All of them. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void micro() {
        trial.run();
    }
}
