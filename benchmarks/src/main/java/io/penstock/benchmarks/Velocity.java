package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.AccountTotalsEncoder;
import io.penstock.benchmarks.codecs.PaymentDecoder;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The fraud rule of {@link VelocityRing} as a user writes it: a ring of payments per account in
 * keyed state, an {@code AccountTotals} per alert, whose window starts at the payment's event time
 * and whose largest amount is the payment's.
 */
final class Velocity implements Handler<PaymentDecoder, AccountTotalsEncoder> {
    private static final int SEEN = VelocityRing.SEEN * Long.BYTES;
    private static final int FIRST = SEEN + Long.BYTES;
    private static final int AMOUNT = Long.BYTES;
    private static final int ENTRY = 2 * Long.BYTES;

    private ValueState rings;

    @Override
    public void open(HandlerSetup setup) {
        rings = setup.value("ring", VelocityRing.LONGS * Long.BYTES);
    }

    @Override
    public void onEvent(Event<PaymentDecoder> event, HandlerContext<AccountTotalsEncoder> context) {
        PaymentDecoder payment = event.message();
        long timeMs = payment.eventTimeMs();
        long amount = payment.amount();
        UnsafeBuffer ring = rings.update(SEEN, Long.BYTES);
        long seen = ring.getLong(SEEN);
        ring.putLong(SEEN, seen + 1);
        int newest = FIRST + ((int) seen & (VelocityRing.ENTRIES - 1)) * ENTRY;
        rings.update(newest, ENTRY);
        ring.putLong(newest, timeMs);
        ring.putLong(newest + AMOUNT, amount);
        long alert = judge(ring, (int) Math.min(seen + 1, VelocityRing.ENTRIES), timeMs);
        if (alert != VelocityRing.NO_ALERT) {
            context.begin()
                    .account(context.longKey())
                    .windowStartNs(TimeUnit.MILLISECONDS.toNanos(timeMs))
                    .total(VelocityRing.sum(alert))
                    .payments(VelocityRing.count(alert))
                    .largest(amount);
            context.emit();
        }
    }

    private static long judge(DirectBuffer ring, int kept, long timeMs) {
        long sum = 0;
        int count = 0;
        int end = FIRST + kept * ENTRY;
        for (int entry = FIRST; entry < end; entry += ENTRY) {
            long entryMs = ring.getLong(entry);
            if (entryMs > timeMs - VelocityRing.WINDOW_MS && entryMs <= timeMs) {
                sum += ring.getLong(entry + AMOUNT);
                count++;
            }
        }
        return VelocityRing.verdict(sum, count);
    }
}
