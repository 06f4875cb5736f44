package io.penstock.benchmarks;

import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Windows;
import java.time.Duration;
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

/** Time per event of sessions, in the core alone, beside a loop written by hand. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
@Fork(3)
public class SessionBenchmark {
    private static final int EVENTS = 1 << 22;

    /** Who computes the sessions. */
    @Param({"hand-sessions", "core-sessions"})
    public String system;

    /** Different accounts. */
    @Param({"10000", "1000000"})
    public int keys;

    /** Gap between sessions, ms: the longer, the more are open; 100 events come a millisecond. */
    @Param({"5000", "60000"})
    public long gapMs;

    private final Trial trial = new Trial();

    /** Generates the events, and the answer by hand. */
    @Setup(Level.Trial)
    public void generate() {
        Events events = Events.generate(EVENTS, keys);
        HandSessions byHand = new HandSessions(events, gapMs);
        byHand.prepare();
        byHand.run();
        Answer answer = byHand.finish();
        Contender contender =
                switch (system) {
                    case "hand-sessions" -> byHand;
                    case "core-sessions" ->
                            new CoreRun(
                                    system,
                                    events,
                                    Pipelines.windows(
                                            Windows.sessions(Duration.ofMillis(gapMs)),
                                            Sinks.custom(new TotalsSink())));
                    default -> throw new IllegalArgumentException("unknown system: " + system);
                };
        trial.start(contender, answer);
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

    /** All events, until the last session has ended. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void sessions() {
        trial.run();
    }
}
