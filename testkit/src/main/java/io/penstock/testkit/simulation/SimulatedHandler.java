package io.penstock.testkit.simulation;

import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.operator.DequeState;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Counts a key's events, keeps the last few, and sums them up now and then: every third event, and
 * when a timer fires, which also forgets the oldest.
 */
public class SimulatedHandler implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
    private static final int KEPT = 4;
    private static final int EVERY = 3;
    private static final long TIMER_NS = TimeUnit.MILLISECONDS.toNanos(17);

    private ValueState counts;
    private DequeState values;

    /** Creates a handler without state. */
    public SimulatedHandler() {}

    @Override
    public void open(HandlerSetup setup) {
        counts = setup.value("counts", 8);
        values = setup.deque("values", 8, 8);
    }

    @Override
    public void onEvent(Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
        long value = event.message().value().mantissa();
        UnsafeBuffer block = counts.update();
        long count = block.getLong(0) + 1;
        block.putLong(0, count);
        values.append().putLong(0, value);
        UnsafeBuffer head = values.updateHead();
        head.putLong(0, head.getLong(0) + value);
        if (values.endIndex() - values.firstIndex() > KEPT) {
            forgetOldest();
        }
        if (count % EVERY == 0) {
            emit(count, event.eventTimeNs(), context);
        }
        if (count % EVERY == 1) {
            context.cancel(0);
        }
        context.schedule(value & 1, event.eventTimeNs() + TIMER_NS);
    }

    @Override
    public void onTimer(long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
        if (values.endIndex() > values.firstIndex()) {
            forgetOldest();
            context.schedule(timerId, timeNs + TIMER_NS);
        } else {
            counts.remove();
        }
        emit(-1 - timerId, timeNs, context);
    }

    private void forgetOldest() {
        long oldest = values.get(values.firstIndex()).getLong(0);
        UnsafeBuffer head = values.updateHead();
        head.putLong(0, head.getLong(0) - oldest);
        values.removeFirst();
    }

    private void emit(long what, long timeNs, HandlerContext<KeyedValueEncoder> context) {
        KeyedValueEncoder result = context.begin();
        result.eventTimeNs(timeNs);
        result.value().mantissa(values.updateHead().getLong(0)).scale((short) 0);
        byte[] key = (context.longKey() + ":" + what).getBytes(StandardCharsets.US_ASCII);
        result.putKey(key, 0, key.length);
        context.emit();
    }
}
