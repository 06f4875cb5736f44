package io.penstock.testkit.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.journal.Durability;
import io.penstock.testkit.TestEngine;
import io.penstock.testkit.harness.HarnessInputs;
import io.penstock.testkit.simulation.SimulatedPipeline;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Pipelines that are right come through every fault at every point. {@code
 * -Dpenstock.crashPoints=N} tries N points and faults of the large one.
 */
class CrashKitTest {
    private static final int POINTS = 140;
    private static final int EVENTS = 60;
    private static final int FEW_EVENTS = 8;

    private final long liveBytes = NativeMemory.liveBytes();

    @AfterEach
    void shouldLeaveNothingBehind() {
        assertEquals(liveBytes, NativeMemory.liveBytes());
    }

    /** Two sources out of order, one of which falls silent, and ticks. */
    private static void events(HarnessInputs events) {
        SplittableRandom random = new SplittableRandom(5);
        long stepNs = Duration.ofMillis(3).toNanos();
        for (int i = 0; i < EVENTS; i++) {
            events.at(TestEngine.START_NS + i * stepNs);
            boolean isSilent = i > EVENTS / 2 && i < EVENTS * 3 / 4;
            event(
                    events,
                    isSilent || i % 3 > 0 ? "a" : "b",
                    (20 + i) * stepNs - random.nextLong(4 * stepNs),
                    random.nextInt(40));
            if (i % 10 == 9) {
                events.tick(TestEngine.START_NS + i * stepNs + stepNs / 2);
            }
        }
    }

    private static void event(HarnessInputs events, String source, long timeNs, long value) {
        byte[] key = {'k', (byte) ('0' + value % 4)};
        events.send(
                source,
                BuiltinMessages.KEYED_VALUE,
                (KeyedValueEncoder event) -> {
                    event.eventTimeNs(timeNs);
                    event.value().mantissa(value).scale((short) 0);
                    event.putKey(key, 0, key.length);
                });
    }

    private static Pipeline small() {
        return Pipeline.define(
                "small",
                p ->
                        p.source("a", BuiltinMessages.KEYED_VALUE)
                                .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none())
                                .keyByBytes("key", (m, target) -> m.getKey(target, 0, 64))
                                .window("pairs", Windows.tumbling(Duration.ofNanos(2)), Late.drop())
                                .aggregate(Aggregates.count())
                                .sink("pairs", Sinks.memory(new MemorySink())));
    }

    private static void fewEvents(HarnessInputs events) {
        for (int i = 0; i < FEW_EVENTS; i++) {
            event(events, "a", i, i % 2);
        }
    }

    private static CrashKit smallKit() {
        return CrashKit.of(CrashKitTest::small).events(CrashKitTest::fewEvents).snapshotEvery(4);
    }

    @Test
    void shouldComeThroughEveryFaultAtEveryPoint() {
        CrashReport report = smallKit().durability(Durability.POWER).everyPoint();

        assertEquals(report.possible(), report.tried());
        assertEquals(Fault.values().length, report.tries().size());
        report.tries().forEach(each -> assertTrue(each.tried() > 0, each::toString));
        assertTrue(report.snapshots() > 0);
        System.out.println(
                "GUARANTEE R15k "
                        + report.tried()
                        + " faults, each kind at every one of "
                        + report.points()
                        + " points of a run at power, 0 results lost, doubled or changed");
    }

    @Test
    void shouldComeThroughWithOneOfEverythingAndShards() {
        CrashReport report =
                CrashKit.of(SimulatedPipeline::define)
                        .events(CrashKitTest::events)
                        .durability(Durability.POWER)
                        .shards(2)
                        .points(Integer.getInteger("penstock.crashPoints", POINTS))
                        .run();

        assertTrue(report.results() > EVENTS, report::toString);
        System.out.println(
                "GUARANTEE R15m "
                        + report.tried()
                        + " of "
                        + report.possible()
                        + " faults in a graph with one of everything, on shards, at power,"
                        + " 0 results lost, doubled or changed");
    }

    @Test
    void shouldSayHowManyOfHowManyItTried() {
        CrashReport report = smallKit().points(10).run();

        assertEquals(10, report.tried());
        assertTrue(report.possible() > 10);
        String first = report.toString().lines().findFirst().orElseThrow();
        assertTrue(first.startsWith("small at process: 10 of "), () -> "says first: " + first);
        assertTrue(report.toString().contains("KILL "), () -> "says of each fault: " + report);
    }

    @Test
    void shouldTryAsManyOfEachFaultAsThereAre() {
        CrashReport report = smallKit().durability(Durability.POWER).points(70).run();

        report.tries().forEach(each -> assertEquals(10, each.tried(), each::toString));
    }

    @Test
    void shouldDoTheSameWithTheSameSeedAndSomethingElseWithAnother() {
        CrashReport one = smallKit().points(5).run();

        assertEquals(one, smallKit().points(5).run());
        assertTrue(one.points() != smallKit().seed(99).points(5).run().points());
    }

    /** The checks themselves: an engine that acknowledges before it forces loses at power cuts. */
    @Test
    void shouldFindAnEngineThatAcknowledgesWhatAPowerCutTakes() {
        Script script = new Script(small(), CrashKitTest::fewEvents, 4);
        Experiment weak =
                new Experiment(
                        CrashKitTest::small,
                        small().sinks(),
                        script,
                        Durability.PROCESS,
                        Durability.POWER,
                        1,
                        1,
                        Map.of());
        Campaign campaign = new Campaign("small", weak, EnumSet.of(Fault.POWER_CUT), "kit");

        CrashFailure failure =
                assertThrows(CrashFailure.class, () -> campaign.run(Integer.MAX_VALUE));

        assertEquals(Fault.POWER_CUT, failure.fault());
        assertTrue(
                failure.getMessage().contains("acknowledged at power was everything up to"),
                failure::getMessage);
    }
}
