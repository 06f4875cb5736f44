package io.penstock.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.BarDecoder;
import io.penstock.codecs.builtin.TradeDecoder;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Idle;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.fault.PenstockException;
import io.penstock.journal.Durability;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TestEngineTest {
    private final long liveBytes = NativeMemory.liveBytes();

    @AfterEach
    void shouldLeaveNothingBehind() {
        assertEquals(liveBytes, NativeMemory.liveBytes());
    }

    /** Prices per symbol and minute, from two exchanges; one falls silent now and then. */
    private static Pipeline pipeline() {
        return Pipeline.define(
                "prices",
                p -> {
                    EventTimeStream<TradeDecoder> north =
                            p.source("north", BuiltinMessages.TRADE)
                                    .eventTime(
                                            TradeDecoder::eventTimeNs,
                                            Disorder.within(Duration.ofSeconds(2)));
                    EventTimeStream<TradeDecoder> south =
                            p.source("south", BuiltinMessages.TRADE)
                                    .eventTime(
                                            TradeDecoder::eventTimeNs,
                                            Disorder.within(Duration.ofSeconds(2)),
                                            Idle.after(Duration.ofSeconds(30)));
                    north.union("all", south)
                            .filter("real", trade -> trade.qty() > 0)
                            .keyByBytes("symbol", (trade, key) -> trade.getSymbol(key, 0, 64))
                            .window("minutes", Windows.tumbling(Duration.ofMinutes(1)), Late.drop())
                            .aggregate(
                                    BuiltinMessages.BAR,
                                    (window, bar) -> {
                                        bar.windowStartNs(window.startNs());
                                        bar.windowEndNs(window.endNs());
                                        bar.trades(window.longValue(0));
                                        bar.highPrice(window.longValue(1));
                                        bar.putSymbol(window.key(), 0, window.key().capacity());
                                    },
                                    Aggregates.count(),
                                    Aggregates.max(trade -> trade.price()))
                            .sink("bars", Sinks.memory(new MemorySink()));
                });
    }

    private static void trade(TestEngine engine, String source, int second, long price) {
        engine.send(
                source,
                BuiltinMessages.TRADE,
                trade ->
                        trade.eventTimeNs(Duration.ofSeconds(second).toNanos())
                                .price(price)
                                .qty(1)
                                .symbol("XRP"));
    }

    private static List<String> bars(TestEngine engine) {
        BarDecoder bar = new BarDecoder();
        return engine.outputs("bars").stream()
                .map(
                        message -> {
                            BuiltinMessages.BAR.wrap(bar, message, 0);
                            return Duration.ofNanos(bar.windowStartNs()).toSeconds()
                                    + " "
                                    + bar.trades()
                                    + " trades up to "
                                    + bar.highPrice();
                        })
                .toList();
    }

    @Test
    void shouldFireWindowWhenBothSourcesHavePassedItsEnd() {
        try (TestEngine engine = TestEngine.start(pipeline())) {
            trade(engine, "north", 10, 100);
            trade(engine, "south", 20, 107);
            trade(engine, "north", 70, 103);
            engine.run();
            assertEquals(List.of(), bars(engine), "south may still send what is older");

            trade(engine, "south", 71, 104);
            engine.run();
            assertEquals(List.of("0 2 trades up to 107"), bars(engine));
        }
    }

    @Test
    void shouldNotWaitForIdleSourceWhenTimeMovesOn() {
        try (TestEngine engine = TestEngine.start(pipeline())) {
            trade(engine, "south", 10, 100);
            trade(engine, "north", 70, 103);
            engine.run();
            assertEquals(List.of(), bars(engine));

            engine.advanceTime(Duration.ofSeconds(29));
            trade(engine, "north", 71, 103);
            engine.run();
            assertEquals(List.of(), bars(engine));

            engine.advanceTime(Duration.ofSeconds(1));
            engine.run();
            assertEquals(List.of("0 1 trades up to 100"), bars(engine));
        }
    }

    @Test
    void shouldKeepWhatIsAcknowledgedAtPowerWhenThePowerFails() {
        try (TestEngine engine = TestEngine.of(pipeline()).durability(Durability.POWER).start()) {
            trade(engine, "north", 10, 100);
            trade(engine, "south", 10, 100);
            assertEquals(-1, engine.acknowledged());
            engine.run();
            long hash = engine.stateHash();
            assertEquals(1, engine.acknowledged());
            assertEquals(Durability.POWER, engine.durability());

            engine.losePowerAndRecover();

            assertEquals(hash, engine.stateHash());
            assertEquals(0, engine.resumePosition("north"));
            assertEquals(1, engine.acknowledged());
        }
    }

    @Test
    void shouldLoseWhatIsAcknowledgedAtProcessInSomePowerCut() {
        long lost = 0;
        try (TestEngine engine = TestEngine.of(pipeline()).shards(2).start()) {
            for (int i = 0; i < 20; i++) {
                trade(engine, "north", 10 + i, 100);
                engine.run();
                long acknowledged = engine.acknowledged();
                engine.losePowerAndRecover();
                lost += acknowledged - engine.acknowledged();
            }
        }
        assertTrue(lost > 0, "a process that is killed and a power cut are the same");
    }

    @Test
    void shouldKeepWhatIsJournaledAndForgetTheRestWhenItCrashes() {
        try (TestEngine engine = TestEngine.start(pipeline())) {
            trade(engine, "north", 10, 100);
            trade(engine, "south", 10, 100);
            engine.run();
            long hash = engine.stateHash();
            trade(engine, "north", 11, 999);

            engine.crashAndRecover();
            engine.run();

            assertEquals(hash, engine.stateHash());
            assertEquals(0, engine.resumePosition("north"));
            trade(engine, "north", 12, 101);
            engine.endSource("north");
            engine.endSource("south");
            engine.run();
            assertEquals(List.of("0 3 trades up to 101"), bars(engine));
            assertEquals(3L, engine.counts().get("minutes.aggregated"));
        }
    }

    @Test
    void shouldRecoverFromSnapshotAndGiveEveryResultOnce() {
        try (TestEngine engine = TestEngine.start(pipeline())) {
            for (int second = 0; second < 600; second += 7) {
                trade(engine, "north", second, second);
                trade(engine, "south", second, second);
            }
            long sequence = engine.snapshot();
            assertTrue(sequence > 0);
            List<UnsafeBuffer> before = engine.outputs("bars");

            assertEquals(sequence, engine.crashAndRecover().snapshotSequence());
            engine.run();

            assertEquals(before, engine.outputs("bars"));
            assertEquals(85, engine.resumePosition("south"));
        }
    }

    @Test
    void shouldRefuseMessageThatIsNoTrade() {
        try (TestEngine engine = TestEngine.start(pipeline())) {
            UnsafeBuffer nothing = new UnsafeBuffer(new byte[64]);
            PenstockException refusal =
                    assertThrows(
                            PenstockException.class, () -> engine.send("north", nothing, 0, 64));
            assertEquals(PenstockException.Category.INPUT, refusal.category());
            engine.run();
            assertEquals(0L, engine.counts().get("north.read"));
        }
    }

    @Test
    void shouldNameStageAndEventWhenFunctionThrowsAndRecoverAfterwards() {
        boolean[] isBroken = {true};
        Pipeline pipeline =
                Pipeline.define(
                        "broken",
                        p ->
                                p.source("north", BuiltinMessages.TRADE)
                                        .eventTime(TradeDecoder::eventTimeNs, Disorder.none())
                                        .filter(
                                                "check",
                                                trade -> {
                                                    if (isBroken[0] && trade.price() == 3) {
                                                        throw new IllegalStateException("three");
                                                    }
                                                    return true;
                                                })
                                        .sink("out", Sinks.memory(new MemorySink())));
        try (TestEngine engine = TestEngine.start(pipeline)) {
            for (int price = 1; price <= 4; price++) {
                trade(engine, "north", price, price);
            }
            PenstockException failure = assertThrows(PenstockException.class, engine::run);
            assertTrue(failure.getMessage().contains("stage check"), failure::getMessage);
            assertTrue(failure.getMessage().contains("sequence 2"), failure::getMessage);
            assertTrue(failure.getMessage().contains("three"), failure::getMessage);
            assertThrows(PenstockException.class, () -> trade(engine, "north", 5, 5));

            isBroken[0] = false;
            engine.crashAndRecover();
            engine.run();

            assertEquals(4, engine.outputs("out").size());
        }
    }

    @Test
    void shouldPrintOutputsAsJson() {
        try (TestEngine engine = TestEngine.start(pipeline())) {
            trade(engine, "north", 10, 100);
            engine.endSource("north");
            engine.endSource("south");
            engine.run();
            List<String> lines = engine.outputsAsJson("bars");
            assertEquals(1, lines.size());
            assertTrue(lines.get(0).contains("\"highPrice\":100"), lines.get(0));
            assertTrue(lines.get(0).contains("\"symbol\":\"XRP\""), lines.get(0));
        }
    }

    @Test
    void shouldHashDifferentStatesDifferently() {
        try (TestEngine engine = TestEngine.start(pipeline())) {
            long empty = engine.stateHash();
            trade(engine, "north", 10, 100);
            engine.run();
            assertNotEquals(empty, engine.stateHash());
        }
    }

    @Test
    void shouldRefuseToBeAskedOnceItIsClosed() {
        TestEngine engine = TestEngine.start(pipeline());
        trade(engine, "north", 10, 100);
        engine.run();
        engine.close();
        engine.close();
        for (Executable call :
                List.<Executable>of(
                        engine::stateHash,
                        engine::counts,
                        engine::run,
                        engine::crashAndRecover,
                        () -> engine.resumePosition("north"),
                        () -> trade(engine, "north", 11, 100))) {
            IllegalStateException refused = assertThrows(IllegalStateException.class, call);
            assertEquals("the engine is closed", refused.getMessage());
        }
        assertEquals(0, engine.outputs("bars").size());
    }

    @Test
    void shouldNameNearestSinkWhenNameIsUnknown() {
        try (TestEngine engine = TestEngine.start(pipeline())) {
            PenstockException fault =
                    assertThrows(PenstockException.class, () -> engine.outputs("bar"));
            assertTrue(fault.getMessage().contains("bars"), fault::getMessage);
        }
    }

    /** Any 64 bits can be a key: those that would be a text's length and place in memory, too. */
    @Test
    void shouldGiveLongKeyOfWindowAsBytes() {
        long[] keys = {-1, 0, 7, Long.MIN_VALUE, 0x7FFF_FFFF_0000_00EAL, 0x0000_0040_0000_1000L};
        Pipeline pipeline =
                Pipeline.define(
                        "long-keys",
                        p ->
                                p.source("north", BuiltinMessages.TRADE)
                                        .eventTime(TradeDecoder::eventTimeNs, Disorder.none())
                                        .keyBy("price", TradeDecoder::price)
                                        .window(
                                                "minutes",
                                                Windows.tumbling(Duration.ofMinutes(1)),
                                                Late.drop())
                                        .aggregate(Aggregates.count())
                                        .sink("out", Sinks.memory(new MemorySink())));
        try (TestEngine engine = TestEngine.start(pipeline)) {
            for (long key : keys) {
                trade(engine, "north", 1, key);
            }
            engine.endSource("north");
            engine.run();
            assertEquals(
                    LongStream.of(keys).sorted().boxed().toList(),
                    engine.outputs("out").stream().map(TestEngineTest::key).sorted().toList());
        }
    }

    private static long key(UnsafeBuffer message) {
        WindowResultDecoder result = new WindowResultDecoder();
        BuiltinMessages.WINDOW_RESULT.wrap(result, message, 0);
        result.sbeSkip();
        return message.getLong(result.limit() - Long.BYTES, ByteOrder.LITTLE_ENDIAN);
    }
}
