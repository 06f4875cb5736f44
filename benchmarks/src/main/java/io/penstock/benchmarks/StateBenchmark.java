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

/** Time to read or change the value of a random key, by the number of keys there are. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 10)
@Fork(3)
public class StateBenchmark {
    private static final int COUNT = 1 << 20;

    /** Keys of the table. */
    @Param({"1000", "10000", "100000", "1000000", "10000000"})
    public int keys;

    /** What is done to a key. */
    @Param({"get", "put"})
    public String access;

    private final Trial trial = new Trial();
    private StateWork work;

    /** Fills the table. */
    @Setup(Level.Trial)
    public void fill() {
        work = new StateWork(keys, COUNT, access.equals("put"));
        trial.start(work, work.expected());
    }

    /** Looks at what is there. */
    @Setup(Level.Invocation)
    public void prepare() {
        trial.prepare();
    }

    /** Checks the values. */
    @TearDown(Level.Invocation)
    public void check() {
        trial.check();
    }

    /** Gives memory back. */
    @TearDown(Level.Trial)
    public void close() {
        work.close();
    }

    /** All accesses. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void state() {
        trial.run();
    }
}
