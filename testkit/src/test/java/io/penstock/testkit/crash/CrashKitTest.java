package io.penstock.testkit.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.journal.Durability;
import io.penstock.testkit.TestEngine;
import io.penstock.testkit.harness.HarnessInputs;
import io.penstock.testkit.simulation.SimulatedPipeline;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pipelines that are right come through every fault at every point. */
class CrashKitTest {
    private static final int EVENTS = 60;

    private final long liveBytes = NativeMemory.liveBytes();

    @AfterEach
    void shouldLeaveNothingBehind() {
        assertEquals(liveBytes, NativeMemory.liveBytes());
    }

    /** Two sources out of order, one of which falls silent, and ticks. */
    static void events(HarnessInputs events) {
        SplittableRandom random = new SplittableRandom(5);
        long stepNs = Duration.ofMillis(3).toNanos();
        for (int i = 0; i < EVENTS; i++) {
            long eventNs = i * stepNs - random.nextLong(4 * stepNs) + 20 * stepNs;
            long value = random.nextInt(40);
            events.at(TestEngine.START_NS + i * stepNs)
                    .send(
                            i > 30 && i < 45 || i % 3 > 0 ? "a" : "b",
                            BuiltinMessages.KEYED_VALUE,
                            (KeyedValueEncoder event) -> {
                                event.eventTimeNs(eventNs);
                                event.value().mantissa(value).scale((short) 0);
                                byte[] key = {'k', (byte) ('0' + value % 4)};
                                event.putKey(key, 0, key.length);
                            });
            if (i % 10 == 9) {
                events.tick(TestEngine.START_NS + i * stepNs + stepNs / 2);
            }
        }
    }

    @Test
    void shouldComeThroughEveryPoint() {
        for (Durability level :
                new Durability[] {
                    Durability.NONE, Durability.PROCESS, Durability.POWER,
                    Durability.periodic(Duration.ofMillis(10))
                }) {
            long t = System.nanoTime();
            CrashReport report =
                    CrashKit.of(SimulatedPipeline::define)
                            .events(CrashKitTest::events)
                            .durability(level)
                            .points(500)
                            .run();
            System.out.println(report + " " + (System.nanoTime() - t) / 1_000_000);
        }
    }
}
