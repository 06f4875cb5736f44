package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.AccountTotalsDecoder;
import io.penstock.benchmarks.codecs.AccountTotalsEncoder;
import io.penstock.benchmarks.codecs.PaymentDecoder;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.NumberOf;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

/**
 * What classes of its own would give a stage: W2 in a core alone, when the compiler has seen no
 * other stage, when it has seen others of the same classes with other keys and aggregates, and,
 * behind those, with all classes loaded once more for W2 alone. The last is what a hidden class or
 * generated source per stage can come to at best.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 30)
@Measurement(iterations = 20)
@Fork(3)
public class SharedClassesBenchmark {
    private static final int EVENTS = 500_000;
    private static final int KEYS = 10_000;
    private static final int OTHER_EVENTS = 200_000;
    private static final int OTHER_RUNS = 8;

    /** Whose classes W2 runs in, and what they have been used for. */
    @Param({"alone", "among-others", "own-classes"})
    public String system;

    private Supplier<Runnable> window;
    private AutoCloseable check;
    private Runnable run;

    /** W2 over the common events: a call prepares a run, closing it checks the answer. */
    public static final class Window implements Supplier<Runnable>, AutoCloseable {
        private final CoreRun core;
        private final Answer expected;

        /** Generates the events. */
        public Window() {
            Events events = Events.generate(EVENTS, KEYS);
            core = new CoreRun("w2", events, Pipelines.tumbling(Sinks.custom(new TotalsSink())));
            expected = new HandLoop("hand-loop", events).answerOnce();
        }

        @Override
        public Runnable get() {
            core.prepare();
            return core::run;
        }

        @Override
        public void close() {
            Interleaved.check(core, expected, core.finish());
        }
    }

    /** Shows the compiler what it is to have seen. */
    @Setup(Level.Trial)
    public void open() throws ReflectiveOperationException {
        if (!system.equals("alone")) {
            runOthers();
        }
        Object made =
                system.equals("own-classes")
                        ? Class.forName(Window.class.getName(), true, ownLoader())
                                .getConstructor()
                                .newInstance()
                        : new Window();
        @SuppressWarnings("unchecked") // a Window, of whichever loader
        Supplier<Runnable> runs = (Supplier<Runnable>) made;
        window = runs;
        check = (AutoCloseable) made;
    }

    /** Makes what the run needs. */
    @Setup(Level.Invocation)
    public void prepare() {
        run = window.get();
    }

    /** Takes all events. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void w2() {
        run.run();
    }

    /** Checks all results. */
    @TearDown(Level.Invocation)
    public void check() throws Exception {
        check.close();
    }

    private static ClassLoader ownLoader() {
        URL[] urls =
                Stream.of(
                                System.getProperty("java.class.path")
                                        .split(Pattern.quote(System.getProperty("path.separator"))))
                        .map(SharedClassesBenchmark::url)
                        .toArray(URL[]::new);
        return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    }

    private static URL url(String place) {
        URI uri = Path.of(place).toUri();
        try {
            return uri.toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("no such place: " + uri, e);
        }
    }

    private static void runOthers() {
        Events events = Events.generate(OTHER_EVENTS, KEYS);
        List<Pipeline> others =
                List.of(
                        other(m -> m.merchant(), m -> m.merchant(), m -> m.flags()),
                        other(m -> m.account() ^ 7, m -> m.amount() + 1, m -> 1),
                        other(m -> m.flags(), m -> m.flags(), m -> m.merchant()));
        for (int i = 0; i < OTHER_RUNS; i++) {
            for (Pipeline other : others) {
                CoreRun core = new CoreRun("other", events, other);
                core.prepare();
                core.run();
                core.finish();
            }
        }
    }

    /** Windows of payments, and behind them windows of what those say. */
    private static Pipeline other(
            ToLongFunction<PaymentDecoder> key,
            NumberOf<PaymentDecoder> summed,
            NumberOf<PaymentDecoder> compared) {
        return Pipeline.define(
                "other",
                p ->
                        p.source(Pipelines.SOURCE, Messages.PAYMENT)
                                .eventTime(
                                        m -> m.eventTimeMs() * 1_000_000,
                                        Disorder.within(Duration.ofMillis(Events.DISORDER_MS)))
                                .keyBy("by-other", key)
                                .window(
                                        "windows",
                                        Windows.tumbling(Duration.ofMillis(700)),
                                        Late.drop())
                                .aggregate(
                                        Messages.ACCOUNT_TOTALS,
                                        SharedClassesBenchmark::encode,
                                        Aggregates.sum(summed),
                                        Aggregates.min(compared))
                                .keyBy("by-account", AccountTotalsDecoder::account)
                                .window(
                                        "windows-of-totals",
                                        Windows.tumbling(Duration.ofSeconds(2)),
                                        Late.drop())
                                .aggregate(
                                        Messages.ACCOUNT_TOTALS,
                                        SharedClassesBenchmark::encode,
                                        Aggregates.max(AccountTotalsDecoder::total),
                                        Aggregates.sum(AccountTotalsDecoder::largest))
                                .sink("totals", Sinks.custom(new TotalsSink())));
    }

    private static void encode(WindowView window, AccountTotalsEncoder totals) {
        totals.account(window.longKey())
                .windowStartNs(window.startNs())
                .total(window.longValue(0))
                .payments(1)
                .largest(window.longValue(1));
    }
}
