package io.penstock.cli.demo;

import io.penstock.codecs.builtin.CardTransactionEncoder;
import io.penstock.codecs.builtin.MessageHeaderEncoder;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.agrona.MutableDirectBuffer;

/**
 * Made-up card payments in the order of their arrival, the same for a count and a seed on every
 * JVM: whole numbers only, its own random numbers, no clock.
 *
 * <p>60,000 customers pay about three times a day each, less at night, each around an amount of
 * their own. One payment in 800 starts something a bank would look at: a burst within minutes, one
 * payment out of all proportion, or a spree of large ones. One in five arrives up to a minute after
 * its time, and one in 200 later than that, up to ten minutes.
 *
 * <p>One thread. {@link #next()} moves on to a payment; the other methods describe it.
 */
public final class PaymentGenerator {
    /** The bound of disorder under which the latest payments are too late. */
    public static final int DISORDER_MS = 60_000;

    /** Header of the lines of {@link #appendCsv}. */
    public static final String CSV_HEADER = "seq,ts,tx_id,customer,terminal,amount";

    private static final long FIRST_TIME_MS = 1_772_409_600_000L; // 2026-03-02T00:00:00Z
    private static final int LATEST_MS = 600_000;
    private static final int HOUR_MS = 3_600_000;
    private static final int CUSTOMERS = 60_000;
    private static final int FREQUENT_CUSTOMERS = 1_200;
    private static final int TERMINALS = 5_000;
    private static final int TERMINALS_OF_CUSTOMER = 8;
    private static final int NANOS_PER_MS = 1_000_000;

    /** Mean distance of two payments by the hour of the day, in milliseconds. */
    private static final int[] MEAN_GAP_MS = {
        1100, 1400, 1600, 1700, 1500, 1100, 700, 500, 400, 350, 330, 320, 300, 310, 340, 350, 330,
        300, 290, 310, 380, 500, 650, 850
    };

    private final SplitMix64 random;
    private final long seed;
    private final long count;
    private final PriorityQueue<Payment> planned =
            new PriorityQueue<>(
                    Comparator.comparingLong(Payment::timeMs).thenComparingLong(Payment::number));
    private final PriorityQueue<Payment> underWay =
            new PriorityQueue<>(
                    Comparator.comparingLong(Payment::arrivalMs)
                            .thenComparingLong(Payment::number));
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final CardTransactionEncoder encoder = new CardTransactionEncoder();
    private long nowMs = FIRST_TIME_MS;
    private long nextOrdinaryMs = FIRST_TIME_MS;
    private long made;
    private long plans;
    private long seq = -1;
    private Payment current;

    /** Payments to come, of a seed. */
    public PaymentGenerator(long count, long seed) {
        this.count = count;
        this.seed = seed;
        this.random = new SplitMix64(seed);
    }

    /** Moves on to the next payment to arrive; false when there are no more. */
    public boolean next() {
        while (made < count && (underWay.isEmpty() || underWay.peek().arrivalMs() > nowMs)) {
            make();
        }
        current = underWay.poll();
        if (current == null) {
            return false;
        }
        seq++;
        return true;
    }

    /** Number of the payment in the order of arrival, from 0. */
    public long seq() {
        return seq;
    }

    /** When it was made, in milliseconds since 1970. */
    public long timeMs() {
        return current.timeMs();
    }

    /** Number of the payment in the order of its time. */
    public String txId() {
        return Long.toString(current.number());
    }

    /** Who paid. */
    public String customer() {
        return "C" + (100_000 + current.customer());
    }

    /** Where. */
    public String terminal() {
        return "T" + (10_000 + current.terminal());
    }

    /** How much, in cents. */
    public long amount() {
        return current.amount();
    }

    /** Appends the payment as a CSV line, with its end. */
    public void appendCsv(StringBuilder out) {
        out.append(seq)
                .append(',')
                .append(timeMs())
                .append(',')
                .append(txId())
                .append(',')
                .append(customer())
                .append(',')
                .append(terminal())
                .append(',')
                .append(amount())
                .append('\n');
    }

    /** Writes the payment as a CardTransaction message with its header; returns its length. */
    public int encode(MutableDirectBuffer buffer, int offset) {
        encoder.wrapAndApplyHeader(buffer, offset, headerEncoder)
                .eventTimeNs(timeMs() * NANOS_PER_MS)
                .seq(seq)
                .amount(amount())
                .customer(customer())
                .terminal(terminal())
                .txId(txId());
        return MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength();
    }

    /** Makes the next payment in the order of time, and sends it on its way. */
    private void make() {
        Payment plan = planned.peek();
        Payment payment;
        if (plan != null && plan.timeMs() <= nextOrdinaryMs) {
            payment = planned.remove();
        } else {
            payment = ordinary(nextOrdinaryMs);
            int hour = (int) (nextOrdinaryMs / HOUR_MS % MEAN_GAP_MS.length);
            nextOrdinaryMs += random.below(2 * MEAN_GAP_MS[hour]);
        }
        nowMs = payment.timeMs();
        underWay.add(payment.sent(made++, nowMs + delayMs()));
    }

    private int delayMs() {
        int kind = random.below(200);
        if (kind == 0) {
            return DISORDER_MS + random.below(LATEST_MS - DISORDER_MS);
        }
        return kind <= 40 ? random.below(DISORDER_MS) : 0;
    }

    private Payment ordinary(long timeMs) {
        int customer =
                random.onceIn(20) ? random.below(FREQUENT_CUSTOMERS) : random.below(CUSTOMERS);
        long usual = usualAmount(customer);
        long amount = usual * (20 + random.below(160)) / 100;
        if (random.onceIn(800)) {
            int kind = random.below(3);
            if (kind == 0) {
                burst(customer, timeMs);
            } else if (kind == 1) {
                amount = usual * (7 + random.below(20));
            } else {
                spree(customer, usual, timeMs);
            }
        }
        return plan(customer, amount, timeMs);
    }

    /** A stolen card is tried out: small payments, minutes apart. */
    private void burst(int customer, long timeMs) {
        long atMs = timeMs;
        for (int i = 3 + random.below(5); i > 0; i--) {
            atMs += 15_000 + random.below(240_000);
            planned.add(plan(customer, 100 + random.below(2_000), atMs));
        }
    }

    /** A stolen card is used up: large payments, within the day. */
    private void spree(int customer, long usual, long timeMs) {
        long atMs = timeMs;
        for (int i = 2 + random.below(4); i > 0; i--) {
            atMs += 1_200_000 + random.below(2 * HOUR_MS);
            planned.add(plan(customer, 9_000 + usual * (2 + random.below(4)), atMs));
        }
    }

    private Payment plan(int customer, long amount, long timeMs) {
        return new Payment(plans++, timeMs, 0, customer, terminal(customer), amount);
    }

    private int terminal(int customer) {
        long choice = customer * (long) TERMINALS_OF_CUSTOMER + random.below(TERMINALS_OF_CUSTOMER);
        return Math.floorMod(SplitMix64.mix(choice ^ seed), TERMINALS);
    }

    private long usualAmount(int customer) {
        long bits = SplitMix64.mix(seed + customer);
        return 500 + (bits & 0xffff) % 40 * ((bits >>> 16 & 0xffff) % 40) * 3;
    }

    private record Payment(
            long number, long timeMs, long arrivalMs, int customer, int terminal, long amount) {
        Payment sent(long newNumber, long newArrivalMs) {
            return new Payment(newNumber, timeMs, newArrivalMs, customer, terminal, amount);
        }
    }
}
