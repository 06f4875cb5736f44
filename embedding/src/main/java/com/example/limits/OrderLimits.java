package com.example.limits;

import com.example.limits.sbe.BreachDecoder;
import com.example.limits.sbe.BreachEncoder;
import com.example.limits.sbe.OrderDecoder;
import com.example.limits.sbe.OrderEncoder;
import io.penstock.codecs.MessageType;
import io.penstock.codecs.SchemaIr;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.SinkSpec;
import java.time.Duration;
import org.agrona.concurrent.UnsafeBuffer;

/** Reports an account that orders more than its limit within a minute of its first order. */
public final class OrderLimits {
    private static final SchemaIr SCHEMA =
            SchemaIr.fromResource(OrderLimits.class, "/orders.sbeir");

    /** What comes in. */
    public static final MessageType<OrderDecoder, OrderEncoder> ORDER =
            MessageType.of(SCHEMA, OrderDecoder::new, OrderEncoder::new);

    /** What comes out. */
    public static final MessageType<BreachDecoder, BreachEncoder> BREACH =
            MessageType.of(SCHEMA, BreachDecoder::new, BreachEncoder::new);

    private OrderLimits() {}

    /** The pipeline for a limit. */
    public static Pipeline pipeline(long limit, SinkSpec breaches) {
        return Pipeline.define(
                "order-limits",
                p ->
                        p.parameter("limit", limit)
                                .source("orders", ORDER)
                                .eventTime(
                                        OrderDecoder::eventTimeNs,
                                        Disorder.within(Duration.ofSeconds(2)))
                                .inOrder("in-order", Late.drop())
                                .keyBy("by-account", OrderDecoder::accountId)
                                .process("limit", BREACH, () -> new LimitHandler(limit))
                                .sink("breaches", breaches));
    }

    /** State of an account: its open quantity, 8 bytes, cleared by a timer. */
    private static final class LimitHandler implements Handler<OrderDecoder, BreachEncoder> {
        private static final long WINDOW_NS = Duration.ofMinutes(1).toNanos();
        private static final long CLEAR = 1;

        private final long limit;
        private ValueState open;

        LimitHandler(long limit) {
            this.limit = limit;
        }

        @Override
        public void open(HandlerSetup setup) {
            open = setup.value("open", Long.BYTES);
        }

        @Override
        public void onEvent(Event<OrderDecoder> event, HandlerContext<BreachEncoder> context) {
            UnsafeBuffer quantity = open.update();
            long before = quantity.getLong(0);
            long now = before + event.message().quantity();
            quantity.putLong(0, now);
            if (before == 0) {
                context.schedule(CLEAR, event.eventTimeNs() + WINDOW_NS);
            }
            if (now > limit) {
                context.begin()
                        .accountId(context.longKey())
                        .eventTimeNs(event.eventTimeNs())
                        .openQuantity(now);
                context.emit();
            }
        }

        @Override
        public void onTimer(long timerId, long timeNs, HandlerContext<BreachEncoder> context) {
            open.remove();
        }
    }
}
