package io.penstock.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.cli.demo.CardVelocityOracle.Alert;
import io.penstock.cli.demo.CardVelocityOracle.Payment;
import io.penstock.cli.demo.CardVelocityOracle.Result;
import io.penstock.cli.demo.CardVelocityOracle.Rules;
import io.penstock.cli.oracle.SharedData;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

final class CardVelocityOracleTest {
    private static final long NEVER = Long.MAX_VALUE;

    @Test
    void shouldAlertOnVelocityWithinTheLookBackOnly() {
        // At 20 the payment at 10 is outside (10, 20], at 19 it is inside.
        Rules rules = new Rules(10, 3, 10, BigInteger.valueOf(NEVER), 100, 1, 0);

        assertEquals(List.of("velocity s2 3"), alerts(rules, pay(10, 1), pay(15, 1), pay(19, 1)));
        assertEquals(List.of(), alerts(rules, pay(10, 1), pay(15, 1), pay(20, 1)));
    }

    @Test
    void shouldAlertOnSpendAboveAndNotAtTheLimit() {
        Rules rules = new Rules(10, NEVER, 10, BigInteger.TEN, 100, 1, 0);

        assertEquals(List.of(), alerts(rules, pay(1, 4), pay(2, 6)));
        assertEquals(List.of("spend s1 11"), alerts(rules, pay(1, 4), pay(2, 7)));
    }

    @Test
    void shouldAlertOnAmountAboveFactorTimesPrecedingAverage() {
        Rules rules = new Rules(1, NEVER, 1, BigInteger.valueOf(NEVER), 2, 5, 0);

        assertEquals(List.of(), alerts(rules, pay(1, 1), pay(2, 100)));
        assertEquals(List.of(), alerts(rules, pay(1, 1), pay(2, 3), pay(3, 10)));
        assertEquals(
                List.of("history s3 11"),
                alerts(rules, pay(0, 1), pay(1, 1), pay(2, 3), pay(3, 11)));
    }

    @Test
    void shouldNotCountALaterPaymentOfTheSameTime() {
        Rules rules = new Rules(10, 2, 10, BigInteger.valueOf(NEVER), 100, 1, 0);

        assertEquals(
                List.of("velocity s1 2", "velocity s2 3"),
                alerts(rules, pay(5, 1), pay(5, 1), pay(5, 1)));
    }

    @Test
    void shouldOrderWithinTheBoundAndDropWhatIsLater() {
        Rules rules = new Rules(10, 2, 10, BigInteger.valueOf(NEVER), 100, 1, 3);
        List<Payment> payments = payments(pay(10, 1), pay(7, 1), pay(11, 1), pay(7, 1));

        Result result = CardVelocityOracle.evaluate(payments, rules);

        assertEquals(List.of("velocity s0 2", "velocity s2 3"), printed(result));
        assertEquals(List.of(payments.get(3)), result.late());
    }

    @Test
    void shouldGiveTheAlertsOfOnePaymentInTheOrderOfTheRules() {
        Rules rules = new Rules(10, 1, 10, BigInteger.ONE, 1, 1, 0);

        assertEquals(
                List.of("velocity s0 1", "velocity s1 2", "spend s1 3", "history s1 2"),
                alerts(rules, pay(1, 1), pay(2, 2)));
    }

    @Test
    @EnabledIf("io.penstock.cli.oracle.SharedData#isPresent")
    void shouldAgreeWithSimulatedCards() {
        List<Payment> payments = new ArrayList<>();
        for (String[] row :
                SharedData.rows(
                        "cards-simulated/transactions.csv",
                        "seq,ts,tx_id,customer,terminal,amount,fraud,scenario")) {
            payments.add(
                    new Payment(
                            Long.parseLong(row[0]),
                            row[0],
                            Long.parseLong(row[1]),
                            row[3],
                            new BigInteger(row[5])));
        }
        Rules rules = new Rules(3_600_000, 4, 86_400_000, BigInteger.valueOf(60_000), 10, 5, 0);

        Map<String, List<String>> rows = new HashMap<>();
        for (Alert alert : CardVelocityOracle.evaluate(payments, rules).alerts()) {
            Payment payment = alert.payment();
            rows.computeIfAbsent(alert.rule(), rule -> new ArrayList<>())
                    .add(
                            payment.seq()
                                    + ","
                                    + payment.customer()
                                    + ","
                                    + payment.ts()
                                    + ","
                                    + alert.value());
        }
        SharedData.assertSameRows(
                "cards-simulated/expected/velocity_customer.csv",
                "seq,customer,ts,n",
                rows.get("velocity"));
        SharedData.assertSameRows(
                "cards-simulated/expected/spend_customer.csv",
                "seq,customer,ts,total",
                rows.get("spend"));
        List<String> expected = new ArrayList<>();
        for (String[] row :
                SharedData.rows(
                        "cards-simulated/expected/amount_vs_average.csv",
                        "seq,customer,ts,amount,sum")) {
            expected.add(row[0] + "," + row[1] + "," + row[2] + "," + row[3]);
        }
        assertEquals(sorted(expected), sorted(rows.get("history")));
    }

    private static List<String> sorted(List<String> rows) {
        return rows.stream().sorted().toList();
    }

    private static List<String> alerts(Rules rules, long[]... payments) {
        return printed(CardVelocityOracle.evaluate(payments(payments), rules));
    }

    private static List<String> printed(Result result) {
        return result.alerts().stream()
                .map(alert -> alert.rule() + " " + alert.payment().seq() + " " + alert.value())
                .toList();
    }

    private static List<Payment> payments(long[]... payments) {
        List<Payment> all = new ArrayList<>();
        for (long[] payment : payments) {
            all.add(
                    new Payment(
                            all.size(),
                            "s" + all.size(),
                            payment[0],
                            "c",
                            BigInteger.valueOf(payment[1])));
        }
        return all;
    }

    private static long[] pay(long ts, long amount) {
        return new long[] {ts, amount};
    }
}
