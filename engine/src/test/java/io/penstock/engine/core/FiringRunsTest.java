package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.KeyedStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.journal.RecordView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Firings that share a step give what they give one by one, failures included. */
final class FiringRunsTest {
    private static final int SEEDS = Integer.getInteger("penstock.seeds", 200);
    private static final int ENTRIES = 250;
    private static final int KEYS = 100;
    private static final int BAD_KEY = 61;
    private static final long ALL_CHANGES = 64L << 20;
    private static final int STEP_BYTES = 4096;

    private long together;
    private long failed;
    private long blocked;

    /** All that can be seen of a run. */
    private record Told(
            List<String> outs, List<String> failures, long stateHash, Map<String, Long> counts) {}

    @Test
    void shouldGiveTheSameAsSingleFiringsWhicheverStepFails() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Pipeline pipeline =
                    seed % 4 == 0 ? RandomPipeline.windows(seed) : RandomPipeline.define(seed);
            List<ShardedRun.Entry> entries =
                    ShardedRun.entries(new Random(seed), pipeline.sources().size(), ENTRIES);
            Told expected = run(pipeline, entries, seed, false);
            Told actual = run(pipeline, entries, seed, true);
            assertSame(expected, actual, "seed " + seed + "\n" + pipeline.plan());
        }
        assertTrue(together > 10L * SEEDS, "together: " + together);
        assertTrue(failed > SEEDS, "failed: " + failed);
        assertTrue(blocked > SEEDS, "blocked: " + blocked);
    }

    @Test
    void shouldFailAtTheKeyWhoseResultCannotBeMade() {
        Told told = compare(keys -> windows(keys, new IllegalStateException("bad")));
        assertEquals(1, told.failures.size());
        assertTrue(told.failures.get(0).contains("bad"), told.failures.get(0));
    }

    @Test
    void shouldFailAtTheKeyWhoseResultBringsAnError() {
        Told told = compare(keys -> windows(keys, new StackOverflowError("as bad as it gets")));
        assertEquals(1, told.failures.size());
    }

    @Test
    void shouldFailAtTheTimerThatFails() {
        Told told = compare(keys -> timers(keys, new IllegalStateException("bad")));
        assertEquals(1, told.failures.size());
    }

    @Test
    void shouldFailAtTheTimerThatBringsAnError() {
        Told told = compare(keys -> timers(keys, new StackOverflowError("as bad as it gets")));
        assertEquals(1, told.failures.size());
    }

    @Test
    void shouldFailAgainAtTheResultThatOverflows() {
        Told told = compare(FiringRunsTest::overflowing);
        assertEquals(2, told.failures.size());
        assertEquals(told.failures.get(0), told.failures.get(1));
    }

    /** One event of each key, and the end of the source, which all of them wait for. */
    private Told compare(
            Function<KeyedStream<KeyedValueDecoder>, Stream<KeyedValueDecoder>> stage) {
        List<ShardedRun.Entry> entries = new ArrayList<>();
        for (int i = 0; i < 2 * KEYS; i++) {
            entries.add(ShardedRun.event(0, 1000 + i, i, 10_000L * (i / KEYS) + i, i % KEYS));
        }
        Told expected = run(pipeline(stage), entries, 0, false);
        Told actual = run(pipeline(stage), entries, 0, true);
        assertSame(expected, actual, "one pipeline");
        assertTrue(together > KEYS / 4, "together: " + together);
        assertTrue(actual.outs.size() >= KEYS / 2, "results: " + actual.outs.size());
        return actual;
    }

    private static Pipeline pipeline(
            Function<KeyedStream<KeyedValueDecoder>, Stream<KeyedValueDecoder>> stage) {
        return Pipeline.define(
                "fires",
                p ->
                        stage.apply(
                                        p.source("events", BuiltinMessages.KEYED_VALUE)
                                                .eventTime(
                                                        KeyedValueDecoder::eventTimeNs,
                                                        Disorder.within(Duration.ofNanos(10)))
                                                .keyBy("key", m -> m.value().mantissa()))
                                .sink("results", Sinks.memory(new MemorySink())));
    }

    private static Stream<KeyedValueDecoder> windows(
            KeyedStream<KeyedValueDecoder> keys, Throwable bad) {
        boolean[] hasFailed = new boolean[1];
        return keys.window("window", Windows.tumbling(Duration.ofNanos(5000)), Late.drop())
                .aggregate(
                        BuiltinMessages.KEYED_VALUE,
                        (view, result) -> {
                            RandomPipeline.put(result, view.endNs(), view.longValue(0));
                            failAt(view.longKey(), view.endNs() > 5000, hasFailed, bad);
                        },
                        Aggregates.count());
    }

    /** Twice where a failure may be one of a run, and never again. */
    private static void failAt(long key, boolean isTime, boolean[] hasFailed, Throwable bad) {
        if (key != BAD_KEY || isTime || hasFailed[0]) {
            return;
        }
        StackTraceElement[] stack = new Throwable().getStackTrace();
        boolean isInRun =
                Arrays.stream(stack).anyMatch(e -> e.getMethodName().equals("fireTogether"));
        hasFailed[0] = !isInRun || bad instanceof Error;
        if (bad instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) bad;
    }

    private static Stream<KeyedValueDecoder> timers(
            KeyedStream<KeyedValueDecoder> keys, Throwable bad) {
        boolean[] hasFailed = new boolean[1];
        return keys.process("timers", BuiltinMessages.KEYED_VALUE, () -> new Timed(hasFailed, bad));
    }

    /** Sets a timer with each event, for one time, and gives a result with it. */
    private static final class Timed implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private final boolean[] hasFailed;
        private final Throwable bad;

        private Timed(boolean[] hasFailed, Throwable bad) {
            this.hasFailed = hasFailed;
            this.bad = bad;
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            context.schedule(1, event.message().eventTimeNs() / 5000 * 5000 + 4000);
        }

        @Override
        public void onTimer(long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            RandomPipeline.put(context.begin(), timeNs, context.longKey());
            context.emit();
            failAt(context.longKey(), timeNs > 5000, hasFailed, bad);
        }
    }

    /** One key's result is more than it may be, also when it is asked for again. */
    private static Stream<KeyedValueDecoder> overflowing(KeyedStream<KeyedValueDecoder> keys) {
        return keys.window("window", Windows.tumbling(Duration.ofNanos(5000)), Late.drop())
                .aggregate(
                        BuiltinMessages.KEYED_VALUE,
                        (view, result) ->
                                RandomPipeline.put(
                                        result,
                                        view.endNs(),
                                        Math.multiplyExact(3, view.longValue(0))),
                        Aggregates.sum(
                                (KeyedValueDecoder m) ->
                                        m.value().mantissa() == BAD_KEY
                                                ? Long.MAX_VALUE / 2
                                                : m.value().mantissa()));
    }

    private static void assertSame(Told expected, Told actual, String what) {
        for (int i = 0; i < Math.min(expected.outs.size(), actual.outs.size()); i++) {
            assertEquals(expected.outs.get(i), actual.outs.get(i), "result " + i + " of " + what);
        }
        assertEquals(expected.failures, actual.failures, what);
        assertEquals(expected.outs.size(), actual.outs.size(), what);
        assertEquals(expected.counts, actual.counts, what);
        assertEquals(expected.stateHash, actual.stateHash, what);
    }

    private Told run(
            Pipeline pipeline, List<ShardedRun.Entry> entries, long seed, boolean isTogether) {
        Random random = new Random(seed);
        List<String> outs = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        CoreLimits limits = new CoreLimits(64 << 20, STEP_BYTES);
        int ringBytes = seed % 3 == 1 ? 2 * STEP_BYTES : 64 << 10;
        try (OutputRing ring = new OutputRing(ringBytes);
                Core core = new Core(pipeline, limits, seed, ring)) {
            if (!isTogether) {
                core.fireOneByOne();
            }
            RecordView view = new RecordView();
            for (int i = 0; i < entries.size(); i++) {
                ShardedRun.Entry entry = entries.get(i);
                entry.show(i, view, new UnsafeBuffer(entry.message()), 0);
                boolean mayFail = seed > 0 && random.nextInt(3) == 0;
                core.limitStepChanges(mayFail ? 24L * (1 + random.nextInt(60)) : ALL_CHANGES);
                if (!complete(core, view, ring, outs, failures)) {
                    break;
                }
            }
            drain(ring, outs);
            together += core.firedTogether();
            failed += failures.size();
            return new Told(outs, failures, core.stateHash(), counts(core));
        }
    }

    /**
     * Until the record is done; what has failed is tried again with nothing in its way. False if it
     * fails again.
     */
    private boolean complete(
            Core core, RecordView view, OutputRing ring, List<String> outs, List<String> failures) {
        Step step = Step.MORE;
        while (step != Step.COMPLETE) {
            try {
                step = core.step(view);
            } catch (StepFailure e) {
                drain(ring, outs);
                String told = e.getMessage() + " " + e.getCause() + " behind " + outs.size();
                boolean isAgain = failures.contains(told);
                failures.add(told);
                if (isAgain) {
                    return false;
                }
                core.limitStepChanges(ALL_CHANGES);
                core.forgetFailure();
            }
            if (step == Step.BLOCKED) {
                blocked++;
                drain(ring, outs);
            }
        }
        return true;
    }

    private static void drain(OutputRing ring, List<String> outs) {
        ring.drain(
                out -> {
                    byte[] copy = new byte[out.messageLength()];
                    out.buffer().getBytes(out.messageOffset(), copy);
                    outs.add(
                            out.sinkId()
                                    + "/"
                                    + out.sequence()
                                    + "/"
                                    + out.ordinal()
                                    + "/"
                                    + Arrays.toString(copy));
                    return true;
                },
                Integer.MAX_VALUE);
    }

    private static Map<String, Long> counts(Core core) {
        Map<String, Long> counts = new TreeMap<>();
        for (Operator operator : core.operators()) {
            String[] labels = operator.countLabels();
            for (int i = 0; i < labels.length; i++) {
                counts.put(operator.name() + "." + labels[i], operator.countOf(i));
            }
        }
        return counts;
    }
}
