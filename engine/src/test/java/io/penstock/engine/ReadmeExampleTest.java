package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.CardTransactionDecoder;
import io.penstock.codecs.builtin.CardTransactionEncoder;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example, compiled and run; and the README quotes it to the letter. */
class ReadmeExampleTest {
    @TempDir Path dir;

    private Pipeline totals(Path totals, Path late) {
        // example: pipeline
        Pipeline pipeline =
                Pipeline.define(
                        "card-totals",
                        p -> {
                            EventTimeStream<CardTransactionDecoder> transactions =
                                    p.source("transactions", BuiltinMessages.CARD_TRANSACTION)
                                            .eventTime(
                                                    CardTransactionDecoder::eventTimeNs,
                                                    Disorder.within(Duration.ofSeconds(3)));
                            transactions
                                    .keyByBytes(
                                            "by-customer",
                                            (t, key) -> t.getCustomer(key, 0, key.capacity()))
                                    .window(
                                            "spend-5m",
                                            Windows.hopping(
                                                    Duration.ofMinutes(5), Duration.ofSeconds(30)),
                                            Late.toSide("late"))
                                    .aggregate(
                                            Aggregates.count(),
                                            Aggregates.sum(CardTransactionDecoder::amount))
                                    .sink("totals", Sinks.csv(totals));
                            transactions.side("late").sink("late", Sinks.csv(late));
                        });
        // example: end
        return pipeline;
    }

    @Test
    void shouldRunAsTheReadmeSays() throws IOException {
        Path totals = dir.resolve("totals.csv");
        Path late = dir.resolve("late.csv");
        Pipeline pipeline = totals(totals, late);
        // example: engine
        try (Engine engine = Engine.open(pipeline, EngineConfig.at(dir.resolve("engine")));
                Publisher transactions = engine.publisher("transactions")) {
            CardTransactionEncoder transaction = new CardTransactionEncoder();
            UnsafeBuffer message = new UnsafeBuffer(new byte[256]);
            BuiltinMessages.CARD_TRANSACTION.wrapAndWriteHeader(transaction, message, 0);
            transaction.eventTimeNs(1_000_000_000L).seq(1).amount(1250);
            transaction.customer("c-42").terminal("t-7").txId("x-1");
            int length = BuiltinMessages.CARD_TRANSACTION.encodedLength(transaction);
            long sequence = transactions.offer(message, 0, length);
            if (sequence < 0) {
                throw new IllegalStateException("not taken: " + sequence);
            }
            engine.endSource("transactions", 1, 0);
            engine.awaitIdle();
        }
        // example: end
        List<String> rows = Files.readAllLines(totals);
        assertEquals(11, rows.size(), () -> rows.toString());
        assertEquals(
                List.of("eventTimeNs,seq,amount,customer,terminal,txId"), Files.readAllLines(late));
    }

    @Test
    void shouldBeQuotedByTheReadme() throws IOException {
        Path root = Path.of("").toAbsolutePath().getParent();
        String readme = Files.readString(root.resolve("README.md"));
        List<String> source =
                Files.readAllLines(
                        root.resolve(
                                "engine/src/test/java/io/penstock/engine/ReadmeExampleTest.java"));
        int quoted = 0;
        boolean inside = false;
        for (String line : source) {
            String text = line.strip();
            if (text.startsWith("// example:")) {
                inside = !text.equals("// example: end");
            } else if (inside && !text.isEmpty()) {
                assertTrue(readme.contains(text), () -> "not in the README: " + text);
                quoted++;
            }
        }
        assertTrue(quoted > 20, "lines quoted: " + quoted);
    }
}
