package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.AccountTotalsDecoder;
import io.penstock.benchmarks.codecs.AccountTotalsEncoder;
import io.penstock.benchmarks.codecs.PaymentDecoder;
import io.penstock.benchmarks.codecs.PaymentEncoder;
import io.penstock.codecs.MessageType;
import io.penstock.codecs.SchemaIr;

/** The messages of the workloads, schema 901. */
final class Messages {
    private static final SchemaIr SCHEMA =
            SchemaIr.fromResource(Messages.class, "/schemas/benchmarks.sbeir");

    /** The common event. */
    static final MessageType<PaymentDecoder, PaymentEncoder> PAYMENT =
            MessageType.of(SCHEMA, PaymentDecoder::new, PaymentEncoder::new);

    /** Result of W2. */
    static final MessageType<AccountTotalsDecoder, AccountTotalsEncoder> ACCOUNT_TOTALS =
            MessageType.of(SCHEMA, AccountTotalsDecoder::new, AccountTotalsEncoder::new);

    private Messages() {}
}
