package io.penstock.testkit.harness;

import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import java.util.concurrent.TimeUnit;

/** Sets, moves and cancels timers of event time and of the clock, with ties and in the past. */
final class TimerHandler implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final byte[] NO_KEY = new byte[0];

    private ValueState fired;

    @Override
    public void open(HandlerSetup setup) {
        fired = setup.value("fired", 8);
    }

    @Override
    public void onEvent(Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
        long value = event.message().value().mantissa();
        long timeNs = event.eventTimeNs();
        switch ((int) (value & 7)) {
            case 0 -> context.cancel(1);
            case 1 -> context.schedule(1, timeNs - 50 * MS);
            case 2 -> context.scheduleByClock(2, context.timeNs() + 5 * MS);
            case 3 -> context.cancelByClock(2);
            case 4 -> context.scheduleByClock(3, context.timeNs());
            default -> context.schedule(value & 3, timeNs / (10 * MS) * 10 * MS + 30 * MS);
        }
    }

    @Override
    public void onTimer(long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
        if (timerId == 2 && count() < 5) {
            context.schedule(0, timeNs + MS);
        }
        tell(timerId, timeNs, context);
    }

    @Override
    public void onClockTimer(long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
        tell(-timerId, timeNs, context);
    }

    private long count() {
        return fired.read() == null ? 0 : fired.read().getLong(0);
    }

    private void tell(long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
        long now = count() + 1;
        if (now >= 6) {
            fired.remove();
        } else {
            fired.update().putLong(0, now);
        }
        KeyedValueEncoder result = context.begin();
        result.eventTimeNs(timeNs).value().mantissa(timerId * 100 + now).scale((short) 0);
        result.putKey(NO_KEY, 0, 0);
        context.emit();
    }
}
