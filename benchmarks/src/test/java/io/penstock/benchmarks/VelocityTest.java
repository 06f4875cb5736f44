package io.penstock.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.Layout;
import io.penstock.engine.pipeline.Sinks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VelocityTest {
    private record Payment(long timeMs, long amount) {}

    @ParameterizedTest
    @ValueSource(ints = {1, 300, 20_000})
    void shouldRaiseTheAlertsThatPlainCollectionsRaise(int keys) {
        Events events = Events.generate(200_000, keys);
        Answer oracle = alertsByCollections(events);
        assertTrue(oracle.count() > 400, oracle::toString);

        assertEquals(oracle, new HandVelocity("hand", events).answerOnce());
        assertEquals(
                oracle,
                new CoreRun("core", events, Pipelines.velocity(Sinks.custom(new TotalsSink())))
                        .answerOnce());
    }

    @Test
    void shouldRaiseThemThroughTheWholeEngine(@TempDir Path directory) {
        Events events = Events.generate(50_000, 1000);
        Contender whole =
                new PenstockPipeline(
                                "whole",
                                events,
                                directory,
                                Layout.SHARED,
                                PenstockPipeline.Results.CHECKSUM)
                        .pipeline(Pipelines::velocity);
        assertEquals(new HandVelocity("hand", events).answerOnce(), whole.answerOnce());
    }

    private static Answer alertsByCollections(Events events) {
        Map<Long, List<Payment>> accounts = new HashMap<>();
        long alerts = 0;
        long checksum = 0;
        long[] values = events.values();
        for (int at = 0; at < values.length; at += Events.LONGS) {
            long account = values[at + Events.ACCOUNT];
            Payment arriving = new Payment(values[at + Events.TIME_MS], values[at + Events.AMOUNT]);
            List<Payment> kept = accounts.computeIfAbsent(account, key -> new ArrayList<>());
            kept.add(arriving);
            if (kept.size() > VelocityRing.ENTRIES) {
                kept.remove(0);
            }
            long sum = 0;
            long count = 0;
            for (Payment payment : kept) {
                if (payment.timeMs() <= arriving.timeMs()
                        && payment.timeMs() > arriving.timeMs() - VelocityRing.WINDOW_MS) {
                    sum += payment.amount();
                    count++;
                }
            }
            if (count >= VelocityRing.MIN_PAYMENTS && sum > VelocityRing.LIMIT_CENTS) {
                alerts++;
                checksum += Answer.mix(account, arriving.timeMs(), sum, count, arriving.amount());
            }
        }
        return new Answer(alerts, checksum);
    }
}
