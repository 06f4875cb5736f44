package io.penstock.cli.demo;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The card-velocity rules on plain collections: all payments at once, sorted, and for each one a
 * walk back over its customer's payments. Slow, and meant to be obviously right. Any thread.
 *
 * <p>Times and durations are whole numbers of one unit, whichever.
 */
public final class CardVelocityOracle {
    private CardVelocityOracle() {}

    /**
     * A payment as it arrived.
     *
     * @param line where it stands in its source
     * @param seq carried only
     */
    public record Payment(long line, String seq, long ts, String customer, BigInteger amount) {}

    /** What the rules say; see the parameters of the pipeline. */
    public record Rules(
            long velocityWindow,
            long velocityCount,
            long spendWindow,
            BigInteger spendLimit,
            int historyCount,
            long historyFactor,
            long disorder) {}

    /** A result of a rule. */
    public record Alert(String rule, Payment payment, BigInteger value) {}

    /** Alerts and late payments, each in their order. */
    public record Result(List<Alert> alerts, List<Payment> late) {}

    /** The results for payments in the order of their arrival. */
    public static Result evaluate(List<Payment> arrivals, Rules rules) {
        List<Payment> inTime = new ArrayList<>();
        List<Payment> late = new ArrayList<>();
        Payment latest = null;
        for (Payment payment : arrivals) {
            boolean isLate =
                    latest != null
                            && payment.ts() < Math.subtractExact(latest.ts(), rules.disorder());
            (isLate ? late : inTime).add(payment);
            if (latest == null || payment.ts() > latest.ts()) {
                latest = payment;
            }
        }
        // The sort is stable: payments of one time stay in the order of their arrival.
        inTime.sort(Comparator.comparingLong(Payment::ts));

        List<Alert> alerts = new ArrayList<>();
        Map<String, List<Payment>> byCustomer = new HashMap<>();
        for (Payment payment : inTime) {
            List<Payment> past =
                    byCustomer.computeIfAbsent(payment.customer(), name -> new ArrayList<>());
            past.add(payment);
            velocity(payment, past, rules, alerts);
            spend(payment, past, rules, alerts);
            history(payment, past, rules, alerts);
        }
        return new Result(alerts, late);
    }

    private static void velocity(
            Payment payment, List<Payment> past, Rules rules, List<Alert> alerts) {
        long n = 0;
        for (int i = past.size() - 1; i >= 0; i--) {
            if (past.get(i).ts() <= Math.subtractExact(payment.ts(), rules.velocityWindow())) {
                break;
            }
            n++;
        }
        if (n >= rules.velocityCount()) {
            alerts.add(new Alert("velocity", payment, BigInteger.valueOf(n)));
        }
    }

    private static void spend(
            Payment payment, List<Payment> past, Rules rules, List<Alert> alerts) {
        BigInteger total = BigInteger.ZERO;
        for (int i = past.size() - 1; i >= 0; i--) {
            if (past.get(i).ts() <= Math.subtractExact(payment.ts(), rules.spendWindow())) {
                break;
            }
            total = total.add(past.get(i).amount());
        }
        if (total.compareTo(rules.spendLimit()) > 0) {
            alerts.add(new Alert("spend", payment, total));
        }
    }

    private static void history(
            Payment payment, List<Payment> past, Rules rules, List<Alert> alerts) {
        int before = past.size() - 1;
        if (before < rules.historyCount()) {
            return;
        }
        BigInteger sum = BigInteger.ZERO;
        for (int i = before - rules.historyCount(); i < before; i++) {
            sum = sum.add(past.get(i).amount());
        }
        BigInteger left = payment.amount().multiply(BigInteger.valueOf(rules.historyCount()));
        if (left.compareTo(sum.multiply(BigInteger.valueOf(rules.historyFactor()))) > 0) {
            alerts.add(new Alert("history", payment, payment.amount()));
        }
    }
}
