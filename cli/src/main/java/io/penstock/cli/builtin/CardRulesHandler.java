package io.penstock.cli.builtin;

import io.penstock.codecs.builtin.CardAlertEncoder;
import io.penstock.codecs.builtin.CardTransactionDecoder;
import io.penstock.codecs.builtin.Rule;
import io.penstock.engine.operator.DequeState;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.window.WideNumber;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Three rules over a card's own past, transactions being in (time, arrival) order: too many in a
 * look-back, too much in a look-back, one far above the average of those before it.
 *
 * <p>State of a customer: a list of {time, amount} as far back as a rule still needs it, and
 *
 * <pre>
 *   0               8            16        24         32          40
 *   +---------------+------------+---------+----------+-----------+------------+
 *   | velocityStart | spendStart | spendLow| spendHigh| historyLow| historyHigh|
 *   +---------------+------------+---------+----------+-----------+------------+
 * </pre>
 *
 * where a start is the index of the first transaction inside the look-back and the sums are of 128
 * bits.
 */
@HotPath
final class CardRulesHandler implements Handler<CardTransactionDecoder, CardAlertEncoder> {
    private static final int VELOCITY_START = 0;
    private static final int SPEND_START = 8;
    private static final int SPEND_SUM = 16;
    private static final int HISTORY_SUM = 32;
    private static final int SUMMARY_LENGTH = 48;

    private static final int TIME = 0;
    private static final int AMOUNT = 8;
    private static final int TRANSACTION_LENGTH = 16;

    private final CardRules rules;
    private final WideNumber sum = new WideNumber();
    private final WideNumber term = new WideNumber();
    private DequeState pasts;

    CardRulesHandler(CardRules rules) {
        this.rules = rules;
    }

    @Override
    public void open(HandlerSetup setup) {
        pasts = setup.deque("past", SUMMARY_LENGTH, TRANSACTION_LENGTH);
    }

    @Override
    public void onEvent(
            Event<CardTransactionDecoder> event, HandlerContext<CardAlertEncoder> context) {
        long timeNs = event.eventTimeNs();
        long amount = event.message().amount();
        UnsafeBuffer summary = pasts.updateHead();
        long index = pasts.endIndex();
        UnsafeBuffer added = pasts.append();
        added.putLong(TIME, timeNs);
        added.putLong(AMOUNT, amount);

        long velocity = velocity(summary, timeNs, index);
        if (velocity >= rules.velocityCount()) {
            alert(event, context, Rule.VELOCITY, velocity, velocity >> 63);
        }
        if (spend(summary, timeNs, amount)) {
            alert(event, context, Rule.SPEND, sum.low(), sum.high());
        }
        if (history(summary, index, amount)) {
            alert(event, context, Rule.HISTORY, amount, amount >> 63);
        }
        long needed =
                Math.min(
                        Math.min(summary.getLong(VELOCITY_START), summary.getLong(SPEND_START)),
                        index + 1 - rules.historyCount());
        while (pasts.firstIndex() < needed) {
            pasts.removeFirst();
        }
    }

    private long velocity(UnsafeBuffer summary, long timeNs, long index) {
        long start = summary.getLong(VELOCITY_START);
        while (isOutside(timeNs, pasts.get(start).getLong(TIME), rules.velocityWindowNs())) {
            start++;
        }
        summary.putLong(VELOCITY_START, start);
        return index + 1 - start;
    }

    /** Whether the spend rule fires; its total is then in {@link #sum}. */
    private boolean spend(UnsafeBuffer summary, long timeNs, long amount) {
        load(summary, SPEND_SUM);
        sum.add(term.set(amount, 0));
        long start = summary.getLong(SPEND_START);
        DirectBuffer oldest = pasts.get(start);
        while (isOutside(timeNs, oldest.getLong(TIME), rules.spendWindowNs())) {
            sum.subtract(term.set(oldest.getLong(AMOUNT), 0));
            oldest = pasts.get(++start);
        }
        summary.putLong(SPEND_START, start);
        store(summary, SPEND_SUM);
        return sum.compareWith(term.set(rules.spendLimit(), 0)) > 0;
    }

    private boolean history(UnsafeBuffer summary, long index, long amount) {
        int count = rules.historyCount();
        load(summary, HISTORY_SUM);
        boolean fires = false;
        if (index >= count) {
            sum.multiply(rules.historyFactor());
            fires = term.setProduct(amount, 0, count, 0).compareWith(sum) > 0;
            load(summary, HISTORY_SUM);
            sum.subtract(term.set(pasts.get(index - count).getLong(AMOUNT), 0));
        }
        sum.add(term.set(amount, 0));
        store(summary, HISTORY_SUM);
        return fires;
    }

    /** A look-back is open at its far end: (time - window, time]. */
    private static boolean isOutside(long timeNs, long pastNs, long windowNs) {
        long distance = timeNs - pastNs;
        return distance < 0 || distance >= windowNs;
    }

    private void load(UnsafeBuffer summary, int offset) {
        sum.set(summary.getLong(offset), summary.getLong(offset + 8), 0);
    }

    private void store(UnsafeBuffer summary, int offset) {
        summary.putLong(offset, sum.low());
        summary.putLong(offset + 8, sum.high());
    }

    private static void alert(
            Event<CardTransactionDecoder> event,
            HandlerContext<CardAlertEncoder> context,
            Rule rule,
            long low,
            long high) {
        CardTransactionDecoder transaction = event.message();
        CardAlertEncoder alert = context.begin();
        alert.rule(rule).seq(transaction.seq()).eventTimeNs(transaction.eventTimeNs());
        alert.value().low(low).high(high);
        DirectBuffer key = context.key();
        alert.putCustomer(key, 0, key.capacity());
        context.emit();
    }
}
