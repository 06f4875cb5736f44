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

/** W0: time per event from one thread to another, everything included. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 20)
@Fork(3)
public class HandOffBenchmark {
    private static final int EVENTS = 1 << 20;
    private static final int ROUNDS = 4;

    /** Who hands off. */
    @Param({"disruptor", "disruptor-multi", "penstock", "penstock-multi"})
    public String system;

    /** Slots per claim. */
    @Param({"1", "16"})
    public int claim;

    private final Trial trial = new Trial();

    /** Generates the events. */
    @Setup(Level.Trial)
    public void generate() {
        Events events = Events.generate(EVENTS, 10_000);
        Contender contender =
                switch (system) {
                    case "disruptor" -> new BareHandOff(system, events, ROUNDS, claim, false);
                    case "disruptor-multi" -> new BareHandOff(system, events, ROUNDS, claim, true);
                    case "penstock" -> new PenstockHandOff(system, events, ROUNDS, claim, 1);
                    case "penstock-multi" -> new PenstockHandOff(system, events, ROUNDS, claim, 2);
                    default -> throw new IllegalArgumentException("unknown system: " + system);
                };
        trial.start(contender, events.sum(ROUNDS));
    }

    /** Makes ring and consumer. */
    @Setup(Level.Invocation)
    public void prepare() {
        trial.prepare();
    }

    /** Checks that every event arrived. */
    @TearDown(Level.Invocation)
    public void check() {
        trial.check();
    }

    /** All events, until the last has been consumed. */
    @Benchmark
    @OperationsPerInvocation(EVENTS * ROUNDS)
    public void handOff() {
        trial.run();
    }
}
