package io.penstock.testkit.harness;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Dedupe;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.Side;
import io.penstock.engine.operator.SideEmitter;
import io.penstock.engine.operator.StateLimit;
import io.penstock.engine.operator.WhenFull;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.FutureGuard;
import io.penstock.engine.pipeline.Idle;
import io.penstock.engine.pipeline.KeyedStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.SinkSpec;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.pipeline.Watermarks;
import io.penstock.engine.rolling.Ewma;
import io.penstock.engine.rolling.LookBack;
import io.penstock.engine.rolling.Rolling;
import io.penstock.engine.window.Aggregate;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Ties;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.Windows;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One small pipeline for each kind of operator, and for each way it can be set. */
final class Kinds {
    private static final Duration DISORDER = ms(20);

    private static final Side<KeyedValueDecoder, KeyedValueEncoder> COPIES =
            Side.of("copies", BuiltinMessages.KEYED_VALUE);
    private static final Side<KeyedValueDecoder, KeyedValueEncoder> EVENTS =
            Side.of("events", BuiltinMessages.KEYED_VALUE);

    private Kinds() {}

    /**
     * A pipeline to try.
     *
     * @param leftoverBytes of state that stays for good
     */
    record Kind(String name, Pipeline pipeline, long leftoverBytes, boolean showsSequences) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Kind> all() {
        List<Kind> kinds = new ArrayList<>();
        simple(kinds);
        windows(kinds);
        sessionsAndCounts(kinds);
        aggregates(kinds);
        lookBacks(kinds);
        dedupes(kinds);
        handlers(kinds);
        times(kinds);
        return kinds;
    }

    private static void add(
            List<Kind> kinds, String name, Consumer<EventTimeStream<KeyedValueDecoder>> rest) {
        add(kinds, name, 0, rest);
    }

    private static void add(
            List<Kind> kinds,
            String name,
            long leftoverBytes,
            Consumer<EventTimeStream<KeyedValueDecoder>> rest) {
        Pipeline pipeline =
                Pipeline.define(
                        name,
                        p ->
                                rest.accept(
                                        p.source("events", BuiltinMessages.KEYED_VALUE)
                                                .eventTime(
                                                        KeyedValueDecoder::eventTimeNs,
                                                        Disorder.within(DISORDER))));
        kinds.add(new Kind(name, pipeline, leftoverBytes, false));
    }

    private static void simple(List<Kind> kinds) {
        add(
                kinds,
                "filter",
                s -> s.filter("f", m -> m.value().mantissa() > 100).sink("o", memory()));
        add(
                kinds,
                "map",
                s -> s.map("m", BuiltinMessages.KEYED_VALUE, Kinds::copy).sink("o", memory()));
        add(
                kinds,
                "flat-map",
                s ->
                        s.flatMap(
                                        "m",
                                        BuiltinMessages.KEYED_VALUE,
                                        (event, results) -> {
                                            long count = event.message().value().mantissa() & 3;
                                            for (int i = 0; i < count; i++) {
                                                copy(event, results.begin());
                                                results.emit();
                                            }
                                        })
                                .sink("o", memory()));
        sides(kinds);
        limits(kinds);
        add(kinds, "order-drop", s -> s.inOrder("order", Late.drop()).sink("o", memory()));
        add(
                kinds,
                "order-side",
                s -> {
                    s.inOrder("order", Late.toSide("late")).sink("o", memory());
                    s.side("late").sink("late", memory());
                });
        add(
                kinds,
                "branches",
                s -> {
                    Stream<KeyedValueDecoder> low =
                            s.filter("low", m -> m.value().mantissa() < 300);
                    Stream<KeyedValueDecoder> high =
                            s.filter("high", m -> m.value().mantissa() > 200);
                    low.union("again", high).inOrder("order", Late.drop()).sink("o", memory());
                    low.sink("low-out", memory());
                });
    }

    private static void sides(List<Kind> kinds) {
        add(
                kinds,
                "filter-side",
                s -> {
                    Stream<KeyedValueDecoder> large =
                            s.filter("f", m -> m.value().mantissa() > 100, "small");
                    large.sink("o", memory());
                    large.side("small").sink("small", memory());
                });
        add(
                kinds,
                "map-sides",
                s -> {
                    Stream<KeyedValueDecoder> mapped =
                            s.map(
                                    "m",
                                    BuiltinMessages.KEYED_VALUE,
                                    (event, result, sides) -> {
                                        sendSome(event, sides);
                                        copy(event, result);
                                    },
                                    COPIES,
                                    EVENTS);
                    mapped.sink("o", memory());
                    mapped.side(COPIES).sink("copies", memory());
                    mapped.side(EVENTS).sink("events", memory());
                });
        add(
                kinds,
                "handler-sides",
                s -> {
                    Stream<KeyedValueDecoder> handled =
                            byKey(s).process(
                                            "h",
                                            BuiltinMessages.KEYED_VALUE,
                                            SendingHandler::new,
                                            EVENTS,
                                            COPIES);
                    handled.sink("o", memory());
                    handled.side(EVENTS).sink("events", memory());
                    handled.side(COPIES)
                            .keyBy("modulo", m -> m.value().mantissa() % 3)
                            .window("behind", Windows.tumbling(ms(30)), Late.drop())
                            .firings(simpleAggregates())
                            .sink("copies", memory());
                });
        add(
                kinds,
                "gap-side",
                s -> {
                    byKey(s).window("w", Windows.hopping(ms(10), ms(25)), Late.toSide("late"))
                            .gapsTo("gaps")
                            .firings(simpleAggregates())
                            .sink("o", memory());
                    s.side("gaps").union("dropped", s.side("late")).sink("dropped-out", memory());
                });
    }

    private static void limits(List<Kind> kinds) {
        StateLimit limit = StateLimit.keys(4, WhenFull.REJECT_EVENT).rejectedTo("full");
        List<Windows> windows =
                List.of(
                        Windows.hopping(ms(40), ms(15)),
                        Windows.sessions(ms(12)),
                        Windows.count(3));
        for (int i = 0; i < windows.size(); i++) {
            Windows limited = windows.get(i);
            add(
                    kinds,
                    "limited-windows-" + i,
                    s -> {
                        byKey(s).window("w", limited, Late.drop())
                                .limit(limit)
                                .firings(simpleAggregates())
                                .sink("o", memory());
                        s.side("full").sink("full-out", memory());
                    });
        }
        add(
                kinds,
                "limited-dedupe",
                s -> {
                    byKey(s).dedupe("d", Dedupe.within(ms(25)), limit).sink("o", memory());
                    s.side("full").sink("full-out", memory());
                });
        add(
                kinds,
                "limited-look-back",
                s -> {
                    byKey(s).lookBack("l", LookBack.within(ms(30)), limit)
                            .aggregate(Rolling.count())
                            .sink("o", memory());
                    s.side("full").sink("full-out", memory());
                });
    }

    /** Copies each event, and sends some to its sides before that. */
    private static final class SendingHandler
            implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            copy(event, context.begin());
            sendSome(event, context);
            context.emit();
        }
    }

    private static void sendSome(Event<KeyedValueDecoder> event, SideEmitter sides) {
        long value = value(event.message());
        if (value % 3 == 0) {
            copy(event, sides.begin(COPIES));
            sides.emit(COPIES);
        }
        if (value % 2 == 0) {
            sides.send(EVENTS, event);
        }
    }

    /** Totals, under another key, of what a stage tells and takes back. */
    private static void retracted(
            List<Kind> kinds, String name, Windows parts, Windows totals, Trigger trigger) {
        add(
                kinds,
                name,
                s ->
                        byKey(s).window("parts", parts, Late.drop())
                                .allowedLateness(ms(60))
                                .trigger(Trigger.onWatermark().early(ms(15)).retracting())
                                .firings(Aggregates.sum(Kinds::value))
                                .keyBy("start", m -> m.windowStartNs() / ms(25).toNanos() % 3)
                                .window("totals", totals, Late.drop())
                                .allowedLateness(ms(60))
                                .trigger(trigger)
                                .retractedBy(m -> m.kind() == 'R')
                                .firings(
                                        Aggregates.count(),
                                        Aggregates.average(
                                                m -> m.values().next().mantissa().low(), 3))
                                .sink("o", memory()));
    }

    private static void window(
            List<Kind> kinds, String name, Windows windows, Duration lateness, Trigger trigger) {
        add(
                kinds,
                name,
                s -> {
                    byKey(s).window("w", windows, Late.toSide("late"))
                            .allowedLateness(lateness)
                            .trigger(trigger)
                            .firings(simpleAggregates())
                            .sink("o", memory());
                    s.side("late").sink("late", memory());
                });
    }

    private static void windows(List<Kind> kinds) {
        Duration none = Duration.ZERO;
        Trigger normal = Trigger.onWatermark();
        window(kinds, "tumbling", Windows.tumbling(ms(40)), none, normal);
        window(kinds, "hopping", Windows.hopping(ms(40), ms(15)), none, normal);
        window(kinds, "gaps", Windows.hopping(ms(10), ms(25)), none, normal);
        window(kinds, "offset", Windows.tumbling(ms(40)).offset(ms(13)), none, normal);
        window(kinds, "cumulative", Windows.cumulative(ms(60), ms(20)), none, normal);
        window(kinds, "days", Windows.days(1, ZoneId.of("Europe/Berlin")), none, normal);
        window(kinds, "global", Windows.global(), none, normal);
        window(kinds, "tumbling-late", Windows.tumbling(ms(20)), ms(60), normal);
        window(kinds, "hopping-late", Windows.hopping(ms(40), ms(15)), ms(60), normal);
        window(
                kinds,
                "cumulative-late",
                Windows.cumulative(ms(60), ms(20)),
                ms(60),
                normal.retracting());
        window(kinds, "final", Windows.hopping(ms(40), ms(15)), ms(60), Trigger.finalOnly());
        window(kinds, "retracting", Windows.hopping(ms(40), ms(15)), ms(60), normal.retracting());
        window(kinds, "early", Windows.tumbling(ms(100)), none, normal.early(ms(15)));
        window(
                kinds,
                "early-retracting",
                Windows.hopping(ms(100), ms(40)),
                ms(60),
                normal.early(ms(15)).retracting());
        window(
                kinds,
                "early-by-clock",
                Windows.tumbling(ms(100)),
                ms(60),
                normal.earlyByClock(ms(7)).retracting());
        window(kinds, "global-early", Windows.global(), none, normal.early(ms(30)).retracting());
        Windows parts = Windows.tumbling(ms(25));
        Trigger again = normal.early(ms(10)).retracting();
        retracted(kinds, "retracted", parts, Windows.tumbling(ms(60)), normal.retracting());
        retracted(kinds, "retracted-early", parts, Windows.hopping(ms(60), ms(25)), again);
        retracted(kinds, "retracted-global", Windows.sessions(ms(12)), Windows.global(), again);
        retracted(kinds, "retracted-final", parts, parts, Trigger.finalOnly());
        Pipeline lineage =
                Pipeline.define(
                        "lineage",
                        p ->
                                byKey(
                                                p.source("events", BuiltinMessages.KEYED_VALUE)
                                                        .eventTime(
                                                                KeyedValueDecoder::eventTimeNs,
                                                                Disorder.within(DISORDER)))
                                        .window("w", Windows.hopping(ms(40), ms(15)), Late.drop())
                                        .allowedLateness(ms(60))
                                        .withLineage()
                                        .firings(simpleAggregates())
                                        .sink("o", memory()));
        kinds.add(new Kind("lineage", lineage, 0, true));
    }

    private static void sessionsAndCounts(List<Kind> kinds) {
        Duration none = Duration.ZERO;
        Trigger normal = Trigger.onWatermark();
        Windows sessions = Windows.sessions(ms(12));
        window(kinds, "sessions", sessions, none, normal);
        window(kinds, "sessions-late", sessions, ms(60), normal);
        window(kinds, "sessions-retracting", sessions, ms(60), normal.retracting());
        window(kinds, "sessions-final", sessions, ms(60), Trigger.finalOnly());
        window(kinds, "sessions-early", sessions, ms(60), normal.early(ms(15)).retracting());
        window(kinds, "sessions-early-by-clock", sessions, none, normal.earlyByClock(ms(7)));
        add(
                kinds,
                "counts",
                s ->
                        byKey(s).window("w", Windows.count(3), Late.drop())
                                .firings(simpleAggregates())
                                .sink("o", memory()));
    }

    private static void aggregates(List<Kind> kinds) {
        for (boolean sessions : new boolean[] {false, true}) {
            Windows windows = sessions ? Windows.sessions(ms(12)) : Windows.hopping(ms(40), ms(15));
            add(
                    kinds,
                    sessions ? "session-aggregates" : "aggregates",
                    s ->
                            s.keyBy("modulo", m -> m.value().mantissa() % 3)
                                    .window("w", windows, Late.drop())
                                    .allowedLateness(ms(60))
                                    .trigger(Trigger.onWatermark().retracting())
                                    .firings(manyAggregates())
                                    .sink("o", memory()));
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // generic array
    private static Aggregate<KeyedValueDecoder>[] simpleAggregates() {
        return new Aggregate[] {
            Aggregates.<KeyedValueDecoder>count(),
            Aggregates.sum(Kinds::value),
            Aggregates.first(Kinds::value),
            Aggregates.last(Kinds::value)
        };
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // generic array
    private static Aggregate<KeyedValueDecoder>[] manyAggregates() {
        return new Aggregate[] {
            Aggregates.average(Kinds::value, 3),
            Aggregates.variance(Kinds::value, 3),
            Aggregates.<KeyedValueDecoder>distinct(m -> Kinds.value(m) & 7),
            Aggregates.<KeyedValueDecoder>distinctBytes((m, to) -> m.getKey(to, 0, 100)),
            Aggregates.<KeyedValueDecoder>hyperLogLogBytes((m, to) -> m.getKey(to, 0, 100), 6),
            Aggregates.quantile(Kinds::value, 0.5, 0, 0.05),
            Aggregates.top(3, Kinds::value, (m, to) -> m.getKey(to, 0, 100), Ties.ARRIVAL),
            Aggregates.<KeyedValueDecoder>topBytesByCount(
                    2, (m, to) -> m.getKey(to, 0, 100), Ties.BYTES),
            Aggregates.<KeyedValueDecoder>lastBytes((m, to) -> m.getKey(to, 0, 100))
        };
    }

    private static void lookBacks(List<Kind> kinds) {
        List<LookBack> all =
                List.of(
                        LookBack.rows(3),
                        LookBack.within(ms(30)),
                        LookBack.within(ms(30)).excludingCurrent(),
                        LookBack.rows(5).forgetAfter(ms(50)));
        for (int i = 0; i < all.size(); i++) {
            LookBack lookBack = all.get(i);
            boolean inOrder = i % 2 == 0;
            // Rows counted, not timed, are kept until their key is forgotten.
            long leftover = i == 0 ? 16_384 : 0;
            add(
                    kinds,
                    "look-back-" + i,
                    leftover,
                    s ->
                            byKey(inOrder ? s.inOrder("order", Late.drop()) : s)
                                    .lookBack("look", lookBack)
                                    .aggregate(
                                            Rolling.count(),
                                            Rolling.sum(Kinds::value),
                                            Rolling.average(Kinds::value, 2),
                                            Rolling.variance(Kinds::value, 2),
                                            Rolling.min(Kinds::value),
                                            Rolling.max(Kinds::value),
                                            Rolling.first(Kinds::value),
                                            Rolling.distinct(m -> Kinds.value(m) & 7))
                                    .sink("o", memory()));
        }
        add(
                kinds,
                "look-back-all",
                16_384,
                s ->
                        byKey(s).lookBack("look", LookBack.all())
                                .aggregate(
                                        Rolling.count(),
                                        Rolling.max(Kinds::value),
                                        Ewma.rows(Kinds::value, 5, 3),
                                        Ewma.time(Kinds::value, ms(30), 3))
                                .sink("o", memory()));
    }

    private static void dedupes(List<Kind> kinds) {
        dedupe(kinds, "dedupe-forever", Dedupe.forever(), 16_384);
        dedupe(kinds, "dedupe-rows", Dedupe.lastRows(5), 16_384);
        dedupe(kinds, "dedupe-within", Dedupe.within(ms(25)), 0);
    }

    private static void dedupe(List<Kind> kinds, String name, Dedupe dedupe, long leftover) {
        add(
                kinds,
                name,
                leftover,
                s -> {
                    byKey(s).dedupe("dedupe", dedupe.duplicatesTo("copies")).sink("o", memory());
                    s.side("copies").sink("copies", memory());
                });
    }

    private static void handlers(List<Kind> kinds) {
        handler(kinds, "handler-all-state", 0, AllStateHandler::new, null);
        handler(kinds, "handler-timers", 4096, TimerHandler::new, null);
        for (WhenFull whenFull : WhenFull.values()) {
            if (whenFull != WhenFull.STOP) {
                handler(
                        kinds,
                        whenFull == WhenFull.REJECT_EVENT ? "handler-rejects" : "handler-evicts",
                        0,
                        AllStateHandler::new,
                        StateLimit.keys(3, whenFull));
            }
        }
    }

    private static void handler(
            List<Kind> kinds,
            String name,
            long leftover,
            Supplier<Handler<KeyedValueDecoder, KeyedValueEncoder>> handlers,
            StateLimit limit) {
        add(
                kinds,
                name,
                leftover,
                s -> {
                    KeyedStream<KeyedValueDecoder> keyed = byKey(s);
                    (limit == null
                                    ? keyed.process("h", BuiltinMessages.KEYED_VALUE, handlers)
                                    : keyed.process(
                                            "h", BuiltinMessages.KEYED_VALUE, handlers, limit))
                            .sink("o", memory());
                });
    }

    private static void times(List<Kind> kinds) {
        times(kinds, "ascending", Watermarks.ascending(), FutureGuard.off());
        times(
                kinds,
                "punctuated",
                Watermarks.punctuated(
                        "every-fifth",
                        m -> m.value().mantissa() % 5 == 0 ? m.eventTimeNs() : Long.MIN_VALUE),
                FutureGuard.off());
        times(kinds, "lag", Watermarks.lag(ms(30)), FutureGuard.off());
        times(
                kinds,
                "guarded",
                Disorder.within(DISORDER),
                FutureGuard.rejectJump(ms(40)).believedAfter(3));
        times(kinds, "clamped", Disorder.within(DISORDER), FutureGuard.clampJump(ms(40)));
        Pipeline two =
                Pipeline.define(
                        "two-sources",
                        p -> {
                            EventTimeStream<KeyedValueDecoder> quick =
                                    source(p, "quick", Disorder.within(ms(5)), FutureGuard.off());
                            EventTimeStream<KeyedValueDecoder> slow =
                                    source(p, "slow", Disorder.within(ms(40)), FutureGuard.off());
                            counted(quick.union("both", slow));
                            counted("slow-only", slow);
                        });
        kinds.add(new Kind("two-sources", two, 0, false));
    }

    private static void times(
            List<Kind> kinds,
            String name,
            Watermarks<? super KeyedValueDecoder> watermarks,
            FutureGuard guard) {
        Pipeline pipeline =
                Pipeline.define(
                        name,
                        p -> {
                            EventTimeStream<KeyedValueDecoder> source =
                                    source(p, "events", watermarks, guard);
                            counted(source);
                            source.rejected().sink("rejected", memory());
                        });
        kinds.add(new Kind(name, pipeline, 0, false));
    }

    private static EventTimeStream<KeyedValueDecoder> source(
            Pipeline.Definition p,
            String name,
            Watermarks<? super KeyedValueDecoder> watermarks,
            FutureGuard guard) {
        return p.source(name, BuiltinMessages.KEYED_VALUE)
                .eventTime(KeyedValueDecoder::eventTimeNs, watermarks, Idle.after(ms(30)), guard);
    }

    private static void counted(Stream<KeyedValueDecoder> stream) {
        counted("counted", stream);
    }

    private static void counted(String name, Stream<KeyedValueDecoder> stream) {
        byKey(stream)
                .window(name, Windows.tumbling(ms(15)), Late.drop())
                .firings(simpleAggregates())
                .sink(name + "-out", memory());
    }

    private static KeyedStream<KeyedValueDecoder> byKey(Stream<KeyedValueDecoder> stream) {
        return stream.keyByBytes("key", (m, to) -> m.getKey(to, 0, 100));
    }

    private static long value(KeyedValueDecoder message) {
        return message.value().mantissa();
    }

    private static void copy(Event<KeyedValueDecoder> event, KeyedValueEncoder result) {
        KeyedValueDecoder message = event.message();
        result.eventTimeNs(message.eventTimeNs());
        result.value().mantissa(3 * message.value().mantissa()).scale((short) 0);
        byte[] key = new byte[message.keyLength()];
        message.getKey(key, 0, key.length);
        result.putKey(key, 0, key.length);
    }

    private static SinkSpec memory() {
        return Sinks.memory(new MemorySink());
    }

    private static Duration ms(int value) {
        return Duration.ofMillis(value);
    }
}
