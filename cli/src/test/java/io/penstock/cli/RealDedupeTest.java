package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.cli.oracle.SharedData;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Dedupe;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.testkit.TestEngine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** De-duplication of real data with known results, through a snapshot and a crash. */
@EnabledIf(
        value = "io.penstock.cli.oracle.SharedData#isPresent",
        disabledReason = "the folder ../shared/data is not there")
final class RealDedupeTest {
    private static final long MS = 1_000_000;

    /** A row of an input; its number is the index in the list. */
    private record Row(long timeNs, String id) {}

    @Test
    void shouldDropTradesThatWereDeliveredAgain() {
        List<String[]> arrivals = SharedData.rows("dedupe-xrpeth/arrivals.csv", "arrival,seq,id");
        List<Row> rows = new ArrayList<>();
        for (String[] arrival : arrivals) {
            rows.add(new Row(Long.parseLong(arrival[0]), arrival[2]));
        }
        Function<Integer, String> columns = n -> arrivals.get(n)[0] + "," + arrivals.get(n)[1];

        SharedData.assertSameRows(
                "dedupe-xrpeth/expected/dedupe_forever.csv",
                "arrival,seq",
                first(rows, Dedupe.forever(), null).stream().map(columns).toList());
        SharedData.assertSameRows(
                "dedupe-xrpeth/expected/dedupe_last_n.csv",
                "arrival,seq",
                first(rows, Dedupe.lastRows(500), null).stream().map(columns).toList());
        // Event time is the number of the arrival: looking 501 back reaches 500 rows.
        SharedData.assertSameRows(
                "dedupe-xrpeth/expected/dedupe_last_n.csv",
                "arrival,seq",
                first(rows, Dedupe.within(Duration.ofNanos(501)), null).stream()
                        .map(columns)
                        .toList());
    }

    @Test
    void shouldKeepTheFirstRowOfEachInvoice() {
        List<String[]> orders =
                SharedData.rows(
                        "orders-retail/orders.csv",
                        "seq,ts,invoice,stock_code,quantity,unit_price,customer,country");
        List<Row> rows = new ArrayList<>();
        for (String[] order : orders) {
            rows.add(new Row(Long.parseLong(order[1]) * MS, order[2]));
        }
        List<String> kept = new ArrayList<>();
        for (int n : first(rows, Dedupe.forever(), null)) {
            String[] order = orders.get(n);
            kept.add(String.join(",", order[0], order[2], order[1], order[6]));
        }

        SharedData.assertSameRows(
                "orders-retail/expected/dedupe_invoices.csv", "seq,invoice,ts,customer", kept);
    }

    @Test
    void shouldKeepTheFirstVisitOfEachClientInEventTime() {
        for (String set : List.of("weblog-semicomplete", "weblog-nasa")) {
            List<String[]> requests =
                    SharedData.rows(
                            set + "/requests.csv", "seq,ts,client,method,path,status,bytes");
            List<Row> rows = new ArrayList<>();
            for (String[] request : requests) {
                rows.add(new Row(Long.parseLong(request[1]) * MS, request[2]));
            }
            List<String> visits = new ArrayList<>();
            for (int n : first(rows, Dedupe.forever(), Duration.ofDays(7))) {
                String[] request = requests.get(n);
                // A path may hold commas.
                String path = String.join(",", Arrays.copyOfRange(request, 4, request.length - 2));
                visits.add(String.join(",", request[2], request[1], request[0], path));
            }

            SharedData.assertSameRows(
                    set + "/expected/first_visit.csv", "client,ts,seq,path", visits);
        }
    }

    /** Numbers of the rows that are kept; {@code disorder} puts them in order of time before. */
    private static List<Integer> first(List<Row> rows, Dedupe dedupe, Duration disorder) {
        MemorySink first = new MemorySink();
        MemorySink again = new MemorySink();
        Pipeline pipeline =
                Pipeline.define(
                        "real-dedupe",
                        p -> {
                            EventTimeStream<KeyedValueDecoder> all =
                                    p.source("rows", BuiltinMessages.KEYED_VALUE)
                                            .eventTime(
                                                    KeyedValueDecoder::eventTimeNs,
                                                    disorder == null
                                                            ? Disorder.none()
                                                            : Disorder.within(disorder));
                            Stream<KeyedValueDecoder> in =
                                    disorder == null ? all : all.inOrder("order", Late.drop());
                            in.keyByBytes("id", (m, key) -> m.getKey(key, 0, key.capacity()))
                                    .dedupe("once", dedupe.duplicatesTo("again"))
                                    .sink("first", Sinks.memory(first));
                            in.side("again").sink("again", Sinks.memory(again));
                        });
        try (TestEngine engine = TestEngine.start(pipeline)) {
            for (int n = 0; n < rows.size(); n++) {
                long number = n;
                Row row = rows.get(n);
                byte[] id = row.id().getBytes(StandardCharsets.UTF_8);
                engine.send(
                        "rows",
                        BuiltinMessages.KEYED_VALUE,
                        message -> {
                            message.eventTimeNs(row.timeNs()).value().mantissa(number);
                            message.value().scale((short) 0);
                            message.putKey(id, 0, id.length);
                        });
                if (n == rows.size() / 3) {
                    engine.snapshot();
                }
                if (n == rows.size() / 2) {
                    engine.run();
                    engine.crashAndRecover();
                }
            }
            engine.endSource("rows");
            engine.run();
            assertEquals(
                    rows.size(), engine.outputs("first").size() + engine.outputs("again").size());
            return numbers(engine.outputs("first"));
        }
    }

    private static List<Integer> numbers(List<UnsafeBuffer> messages) {
        KeyedValueDecoder decoder = new KeyedValueDecoder();
        List<Integer> numbers = new ArrayList<>();
        for (UnsafeBuffer message : messages) {
            BuiltinMessages.KEYED_VALUE.wrap(decoder, message, 0);
            numbers.add((int) decoder.value().mantissa());
        }
        return numbers;
    }
}
