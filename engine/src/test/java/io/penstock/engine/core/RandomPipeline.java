package io.penstock.engine.core;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Dedupe;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Expiry;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.Lateness;
import io.penstock.engine.operator.Side;
import io.penstock.engine.operator.StateLimit;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.operator.WhenFull;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Idle;
import io.penstock.engine.pipeline.KeyedStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.LookBackStream;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.pipeline.WindowedStream;
import io.penstock.engine.rolling.LookBack;
import io.penstock.engine.rolling.Rolling;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Pipelines of every shape, made of a seed: sources that fall silent, filters, maps, unions, events
 * in order, windows of all kinds, handlers with timers, one behind another under other keys, side
 * outputs read by further stages, sinks anywhere.
 */
final class RandomPipeline {
    private static final int MAX_STREAMS = 14;
    private static final Side<KeyedValueDecoder, KeyedValueEncoder> ASIDE =
            Side.of("aside", BuiltinMessages.KEYED_VALUE);
    private static final Side<KeyedValueDecoder, KeyedValueEncoder> AS_IT_IS =
            Side.of("as-it-is", BuiltinMessages.KEYED_VALUE);

    private final Random random;
    private final List<Stream<KeyedValueDecoder>> streams = new ArrayList<>();
    private int names;
    private int sources;

    private RandomPipeline(long seed) {
        this.random = new Random(seed);
    }

    /** The pipeline of a seed; equal seeds give equal plans. */
    static Pipeline define(long seed) {
        RandomPipeline made = new RandomPipeline(seed);
        return Pipeline.define("random", made::body);
    }

    /** Windows by numbers right behind the sources, which events may go to together. */
    static Pipeline windows(long seed) {
        RandomPipeline made = new RandomPipeline(seed);
        return Pipeline.define("windows", made::windowsOnly);
    }

    private void windowsOnly(Pipeline.Definition p) {
        sources = 1 + random.nextInt(2);
        for (int i = 0; i < sources; i++) {
            EventTimeStream<KeyedValueDecoder> source =
                    p.source("source" + i, BuiltinMessages.KEYED_VALUE)
                            .eventTime(
                                    KeyedValueDecoder::eventTimeNs,
                                    new Disorder(random.nextInt(40)),
                                    Idle.never());
            for (int w = random.nextInt(2); w >= 0; w--) {
                addPlainWindow(source);
            }
        }
    }

    private void addPlainWindow(Stream<KeyedValueDecoder> stream) {
        int keys = 1 + random.nextInt(20);
        Windows windows =
                switch (random.nextInt(4)) {
                    case 0 -> Windows.global();
                    case 1 -> Windows.hopping(nanos(200), nanos(60));
                    default -> Windows.tumbling(nanos(200));
                };
        String name = name("window");
        WindowedStream<KeyedValueDecoder> windowed =
                stream.keyBy(name("modulo"), m -> m.value().mantissa() % keys)
                        .window(name, windows, lateness(stream))
                        .allowedLateness(
                                Duration.ofNanos(random.nextInt(2) * 1L * random.nextInt(90)));
        if (random.nextInt(4) == 0) {
            windowed = windowed.trigger(Trigger.finalOnly());
        }
        Stream<KeyedValueDecoder> results =
                windowed.aggregate(
                        BuiltinMessages.KEYED_VALUE,
                        RandomPipeline::encode,
                        Aggregates.sum((KeyedValueDecoder m) -> m.value().mantissa()),
                        Aggregates.max((KeyedValueDecoder m) -> m.value().mantissa()),
                        Aggregates.count(),
                        Aggregates.distinctNumbers(
                                (KeyedValueDecoder m) -> m.value().mantissa() % 7));
        results.sink("to-" + name, Sinks.memory(new MemorySink()));
        if (random.nextInt(3) == 0) {
            streams.add(results);
            add(results);
            streams.get(streams.size() - 1).sink("behind-" + name, Sinks.memory(new MemorySink()));
        }
    }

    private void body(Pipeline.Definition p) {
        sources = 1 + random.nextInt(3);
        for (int i = 0; i < sources; i++) {
            EventTimeStream<KeyedValueDecoder> source =
                    p.source("source" + i, BuiltinMessages.KEYED_VALUE)
                            .eventTime(
                                    KeyedValueDecoder::eventTimeNs,
                                    new Disorder(random.nextInt(12)),
                                    random.nextBoolean()
                                            ? Idle.never()
                                            : Idle.after(Duration.ofNanos(20)));
            streams.add(source);
        }
        int stages = 2 + random.nextInt(8);
        for (int i = 0; i < stages && streams.size() < MAX_STREAMS; i++) {
            // Mostly what was made last, so that stages stand behind one another.
            int back = Math.min(streams.size() - 1, random.nextInt(4) * random.nextInt(2));
            add(streams.get(streams.size() - 1 - back));
        }
        for (int i = 0; i < streams.size(); i++) {
            if (i == streams.size() - 1 || random.nextInt(3) == 0) {
                streams.get(i).sink("sink" + i, Sinks.memory(new MemorySink()));
            }
        }
    }

    private String name(String what) {
        return what + names++;
    }

    private void add(Stream<KeyedValueDecoder> stream) {
        switch (random.nextInt(13)) {
            case 0 -> addFilter(stream);
            case 1 -> {
                int shift = random.nextInt(7);
                streams.add(
                        stream.map(
                                name("map"),
                                BuiltinMessages.KEYED_VALUE,
                                (event, result) ->
                                        put(
                                                result,
                                                event.message().eventTimeNs(),
                                                event.message().value().mantissa() + shift)));
            }
            case 2 -> {
                Stream<KeyedValueDecoder> other = streams.get(random.nextInt(streams.size()));
                streams.add(stream.union(name("union"), other));
            }
            case 3 -> streams.add(stream.inOrder(name("order"), lateness(stream)));
            case 4, 5, 6, 7 -> addWindow(stream);
            case 8 -> addDedupe(stream);
            case 9 -> addLookBack(stream);
            case 10 -> addRetracted(stream);
            default -> addHandler(stream);
        }
    }

    private void addFilter(Stream<KeyedValueDecoder> stream) {
        if (random.nextBoolean()) {
            streams.add(stream.filter(name("filter"), m -> m.value().mantissa() % 5 != 0));
            return;
        }
        Stream<KeyedValueDecoder> filtered =
                stream.filter(name("filter"), m -> m.value().mantissa() % 3 != 0, "rest");
        streams.add(filtered.side("rest"));
        streams.add(filtered);
    }

    /** A side is declared before or behind the stage that writes to it, and may be read further. */
    private Lateness lateness(Stream<KeyedValueDecoder> stream) {
        if (random.nextInt(3) == 0) {
            return Late.drop();
        }
        String side = name("late");
        streams.add(0, stream.side(side));
        return Late.toSide(side);
    }

    private KeyedStream<KeyedValueDecoder> keyed(Stream<KeyedValueDecoder> stream) {
        if (random.nextBoolean()) {
            return stream.keyByBytes(name("bytes"), (m, target) -> m.getKey(target, 0, 64));
        }
        int keys = 1 + random.nextInt(20);
        return stream.keyBy(name("modulo"), m -> m.value().mantissa() % keys);
    }

    private void addWindow(Stream<KeyedValueDecoder> stream) {
        Windows assigner = windows();
        WindowedStream<KeyedValueDecoder> windows =
                keyed(stream).window(name("window"), assigner, lateness(stream));
        if (!(assigner instanceof Windows.Count)) {
            windows = withTrigger(windows);
        }
        if (random.nextInt(5) == 0) {
            windows = windows.limit(limit(stream));
        }
        if (assigner instanceof Windows.Aligned aligned && aligned.everyNs() > aligned.sizeNs()) {
            String gaps = name("gaps");
            windows = windows.gapsTo(gaps);
            streams.add(0, stream.side(gaps));
        }
        streams.add(
                windows.aggregate(
                        BuiltinMessages.KEYED_VALUE,
                        RandomPipeline::encode,
                        Aggregates.sum((KeyedValueDecoder m) -> m.value().mantissa()),
                        Aggregates.first((KeyedValueDecoder m) -> m.value().mantissa()),
                        Aggregates.count(),
                        Aggregates.distinctNumbers(
                                (KeyedValueDecoder m) -> m.value().mantissa() % 7)));
    }

    private StateLimit limit(Stream<KeyedValueDecoder> stream) {
        StateLimit limit = StateLimit.keys(1 + random.nextInt(12), WhenFull.REJECT_EVENT);
        return lateness(stream) instanceof Lateness.ToSide side
                ? limit.rejectedTo(side.side())
                : limit;
    }

    /** Some events take others out, whether or not these were there. */
    private void addRetracted(Stream<KeyedValueDecoder> stream) {
        Windows assigner = windows();
        if (assigner instanceof Windows.Sessions || assigner instanceof Windows.Count) {
            assigner = Windows.global();
        }
        WindowedStream<KeyedValueDecoder> windows =
                keyed(stream)
                        .window(name("retracted"), assigner, lateness(stream))
                        .allowedLateness(Duration.ofNanos(random.nextInt(40)))
                        .retractedBy(m -> m.value().mantissa() % 3 == 1);
        Trigger trigger = Trigger.onWatermark().retracting();
        switch (random.nextInt(4)) {
            case 0 -> trigger = trigger.early(nanos(12));
            case 1 -> trigger = trigger.earlyByClock(nanos(12));
            case 2 -> trigger = Trigger.finalOnly();
            default -> {}
        }
        streams.add(
                windows.trigger(trigger)
                        .aggregate(
                                BuiltinMessages.KEYED_VALUE,
                                (view, result) ->
                                        put(
                                                result,
                                                view.endNs() - 1,
                                                view.longValue(0) * 7
                                                        + view.longValue(1) * 3
                                                        + view.kind().letter()
                                                        + view.revision()),
                                Aggregates.sum((KeyedValueDecoder m) -> m.value().mantissa()),
                                Aggregates.count()));
    }

    private WindowedStream<KeyedValueDecoder> withTrigger(
            WindowedStream<KeyedValueDecoder> stream) {
        WindowedStream<KeyedValueDecoder> windows = stream;
        if (random.nextInt(3) == 0) {
            windows = windows.allowedLateness(Duration.ofNanos(random.nextInt(40)));
        }
        switch (random.nextInt(6)) {
            case 0 -> windows = windows.trigger(Trigger.finalOnly());
            case 1 -> windows = windows.trigger(Trigger.onWatermark().early(nanos(12)));
            case 2 ->
                    windows =
                            windows.trigger(
                                    Trigger.onWatermark().earlyByClock(nanos(12)).retracting());
            default -> windows = random.nextInt(3) == 0 ? windows.withLineage() : windows;
        }
        return windows;
    }

    private Windows windows() {
        long size = 1L + random.nextInt(30);
        return switch (random.nextInt(8)) {
            case 0, 1 -> Windows.sessions(nanos(20));
            case 2 -> Windows.count(1 + random.nextInt(5));
            case 3 -> Windows.cumulative(Duration.ofNanos(3 * size), Duration.ofNanos(size));
            case 4 -> Windows.global();
            case 5 -> Windows.tumbling(Duration.ofNanos(size));
            default -> Windows.hopping(Duration.ofNanos(size), nanos(40));
        };
    }

    private Duration nanos(int most) {
        return Duration.ofNanos(1 + random.nextInt(most));
    }

    private void addDedupe(Stream<KeyedValueDecoder> stream) {
        Dedupe dedupe =
                switch (random.nextInt(4)) {
                    case 0 -> Dedupe.forever();
                    case 1 -> Dedupe.lastRows(1 + random.nextInt(20));
                    default -> Dedupe.within(nanos(40));
                };
        if (lateness(stream) instanceof Lateness.ToSide side) {
            dedupe = dedupe.duplicatesTo(side.side());
        }
        boolean isLimited =
                !(dedupe.memory() instanceof Dedupe.Memory.LastRows) && random.nextInt(3) == 0;
        streams.add(
                isLimited
                        ? keyed(stream).dedupe(name("dedupe"), dedupe, limit(stream))
                        : keyed(stream).dedupe(name("dedupe"), dedupe));
    }

    private void addLookBack(Stream<KeyedValueDecoder> stream) {
        LookBack lookBack =
                switch (random.nextInt(3)) {
                    case 0 -> LookBack.rows(1 + random.nextInt(4));
                    case 1 -> LookBack.within(nanos(50));
                    default -> LookBack.all();
                };
        LookBackStream<KeyedValueDecoder> rows =
                random.nextInt(4) == 0
                        ? keyed(stream).lookBack(name("look-back"), lookBack, limit(stream))
                        : keyed(stream).lookBack(name("look-back"), lookBack);
        streams.add(
                rows.aggregate(
                        BuiltinMessages.KEYED_VALUE,
                        (event, view, result) -> {
                            put(result, event.eventTimeNs(), view.longValue(0) + view.rows());
                            return view.rows() % 3 != 2;
                        },
                        Rolling.sum((KeyedValueDecoder m) -> m.value().mantissa())));
    }

    private static void encode(WindowView view, KeyedValueEncoder result) {
        put(
                result,
                view.endNs() - 1,
                view.longValue(0) * 7
                        + view.longValue(1) * 3
                        + view.longValue(2) * 11
                        + view.longValue(3)
                        + view.kind().letter()
                        + view.revision()
                        + 5 * view.triggerRow());
    }

    private void addHandler(Stream<KeyedValueDecoder> stream) {
        int manner = random.nextInt(4);
        if (random.nextBoolean()) {
            streams.add(
                    keyed(stream)
                            .process(
                                    name("handler"),
                                    BuiltinMessages.KEYED_VALUE,
                                    () -> new Restless(manner, false)));
            return;
        }
        Stream<KeyedValueDecoder> results =
                keyed(stream)
                        .process(
                                name("handler"),
                                BuiltinMessages.KEYED_VALUE,
                                () -> new Restless(manner, true),
                                ASIDE,
                                AS_IT_IS);
        streams.add(results.side(ASIDE));
        streams.add(results);
        streams.add(results.side(AS_IT_IS));
    }

    static void put(KeyedValueEncoder result, long timeNs, long value) {
        result.eventTimeNs(timeNs);
        result.value().mantissa(Math.floorMod(value, 1_000_003)).scale((short) 0);
        byte[] key = ("k" + Math.floorMod(value, 23)).getBytes(StandardCharsets.UTF_8);
        result.putKey(key, 0, key.length);
    }

    /**
     * Sets timers in the future, the past and the present, from events and timers; emits or not.
     */
    private static final class Restless implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private final int manner;
        private final boolean hasSides;
        private ValueState state;

        Restless(int manner, boolean hasSides) {
            this.manner = manner;
            this.hasSides = hasSides;
        }

        @Override
        public void open(HandlerSetup setup) {
            state =
                    manner == 3
                            ? setup.value("state", 16, Expiry.after(Duration.ofNanos(15)))
                            : setup.value("state", 16);
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            long value = event.message().value().mantissa();
            UnsafeBuffer block = state.update();
            block.putLong(0, block.getLong(0) * 31 + value);
            block.putLong(8, 0);
            long timeNs = event.eventTimeNs();
            if (hasSides && value % 4 == 0) {
                context.send(AS_IT_IS, event);
            }
            switch ((int) (value + manner) & 3) {
                case 0 -> context.schedule(value % 3, timeNs + 5 + value % 9);
                case 1 -> context.schedule(7, timeNs - 40);
                case 2 -> {
                    context.cancel(value % 3);
                    context.scheduleByClock(value % 2, context.timeNs() + value % 6 - 2);
                }
                default -> {
                    for (int i = 0; i < value % 3; i++) {
                        emit(context, timeNs, block.getLong(0) + i);
                    }
                }
            }
        }

        @Override
        public void onTimer(long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            UnsafeBuffer block = state.update();
            long fired = block.getLong(8) + 1;
            block.putLong(8, fired);
            block.putLong(0, block.getLong(0) * 17 + timeNs + timerId);
            if (fired < 4) {
                // Into the past: it follows at once, before timers of others that were earlier.
                context.schedule(timerId + 1, timeNs - fired * 25 * (manner - 1));
            }
            if ((fired + manner) % 3 != 0) {
                emit(context, timeNs, block.getLong(0));
            }
            if (fired >= 4) {
                state.remove();
            }
        }

        @Override
        public void onClockTimer(
                long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            UnsafeBuffer block = state.update();
            block.putLong(0, block.getLong(0) * 13 + timeNs + timerId);
            if (block.getLong(0) % 3 == 0) {
                context.schedule(timerId, context.watermarkNs() / 2);
            } else if (block.getLong(0) % 3 == 1) {
                emit(context, context.timeNs() % 500, block.getLong(0));
            }
        }

        private void emit(HandlerContext<KeyedValueEncoder> context, long timeNs, long value) {
            if (hasSides && value % 3 == 0) {
                put(context.begin(ASIDE), timeNs, value + 1);
                context.emit(ASIDE);
            }
            put(context.begin(), timeNs, value);
            context.emit();
        }
    }
}
