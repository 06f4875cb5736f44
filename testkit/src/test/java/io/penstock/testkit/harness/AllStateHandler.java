package io.penstock.testkit.harness;

import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.operator.AggregateState;
import io.penstock.engine.operator.DequeState;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Expiry;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ListState;
import io.penstock.engine.operator.MapState;
import io.penstock.engine.operator.ValueState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.agrona.concurrent.UnsafeBuffer;

/** Keeps state of every form per key, all of which expires, and tells all of it now and then. */
final class AllStateHandler implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
    private static final Expiry EXPIRY = Expiry.after(Duration.ofMillis(60));

    private ValueState count;
    private MapState byDigit;
    private ListState values;
    private DequeState deque;
    private AggregateState sums;

    @Override
    public void open(HandlerSetup setup) {
        count = setup.value("count", 8, EXPIRY);
        byDigit = setup.map("by-digit", 8, EXPIRY.renewedByReads());
        values = setup.list("values", 8, EXPIRY);
        deque = setup.deque("deque", 8, 8, EXPIRY);
        sums = setup.aggregate("sums", EXPIRY);
    }

    @Override
    public void onEvent(Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
        long value = event.message().value().mantissa();
        UnsafeBuffer block = count.update();
        long now = block.getLong(0) + 1;
        block.putLong(0, now);
        UnsafeBuffer digit = byDigit.update(value % 10);
        digit.putLong(0, digit.getLong(0) + value);
        values.append().putLong(0, value);
        deque.append().putLong(0, value);
        if (deque.endIndex() - deque.firstIndex() > 3) {
            deque.removeFirst();
        }
        sums.add(value);
        if (value % 7 == 0) {
            byDigit.remove(value % 10);
        }
        if (value % 11 == 0) {
            values.clear();
            sums.clear();
        }
        if (now % 4 == 0) {
            count.remove();
            deque.remove();
        }
        tell(event.eventTimeNs(), now, context);
    }

    private void tell(long timeNs, long now, HandlerContext<KeyedValueEncoder> context) {
        long digits = 0;
        for (boolean is = byDigit.first(); is; is = byDigit.next()) {
            digits = digits * 31 + byDigit.longSubKey() * 7 + byDigit.block().getLong(0);
        }
        long listed = values.size();
        for (int i = 0; i < values.size(); i++) {
            listed = listed * 31 + values.get(i).getLong(0);
        }
        String text = now + ":" + digits + ":" + listed + ":" + sums.count();
        if (sums.count() > 0) {
            text += ":" + sums.sum() + ":" + sums.min() + ":" + sums.max();
        }
        byte[] key = text.getBytes(StandardCharsets.US_ASCII);
        KeyedValueEncoder result = context.begin();
        result.eventTimeNs(timeNs).value().mantissa(now).scale((short) 0);
        result.putKey(key, 0, key.length);
        context.emit();
    }
}
