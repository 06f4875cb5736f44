package io.penstock.cli.builtin;

import io.penstock.cli.pipelines.CardVelocitySettings;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.CardAlertDecoder;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.egress.OutputRecord;
import org.agrona.concurrent.UnsafeBuffer;

/** Rows of {@code card-velocity}. */
final class CardAlertFormat implements CsvFormat {
    private final CardVelocitySettings settings;
    private final Fields fields;
    private final CardAlertDecoder alert = new CardAlertDecoder();
    private final UnsafeBuffer customer = new UnsafeBuffer(0, 0);

    CardAlertFormat(CardVelocitySettings settings) {
        this.settings = settings;
        this.fields = new Fields(settings, 1);
    }

    @Override
    public void header(CsvLine line) {
        Fields.header(line, settings.outputHeader());
    }

    @Override
    public void row(OutputRecord record, CsvLine line) {
        BuiltinMessages.CARD_ALERT.wrap(alert, record.buffer(), record.messageOffset());
        line.field(
                switch (alert.rule()) {
                    case VELOCITY -> "velocity";
                    case SPEND -> "spend";
                    case HISTORY -> "history";
                    default -> throw new IllegalStateException("unknown rule " + alert.ruleRaw());
                });
        line.field(alert.seq());
        alert.wrapCustomer(customer);
        line.field(customer, 0, customer.capacity());
        fields.time(line, alert.eventTimeNs());
        fields.decimal(line, alert.value().high(), alert.value().low(), 0);
        line.endRow();
    }
}
