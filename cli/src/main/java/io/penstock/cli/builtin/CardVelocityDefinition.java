package io.penstock.cli.builtin;

import io.penstock.cli.pipelines.CardVelocitySettings;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.CardTransactionDecoder;
import io.penstock.codecs.builtin.LateEventEncoder;
import io.penstock.codecs.csv.CsvMapper;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.operator.Event;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import java.util.List;
import java.util.Map;

/** Pipeline {@code card-velocity}: three rules over each customer's own past. */
final class CardVelocityDefinition {
    private static final int FIXED_LENGTH = 128;
    private static final int TEXTS = 3;

    private CardVelocityDefinition() {}

    static Definition of(CardVelocitySettings settings) {
        CardRules rules =
                new CardRules(
                        settings.velocityWindowNs(),
                        settings.velocityCount(),
                        settings.spendWindowNs(),
                        settings.spendLimit(),
                        Math.toIntExact(settings.historyCount()),
                        Math.toIntExact(settings.historyFactor()));
        CsvFormat output = new CardAlertFormat(settings);
        CsvFormat late = new LateFormat(settings);
        CsvFormat deadLetters = new DeadLetterFormat();
        Pipeline pipeline =
                Pipeline.define(
                        settings.pipeline(),
                        p -> {
                            Definition.parameters(p, settings);
                            EventTimeStream<CardTransactionDecoder> transactions =
                                    p.source(Definition.SOURCE, BuiltinMessages.CARD_TRANSACTION)
                                            .eventTime(
                                                    CardTransactionDecoder::eventTimeNs,
                                                    new Disorder(settings.disorderNs()));
                            transactions
                                    .inOrder("in-order", Late.toSide(Definition.LATE))
                                    .keyByBytes(
                                            "by-customer",
                                            (transaction, target) ->
                                                    transaction.getCustomer(
                                                            target, 0, target.capacity()))
                                    .process(
                                            "rules",
                                            BuiltinMessages.CARD_ALERT,
                                            () -> new CardRulesHandler(rules))
                                    .sink(Definition.OUTPUT, Sinks.csv(output));
                            transactions
                                    .side(Definition.LATE)
                                    .map(
                                            "late-row",
                                            BuiltinMessages.LATE_EVENT,
                                            CardVelocityDefinition::late)
                                    .sink(Definition.LATE, Sinks.csv(late));
                            transactions
                                    .rejected()
                                    .sink(Definition.DEAD_LETTERS, Sinks.csv(deadLetters));
                        });
        return new Definition(
                pipeline,
                CsvMapper.of(BuiltinMessages.CARD_TRANSACTION)
                        .time("eventTimeNs", "ts", Definition.timeFormat(settings))
                        .field("txId", "tx_id")
                        .key("customer", List.of("customer")),
                FIXED_LENGTH + TEXTS * Definition.MAX_KEY_LENGTH,
                Map.of(
                        Definition.OUTPUT,
                        output,
                        Definition.LATE,
                        late,
                        Definition.DEAD_LETTERS,
                        deadLetters));
    }

    private static void late(Event<CardTransactionDecoder> event, LateEventEncoder row) {
        CardTransactionDecoder transaction = event.message();
        row.line(event.sourcePosition()).eventTimeNs(event.eventTimeNs());
        row.value().mantissa(transaction.amount()).scale((short) 0);
        int length = transaction.customerLength();
        int start = transaction.limit() + CardTransactionDecoder.customerHeaderLength();
        row.putKey(transaction.buffer(), start, length);
    }
}
