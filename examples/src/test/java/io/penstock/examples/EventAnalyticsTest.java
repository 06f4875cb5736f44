package io.penstock.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.examples.sbe.CountDecoder;
import io.penstock.testkit.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Windows close by the clock alone. */
class EventAnalyticsTest {
    private static void send(TestEngine engine, long timeNs, String type) {
        engine.send(
                "events",
                Messages.VISIT,
                event -> event.eventTimeNs(timeNs).user("someone").page(type));
    }

    private static List<String> counts(TestEngine engine) {
        engine.run();
        CountDecoder count = new CountDecoder();
        List<String> counts = new ArrayList<>();
        for (UnsafeBuffer message : engine.outputs("counts")) {
            Messages.COUNT.wrap(count, message, 0);
            counts.add(count.count() + " " + count.key());
        }
        return counts.stream().sorted().toList();
    }

    @Test
    void shouldCloseAWindowWithoutAFurtherEvent() {
        try (TestEngine engine =
                TestEngine.start(EventAnalytics.pipeline(Sinks.memory(new MemorySink())))) {
            send(engine, TestEngine.START_NS, "click");
            send(engine, TestEngine.START_NS + 1, "click");
            send(engine, TestEngine.START_NS + 2, "purchase");
            Duration end = EventAnalytics.SIZE.plus(EventAnalytics.LAG);

            engine.advanceTime(end.minusNanos(1));
            assertEquals(List.of(), counts(engine));

            engine.advanceTime(Duration.ofNanos(1));
            assertEquals(List.of("1 purchase", "2 click"), counts(engine));
        }
    }
}
