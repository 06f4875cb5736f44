package io.penstock.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.demo.CardVelocityOracle.Payment;
import io.penstock.cli.demo.CardVelocityOracle.Result;
import io.penstock.cli.demo.CardVelocityOracle.Rules;
import io.penstock.codecs.builtin.CardTransactionDecoder;
import io.penstock.codecs.builtin.MessageHeaderDecoder;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class PaymentGeneratorTest {
    private static final int MANY = 200_000;

    @Test
    void shouldMakeTheSamePaymentsForeverFromCountAndSeed() throws NoSuchAlgorithmException {
        assertEquals(
                "68d3a4b90e0c8fe9bbc2ec1034739b64544591c1d67826db0cd83d9f3de85395",
                sha256(csv(20_000, 42)));
        assertNotEquals(csv(1_000, 1), csv(1_000, 2));
    }

    @Test
    void shouldMakeExactlyAsManyAsAsked() {
        for (int count : new int[] {0, 1, 2, 1_000}) {
            PaymentGenerator generator = new PaymentGenerator(count, 7);
            for (int i = 0; i < count; i++) {
                assertTrue(generator.next());
                assertEquals(i, generator.seq());
            }
            assertFalse(generator.next());
            assertFalse(generator.next());
        }
    }

    @Test
    void shouldEncodeWhatItPrints() {
        PaymentGenerator generator = new PaymentGenerator(100, 3);
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[256]);
        CardTransactionDecoder decoder = new CardTransactionDecoder();
        MessageHeaderDecoder header = new MessageHeaderDecoder();
        while (generator.next()) {
            int length = generator.encode(buffer, 8);
            decoder.wrapAndApplyHeader(buffer, 8, header);
            StringBuilder line = new StringBuilder();
            generator.appendCsv(line);
            long seq = decoder.seq();
            long ts = decoder.eventTimeNs() / 1_000_000;
            long amount = decoder.amount();
            String customer = decoder.customer();
            String terminal = decoder.terminal();
            String txId = decoder.txId();
            assertEquals(
                    line.toString(),
                    seq + "," + ts + "," + txId + "," + customer + "," + terminal + "," + amount
                            + "\n");
            assertEquals(MessageHeaderDecoder.ENCODED_LENGTH + decoder.encodedLength(), length);
        }
    }

    @Test
    void shouldGiveEveryRuleSomethingToFindAndSomePaymentsTooLate() {
        List<Payment> payments = new ArrayList<>();
        PaymentGenerator generator = new PaymentGenerator(MANY, 42);
        long disordered = 0;
        long latest = 0;
        while (generator.next()) {
            disordered += generator.timeMs() < latest ? 1 : 0;
            latest = Math.max(latest, generator.timeMs());
            payments.add(
                    new Payment(
                            payments.size(),
                            Long.toString(generator.seq()),
                            generator.timeMs(),
                            generator.customer(),
                            BigInteger.valueOf(generator.amount())));
        }
        Result result =
                CardVelocityOracle.evaluate(
                        payments,
                        new Rules(
                                3_600_000,
                                4,
                                86_400_000,
                                BigInteger.valueOf(60_000),
                                10,
                                5,
                                PaymentGenerator.DISORDER_MS));

        long velocity = count(result, "velocity");
        long spend = count(result, "spend");
        long history = count(result, "history");
        String counts =
                List.of(velocity, spend, history, (long) result.late().size(), disordered)
                        .toString();
        assertTrue(velocity > MANY / 1_000 && velocity < MANY / 100, counts);
        assertTrue(spend > MANY / 10_000 && spend < MANY / 100, counts);
        assertTrue(history > 0 && history < MANY / 100, counts);
        assertTrue(result.late().size() > MANY / 1_000 && result.late().size() < MANY / 50, counts);
        assertTrue(disordered > MANY / 10, counts);
    }

    private static long count(Result result, String rule) {
        return result.alerts().stream().filter(alert -> alert.rule().equals(rule)).count();
    }

    private static String csv(int count, long seed) {
        StringBuilder csv = new StringBuilder(PaymentGenerator.CSV_HEADER).append('\n');
        PaymentGenerator generator = new PaymentGenerator(count, seed);
        while (generator.next()) {
            generator.appendCsv(csv);
        }
        return csv.toString();
    }

    private static String sha256(String text) throws NoSuchAlgorithmException {
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest);
    }
}
