package io.penstock.cli.demo;

import io.penstock.cli.demo.CardVelocityOracle.Alert;
import io.penstock.cli.demo.CardVelocityOracle.Payment;
import io.penstock.cli.demo.CardVelocityOracle.Result;
import io.penstock.cli.demo.CardVelocityOracle.Rules;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the files of a demo must contain, by the generator and the oracle alone.
 *
 * @param inputSha256 of the input file, hexadecimal
 * @param alerts all rows, without header and line ends
 * @param alertsSha256 of the file
 * @param late all rows, without header and line ends
 * @param lateSha256 of the file
 */
public record ExpectedFiles(
        String inputSha256,
        List<String> alerts,
        String alertsSha256,
        List<String> late,
        String lateSha256) {
    /** Heap that one payment takes in the oracle, with room to spare, in bytes. */
    public static final int BYTES_PER_PAYMENT = 320;

    private static final String ALERTS_HEADER = "rule,seq,customer,ts,value";
    private static final String LATE_HEADER = "line,time,customer,amount";
    private static final int FLUSH_LENGTH = 1 << 16;
    private static final long FIRST_LINE = 2;
    private static final long HOUR_MS = 3_600_000;
    private static final long DAY_MS = 24 * HOUR_MS;

    /** The defaults of the pipeline, in milliseconds, with the generator's disorder. */
    private static final Rules RULES =
            new Rules(
                    HOUR_MS,
                    4,
                    DAY_MS,
                    BigInteger.valueOf(60_000),
                    10,
                    5,
                    PaymentGenerator.DISORDER_MS);

    /** Computes them; slow, and holds all payments at once. */
    public static ExpectedFiles of(long events, long seed, Supplier<MessageDigest> sha256) {
        MessageDigest input = sha256.get();
        StringBuilder text = new StringBuilder(PaymentGenerator.CSV_HEADER).append('\n');
        List<Payment> payments = new ArrayList<>(Math.toIntExact(events));
        Map<String, String> customers = new HashMap<>();
        PaymentGenerator generator = new PaymentGenerator(events, seed);
        while (generator.next()) {
            generator.appendCsv(text);
            if (text.length() >= FLUSH_LENGTH) {
                flush(text, input);
            }
            payments.add(
                    new Payment(
                            generator.seq() + FIRST_LINE,
                            Long.toString(generator.seq()),
                            generator.timeMs(),
                            customers.computeIfAbsent(generator.customer(), name -> name),
                            BigInteger.valueOf(generator.amount())));
        }
        flush(text, input);
        Result result = CardVelocityOracle.evaluate(payments, RULES);
        List<String> alerts = result.alerts().stream().map(ExpectedFiles::row).toList();
        List<String> late = result.late().stream().map(ExpectedFiles::lateRow).toList();
        return new ExpectedFiles(
                HexFormat.of().formatHex(input.digest()),
                alerts,
                sha256(sha256.get(), ALERTS_HEADER, alerts),
                late,
                sha256(sha256.get(), LATE_HEADER, late));
    }

    private static String row(Alert alert) {
        Payment payment = alert.payment();
        return String.join(
                ",",
                alert.rule(),
                payment.seq(),
                payment.customer(),
                Long.toString(payment.ts()),
                alert.value().toString());
    }

    private static String lateRow(Payment payment) {
        return String.join(
                ",",
                Long.toString(payment.line()),
                Long.toString(payment.ts()),
                payment.customer(),
                payment.amount().toString());
    }

    private static String sha256(MessageDigest digest, String header, List<String> rows) {
        StringBuilder text = new StringBuilder(header).append('\n');
        for (String row : rows) {
            text.append(row).append('\n');
            if (text.length() >= FLUSH_LENGTH) {
                flush(text, digest);
            }
        }
        flush(text, digest);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void flush(StringBuilder text, MessageDigest digest) {
        digest.update(text.toString().getBytes(StandardCharsets.UTF_8));
        text.setLength(0);
    }
}
