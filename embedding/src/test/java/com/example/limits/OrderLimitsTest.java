package com.example.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.example.limits.sbe.OrderEncoder;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.Publisher;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderLimitsTest {
    @TempDir Path directory;

    @Test
    void shouldReportAccountsOverTheirLimitAlsoAcrossARestart() throws Exception {
        Path breaches = directory.resolve("breaches.csv");
        Pipeline pipeline = OrderLimits.pipeline(100, Sinks.csv(breaches));
        EngineConfig config = EngineConfig.at(directory.resolve("engine"));
        try (Engine engine = Engine.open(pipeline, config);
                Publisher orders = engine.publisher("orders")) {
            order(orders, 1, 7, 60);
            order(orders, 2, 8, 90);
            order(orders, 3, 7, 50);
            engine.awaitIdle();
        }
        try (Engine engine = Engine.open(pipeline, config);
                Publisher orders = engine.publisher("orders")) {
            assertEquals(2, orders.resumePosition());
            order(orders, 70, 7, 60);
            order(orders, 71, 7, 45);
            engine.endSource("orders", 5, 0);
            engine.awaitIdle();
        }
        assertEquals(
                List.of("accountId,eventTimeNs,openQuantity", "7,3000000000,110", "7,71000000000,105"),
                Files.readAllLines(breaches));
    }

    private static void order(Publisher orders, long second, long account, long quantity) {
        int length = 8 + OrderEncoder.BLOCK_LENGTH;
        assertTrue(orders.claim(length) >= 0);
        OrderEncoder order = new OrderEncoder();
        OrderLimits.ORDER.wrapAndWriteHeader(order, orders.buffer(), orders.offset());
        order.eventTimeNs(second * 1_000_000_000L).accountId(account).quantity(quantity);
        assertTrue(orders.commit() >= 0, () -> orders.refusal());
    }
}
