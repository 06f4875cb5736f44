package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.egress.OutputDescriptor;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Expiry;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.MapState;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.operator.StateLimit;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.operator.WhenFull;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Idle;
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
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Handlers whose events are taken in rows, against the same events made step by step. */
final class HandlerRunsTest {
    private static final int SEEDS = 200;
    private static final int ENTRIES = 500;
    private static final int MAX_STEP_BYTES = 4096;

    @Test
    void shouldGiveTheSameInRowsAsStepByStep() {
        long together = 0;
        long failures = 0;
        long blocked = 0;
        long results = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Random random = new Random(seed);
            int sources = 1 + random.nextInt(2);
            List<ShardedRun.Entry> entries = ShardedRun.entries(random, sources, ENTRIES);
            try (Run alone = new Run(seed, sources, entries, false);
                    Run inRows = new Run(seed, sources, entries, true)) {
                for (int end = 100; end < entries.size() + 100; end += 100) {
                    int to = Math.min(end, entries.size());
                    alone.runTo(to);
                    inRows.runTo(to);
                    String where = "seed=" + seed + " record=" + to;
                    assertEquals(alone.failures, inRows.failures, where);
                    assertEquals(alone.outs, inRows.outs, where);
                    assertEquals(alone.counts(), inRows.counts(), where);
                    assertEquals(alone.core.stateHash(), inRows.core.stateHash(), where);
                    assertEquals(alone.core.timeNs(), inRows.core.timeNs(), where);
                }
                together += inRows.core.inRows();
                failures += inRows.failures.size();
                blocked += inRows.blocked;
                results += inRows.outs.size();
            }
        }
        assertTrue(together > 100L * SEEDS, "together: " + together);
        assertTrue(failures > SEEDS, "failures: " + failures);
        assertTrue(blocked > SEEDS, "blocked: " + blocked);
        assertTrue(results > 10L * SEEDS, "results: " + results);
    }

    /** One core over the entries. What fails is mended, made again, and the next fails again. */
    private static final class Run implements AutoCloseable {
        private final List<ShardedRun.Entry> entries;
        private final int[] offsets;
        private final UnsafeBuffer messages;
        private final boolean isInRows;
        private final Random random;
        private final OutputRing ring;
        private final Core core;
        private final RecordView view = new RecordView();
        private final List<String> outs = new ArrayList<>();
        private final List<String> failures = new ArrayList<>();
        private final boolean[] isMended = new boolean[1];
        private int next;
        private int blocked;

        Run(long seed, int sources, List<ShardedRun.Entry> entries, boolean isInRows) {
            this.entries = entries;
            this.isInRows = isInRows;
            this.random = new Random(seed);
            this.offsets = new int[entries.size()];
            int length = 0;
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] = length;
                length += entries.get(i).message().length;
            }
            this.messages = new UnsafeBuffer(new byte[length]);
            for (int i = 0; i < offsets.length; i++) {
                messages.putBytes(offsets[i], entries.get(i).message());
            }
            this.ring = new OutputRing(random.nextBoolean() ? 2 * MAX_STEP_BYTES : 64 * 1024);
            this.core =
                    new Core(
                            new Plan(random, isMended).pipeline(sources),
                            new CoreLimits(64 << 20, MAX_STEP_BYTES),
                            random.nextLong(),
                            ring);
        }

        private RecordView show(long index, RecordView shown) {
            int i = (int) index;
            entries.get(i).show(index, shown, messages, offsets[i]);
            return shown;
        }

        void runTo(int end) {
            while (next < end) {
                try {
                    takeSome(end);
                } catch (StepFailure e) {
                    failures.add(e.sequence() + " " + e.getMessage() + " " + e.getCause());
                    next = (int) e.sequence();
                    isMended[0] = true;
                    core.forgetFailure();
                    step();
                    isMended[0] = false;
                }
                if (random.nextInt(4) == 0) {
                    drain();
                }
            }
            drain();
        }

        private void takeSome(int end) {
            if (isInRows && !core.isInRecord()) {
                int last = Math.min(end, next + 1 + random.nextInt(150)) - 1;
                next = (int) core.run(this::show, view, next, last) + 1;
            }
            if (next < end) {
                step();
            }
        }

        private void step() {
            Step step = core.step(show(next, view));
            while (step != Step.COMPLETE) {
                if (step == Step.BLOCKED) {
                    blocked++;
                    drain();
                }
                step = core.step(view);
            }
            next++;
        }

        private void drain() {
            ring.drain(
                    out -> {
                        byte[] copy = new byte[out.messageLength()];
                        out.buffer().getBytes(out.messageOffset(), copy);
                        String kind = out.kind() == OutputDescriptor.KIND_MARKER ? "mark" : "";
                        outs.add(
                                kind
                                        + out.sinkId()
                                        + "/"
                                        + out.sequence()
                                        + "/"
                                        + out.ordinal()
                                        + Arrays.toString(copy));
                        return true;
                    },
                    Integer.MAX_VALUE);
        }

        List<String> counts() {
            List<String> counts = new ArrayList<>();
            for (Operator operator : core.operators()) {
                String[] labels = operator.countLabels();
                for (int i = 0; i < labels.length; i++) {
                    counts.add(operator.name() + "." + labels[i] + "=" + operator.countOf(i));
                }
                counts.add(operator.name() + " at " + operator.watermark());
            }
            return counts;
        }

        @Override
        public void close() {
            core.close();
            ring.close();
        }
    }

    /** Handlers behind sources, filters and unions, beside windows and each other. */
    private static final class Plan {
        private final Random random;
        private final boolean[] isMended;
        private int names;

        Plan(Random random, boolean[] isMended) {
            this.random = random;
            this.isMended = isMended;
        }

        Pipeline pipeline(int sources) {
            return Pipeline.define("handlers", p -> body(p, sources));
        }

        private void body(Pipeline.Definition p, int sources) {
            List<Stream<KeyedValueDecoder>> streams = new ArrayList<>();
            for (int i = 0; i < sources; i++) {
                // From one move of the watermark with each event to none at all.
                int disorderNs = random.nextInt(3) == 0 ? 2000 : random.nextInt(60);
                EventTimeStream<KeyedValueDecoder> source =
                        p.source("source" + i, BuiltinMessages.KEYED_VALUE)
                                .eventTime(
                                        m -> failing(m, 301, m.eventTimeNs()),
                                        new Disorder(disorderNs),
                                        random.nextBoolean()
                                                ? Idle.never()
                                                : Idle.after(Duration.ofNanos(20)));
                streams.add(source);
                if (random.nextInt(4) == 0) {
                    addWindow(source);
                }
            }
            Stream<KeyedValueDecoder> stream = streams.get(0);
            if (sources > 1 && random.nextBoolean()) {
                stream = stream.union("both", streams.get(1));
            } else if (sources > 1) {
                addHandler(streams.get(1));
            }
            if (random.nextInt(3) == 0) {
                stream = stream.filter("filter", m -> m.value().mantissa() % 5 != 0);
            }
            for (int i = random.nextInt(2); i >= 0; i--) {
                addHandler(stream);
            }
        }

        private long failing(KeyedValueDecoder message, int bad, long value) {
            if (!isMended[0] && message.value().mantissa() == bad) {
                throw new IllegalArgumentException("bad " + bad);
            }
            return value;
        }

        private void addWindow(Stream<KeyedValueDecoder> stream) {
            String name = "window" + names++;
            stream.keyBy("to-" + name, m -> m.value().mantissa() % 7)
                    .window(name, Windows.tumbling(Duration.ofNanos(50)), Late.drop())
                    .aggregate(
                            BuiltinMessages.KEYED_VALUE,
                            (view, result) ->
                                    RandomPipeline.put(result, view.endNs(), view.longValue(0)),
                            Aggregates.sum((KeyedValueDecoder m) -> m.value().mantissa()))
                    .sink("of-" + name, Sinks.memory(new MemorySink()));
        }

        private void addHandler(Stream<KeyedValueDecoder> stream) {
            String name = "handler" + names++;
            int keys = 1 + random.nextInt(40);
            KeyedStream<KeyedValueDecoder> keyed =
                    random.nextInt(4) == 0
                            ? stream.keyByBytes(
                                    "of-" + name, (m, target) -> m.getKey(target, 0, 64))
                            : stream.keyBy(
                                    "of-" + name,
                                    m -> failing(m, 302, m.value().mantissa() % keys));
            int manner = random.nextInt(1 << 6);
            Stream<KeyedValueDecoder> results =
                    random.nextInt(3) == 0
                            ? keyed.process(
                                    name,
                                    BuiltinMessages.KEYED_VALUE,
                                    () -> new Busy(manner, isMended),
                                    limit())
                            : keyed.process(
                                    name,
                                    BuiltinMessages.KEYED_VALUE,
                                    () -> new Busy(manner, isMended));
            results.sink("to-" + name, Sinks.memory(new MemorySink()));
            if (random.nextInt(3) == 0) {
                addWindow(results);
            }
        }

        private StateLimit limit() {
            WhenFull whenFull =
                    random.nextBoolean() ? WhenFull.EVICT_OLDEST : WhenFull.REJECT_EVENT;
            return StateLimit.keys(1 + random.nextInt(20), whenFull);
        }
    }

    /** Changes values in part and as a whole, removes them, sets timers; fails behind all of it. */
    private static final class Busy implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private static final int PARTS = 6;

        private final int manner;
        private final boolean[] isMended;
        private ValueState parts;
        private ValueState whole;
        private MapState map;

        Busy(int manner, boolean[] isMended) {
            this.manner = manner;
            this.isMended = isMended;
        }

        private boolean is(int bit) {
            return (manner & 1 << bit) != 0;
        }

        @Override
        public void open(HandlerSetup setup) {
            Expiry expiry = is(0) ? Expiry.after(Duration.ofNanos(40)) : Expiry.never();
            parts = setup.value("parts", PARTS * 8, is(1) ? expiry.renewedByReads() : expiry);
            whole = setup.value("whole", 16);
            map = setup.map("map", 8, expiry);
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            long value = event.message().value().mantissa();
            int part = (int) (value % (PARTS - 2)) * 8;
            UnsafeBuffer block = parts.update(part, 8);
            block.putLong(part, block.getLong(part) * 31 + value);
            parts.update(part + 8, 16);
            block.putLong(part + 8, block.getLong(part + 8) + context.watermarkNs());
            block.putLong(part + 16, block.getLong(part + 16) + event.ordinal());
            if (is(2) && value % 3 == 0) {
                UnsafeBuffer other = whole.update();
                other.putLong(8, other.getLong(8) + other.getLong(0) + context.timeNs());
                other.putLong(0, value);
            }
            if (value % 23 == 1) {
                parts.remove();
                whole.read();
                parts.update().putLong(0, value);
            } else if (value % 19 == 1) {
                whole.remove();
            }
            if (value % 7 == 1) {
                map.update(value % 11).putLong(0, value);
            }
            schedule(value, event.eventTimeNs(), context);
            if (value % 4 == 0) {
                emit(context, event.eventTimeNs(), value + parts.read().getLong(0));
            }
            if (!isMended[0] && value % 37 == 5) {
                throw new IllegalStateException("of " + value + " at " + context.timeNs());
            }
        }

        private void schedule(long value, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            if (is(3) && value % 9 == 2) {
                context.schedule(value % 3, timeNs + value % 60 - 10);
            }
            if (is(4) && value % 13 == 2) {
                context.scheduleByClock(value % 2, context.timeNs() + value % 40 - 2);
            } else if (is(4) && value % 13 == 3) {
                context.cancelByClock(value % 2);
            }
        }

        @Override
        public void onTimer(long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            parts.update(0, 8).putLong(0, timeNs + timerId);
            emit(context, timeNs, timerId);
            if (!isMended[0] && is(5) && timeNs % 5 == 1) {
                throw new IllegalStateException("timer " + timerId + " at " + timeNs);
            }
        }

        @Override
        public void onClockTimer(
                long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            UnsafeBuffer block = whole.update();
            block.putLong(0, block.getLong(0) + timeNs);
            if (block.getLong(0) % 3 == 0) {
                context.scheduleByClock(timerId, timeNs + 7);
            }
            emit(context, timeNs, block.getLong(0));
        }

        private static void emit(
                HandlerContext<KeyedValueEncoder> context, long timeNs, long value) {
            RandomPipeline.put(context.begin(), timeNs, value);
            context.emit();
        }
    }
}
