package io.penstock.codecs.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.Allocations;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.MessageValidator;
import io.penstock.codecs.builtin.CardTransactionDecoder;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.TradeDecoder;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class CsvMapperTest {
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[8192]);

    @Test
    void shouldMapColumnsByName() {
        CsvReader reader =
                reader("terminal,seq,ts,tx_id,customer,amount\nT1,7,5,id,\"c,1\",-600\n");
        CsvMapper mapper =
                CsvMapper.of(BuiltinMessages.CARD_TRANSACTION)
                        .time("eventTimeNs", "ts", TimeUnitFormat.MS)
                        .field("txId", "tx_id")
                        .key("customer", List.of("customer"))
                        .build(reader.readHeader());
        reader.next();
        int length = mapper.map(reader, buffer, 3);
        CardTransactionDecoder decoder = BuiltinMessages.CARD_TRANSACTION.newDecoder();
        BuiltinMessages.CARD_TRANSACTION.wrap(decoder, buffer, 3);

        assertEquals(0, BuiltinMessages.CARD_TRANSACTION.validator().validate(buffer, 3, length));
        assertEquals(5_000_000, decoder.eventTimeNs());
        assertEquals(7, decoder.seq());
        assertEquals(-600, decoder.amount());
        assertEquals("c,1", decoder.customer());
        assertEquals("T1", decoder.terminal());
        assertEquals("id", decoder.txId());
    }

    @Test
    void shouldMapKeyOfSeveralColumnsAndSplitItAgain() {
        CsvReader reader = reader("host,t,path,v\né,2014-02-14 14:30:00,,-1.50\n");
        CsvMapper mapper =
                keyed(List.of("host", "path"), TimeUnitFormat.ISO).build(reader.readHeader());
        reader.next();
        int length = mapper.map(reader, buffer, 0);
        KeyedValueDecoder decoder = BuiltinMessages.KEYED_VALUE.newDecoder();
        BuiltinMessages.KEYED_VALUE.wrap(decoder, buffer, 0);

        assertEquals(0, BuiltinMessages.KEYED_VALUE.validator().validate(buffer, 0, length));
        assertEquals(-15, decoder.value().mantissa());
        assertEquals(1, decoder.value().scale());
        UnsafeBuffer key = new UnsafeBuffer(0, 0);
        decoder.wrapKey(key);
        KeyText text = new KeyText(2);
        assertTrue(text.wrap(key, 0, key.capacity()));
        assertEquals("é", text.partText(0));
        assertEquals("", text.partText(1));
        assertEquals(2 + 2 + 2, key.capacity());
        assertFalse(text.wrap(key, 0, key.capacity() - 1));
        assertFalse(text.wrap(key, 0, 1));
        assertFalse(new KeyText(3).wrap(key, 0, key.capacity()));
    }

    @Test
    void shouldLeaveUnsetFieldsNull() {
        CsvReader reader = reader("t\n1\n");
        CsvMapper mapper =
                CsvMapper.of(BuiltinMessages.KEYED_VALUE)
                        .time("eventTimeNs", "t", TimeUnitFormat.NS)
                        .unset("value")
                        .key("key", List.of())
                        .build(reader.readHeader());
        reader.next();
        buffer.setMemory(0, 100, (byte) 0x55);
        int length = mapper.map(reader, buffer, 0);
        KeyedValueDecoder decoder = BuiltinMessages.KEYED_VALUE.newDecoder();
        BuiltinMessages.KEYED_VALUE.wrap(decoder, buffer, 0);

        assertEquals(8 + 17 + 2, length);
        assertEquals(Long.MIN_VALUE, decoder.value().mantissa());
        assertEquals(255, decoder.value().scale());
        assertEquals(0, decoder.keyLength());
    }

    @Test
    void shouldGiveAReasonForEachRowThatCannotBeMapped() {
        assertEquals("wrong-field-count", reason("1,2"));
        assertEquals("wrong-field-count", reason("1,2,k,4"));
        assertEquals("bad-quote", reason("1,2,k\"k"));
        assertEquals("empty-time", reason(",2,k"));
        assertEquals("bad-time", reason("x,2,k"));
        assertEquals("time-out-of-range", reason("9223372036855,2,k"));
        assertEquals("empty-value", reason("1,,k"));
        assertEquals("bad-number", reason("1,1e3,k"));
        assertEquals("too-many-digits", reason("1,1234567890123456789,k"));
        assertEquals("key-too-long", reason("1,2," + "k".repeat(1025)));
        assertEquals("ok", reason("1,2," + "k".repeat(1024)));
        assertEquals("ok", reason("1,2,"));
        assertEquals("not-utf8", reason("1,2,\u00C3"));
        assertEquals("empty-time", reason(",,\u00C3"));
    }

    @Test
    void shouldReadDecimalsOfFixedScaleAsIntegers() {
        assertEquals("1250", price("12.5", 2));
        assertEquals("1250", price("12.50000", 2));
        assertEquals("-7", price("-.07", 2));
        assertEquals("-300", price("-3", 2));
        assertEquals("0", price("-0.00", 2));
        assertEquals("5", price("5.0", 0));
        assertEquals("9000000000000000000", price("9", 18));
        assertEquals("number-out-of-range", price("10", 18));
        assertEquals("number-out-of-range", price("-99999999999", 9));
        assertEquals("too-many-digits", price("12.505", 2));
        assertEquals("empty-value", price("", 2));
        assertEquals("bad-number", price("1,5", 2));
        CsvHeader header = new CsvHeader("here", List.of("ts", "p", "qty", "symbol"));
        CsvMapperBuilder scaled = CsvMapper.of(BuiltinMessages.TRADE);
        assertThrows(PenstockException.class, () -> scaled.decimal("price", "p", 19));
        CsvMapperBuilder text = scaled.decimal("symbol", "p", 2);
        assertThrows(PenstockException.class, () -> text.build(header));
    }

    private String price(String text, int scale) {
        CsvReader reader = reader("price,n\n\"" + text + "\",1\n");
        CsvMapper mapper =
                CsvMapper.of(BuiltinMessages.TRADE)
                        .unset("eventTimeNs")
                        .decimal("price", "price", scale)
                        .field("qty", "n")
                        .unset("symbol")
                        .build(reader.readHeader());
        reader.next();
        int length = mapper.map(reader, buffer, 0);
        if (length < 0) {
            return RejectReason.of(-length).text();
        }
        TradeDecoder decoder = BuiltinMessages.TRADE.newDecoder();
        BuiltinMessages.TRADE.wrap(decoder, buffer, 0);
        return String.valueOf(decoder.price());
    }

    @Test
    void shouldRejectRowWhoseMessageDoesNotFit() {
        CsvReader reader = reader("t,v,k\n1,2,abc\n");
        CsvMapper mapper = keyed(List.of("k"), TimeUnitFormat.MS).build(reader.readHeader());
        reader.next();
        int needed = 8 + 17 + 2 + 3;

        for (int room = 0; room < needed; room++) {
            UnsafeBuffer small = new UnsafeBuffer(new byte[room + 5]);
            assertEquals(-RejectReason.ROW_TOO_LONG.code(), mapper.map(reader, small, 5));
        }
        assertEquals(needed, mapper.map(reader, new UnsafeBuffer(new byte[needed + 5]), 5));
    }

    @Test
    void shouldRefuseFieldsAndColumnsThatDoNotExist() {
        CsvHeader header = new CsvHeader("in.csv", List.of("t", "v", "k"));

        assertFault(
                "message KeyedValue has no field 'eventTime' (did you mean 'eventTimeNs'?)",
                () -> CsvMapper.of(BuiltinMessages.KEYED_VALUE).unset("eventTime"));
        assertFault(
                "input in.csv has no column 'vv' (did you mean 'v'?)",
                () ->
                        CsvMapper.of(BuiltinMessages.KEYED_VALUE)
                                .time("eventTimeNs", "t", TimeUnitFormat.MS)
                                .field("value", "vv")
                                .build(header));
        assertFault(
                "a field must be mapped once: KeyedValue.key",
                () -> CsvMapper.of(BuiltinMessages.KEYED_VALUE).unset("key").unset("key"));
        assertFault(
                "a field must be one that CSV can fill: WindowResult.values is a group",
                () ->
                        CsvMapper.of(BuiltinMessages.WINDOW_RESULT)
                                .unset("windowStartNs")
                                .unset("windowEndNs")
                                .build(header));
        assertFault(
                "a field must be one that CSV can fill: KeyedValue.value cannot be a time, it is"
                        + " no int64",
                () ->
                        CsvMapper.of(BuiltinMessages.KEYED_VALUE)
                                .time("eventTimeNs", "t", TimeUnitFormat.MS)
                                .time("value", "v", TimeUnitFormat.MS)
                                .build(header));
    }

    @Test
    void shouldMapRandomRowsLikeStringsWould() {
        long seed = 53;
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder("symbol,qty,ts,price\n");
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            String symbol = "s\"" + random.nextInt(50);
            long qty = random.nextLong();
            long ts = random.nextInt();
            long price = random.nextInt();
            text.append('"').append(symbol.replace("\"", "\"\"")).append("\",");
            text.append(qty).append(',').append(ts).append(',').append(price).append("\r\n");
            expected.add(symbol + "/" + qty + "/" + ts * 1_000_000_000L + "/" + price);
        }
        CsvReader reader = reader(text.toString());
        CsvMapper mapper = trades(reader);
        MessageValidator validator = BuiltinMessages.TRADE.validator();
        TradeDecoder decoder = BuiltinMessages.TRADE.newDecoder();
        List<String> actual = new ArrayList<>();
        while (reader.next()) {
            int length = mapper.map(reader, buffer, 0);
            assertEquals(0, validator.validate(buffer, 0, length));
            BuiltinMessages.TRADE.wrap(decoder, buffer, 0);
            long qty = decoder.qty();
            long time = decoder.eventTimeNs();
            long price = decoder.price();
            actual.add(decoder.symbol() + "/" + qty + "/" + time + "/" + price);
        }
        assertEquals(expected, actual, () -> "seed " + seed);
    }

    @Test
    void shouldAllocateNothingFromBytesToValidMessage() {
        byte[] rows =
                "\"a\"\"b\",17,1700000000,-250\nplain,1,1700000001,9\nbad,x,1,2\n"
                        .getBytes(StandardCharsets.UTF_8);
        CsvReader reader = new CsvReader(new EndlessRows(rows), "t");
        CsvMapper mapper = trades(reader);
        MessageValidator validator = BuiltinMessages.TRADE.validator();
        long[] counts = new long[2];
        Runnable run =
                () -> {
                    for (int i = 0; i < 500_000; i++) {
                        reader.next();
                        int length = mapper.map(reader, buffer, 0);
                        if (length > 0) {
                            counts[0] += 1 - validator.validate(buffer, 0, length);
                        } else {
                            counts[1] += reader.rowChecksum() == 0 ? 0 : 1;
                        }
                    }
                };
        run.run();

        assertEquals(0, Allocations.leastBytesOf(run));
        assertTrue(Math.abs(2 * counts[1] - counts[0]) <= 4, counts[0] + " / " + counts[1]);
    }

    @Test
    void shouldAllocateNothingForIsoTimesAndDecimals() {
        byte[] rows = "2014-02-14T14:30:00.123+01:00,-12.50,a,b\n".getBytes(StandardCharsets.UTF_8);
        CsvReader reader = new CsvReader(new EndlessRows("t,v,k,l\n", rows), "t");
        CsvMapper mapper = keyed(List.of("k", "l"), TimeUnitFormat.ISO).build(reader.readHeader());
        CsvWriter writer = new CsvWriter();
        TimePrinter times = new TimePrinter(TimeUnitFormat.ISO);
        KeyedValueDecoder decoder = BuiltinMessages.KEYED_VALUE.newDecoder();
        Runnable run =
                () -> {
                    for (int i = 0; i < 200_000; i++) {
                        reader.next();
                        mapper.map(reader, buffer, 0);
                        BuiltinMessages.KEYED_VALUE.wrap(decoder, buffer, 0);
                        writer.reset();
                        writer.time(times, decoder.eventTimeNs());
                        writer.decimal(
                                decoder.value().mantissa() >> 63,
                                decoder.value().mantissa(),
                                decoder.value().scale());
                        writer.field(buffer, 8, 16).field(i).endRow();
                    }
                };
        run.run();

        assertEquals(0, Allocations.leastBytesOf(run));
        assertTrue(
                new String(writer.buffer(), 0, writer.length(), StandardCharsets.ISO_8859_1)
                        .startsWith("2014-02-14T13:30:00.123Z,-12.5,"));
    }

    private static CsvMapper trades(CsvReader reader) {
        return CsvMapper.of(BuiltinMessages.TRADE)
                .time("eventTimeNs", "ts", TimeUnitFormat.S)
                .key("symbol", List.of("symbol"))
                .build(reader.readHeader());
    }

    private static CsvMapperBuilder keyed(List<String> columns, TimeUnitFormat format) {
        return CsvMapper.of(BuiltinMessages.KEYED_VALUE)
                .time("eventTimeNs", "t", format)
                .field("value", "v")
                .key("key", columns);
    }

    private String reason(String row) {
        CsvReader reader = reader("t,v,k\n" + row + "\n");
        CsvMapper mapper = keyed(List.of("k"), TimeUnitFormat.MS).build(reader.readHeader());
        assertTrue(reader.next());
        int status = mapper.map(reader, buffer, 0);
        if (status < 0) {
            return RejectReason.of(-status).text();
        }
        assertEquals(0, BuiltinMessages.KEYED_VALUE.validator().validate(buffer, 0, status));
        return "ok";
    }

    private static void assertFault(String message, Runnable run) {
        PenstockException fault = assertThrows(PenstockException.class, run::run);
        assertEquals(Category.CONFIGURATION, fault.category());
        assertEquals(message, fault.getMessage());
    }

    private static CsvReader reader(String text) {
        // Latin-1 keeps odd bytes as they are; é is spelled out as the two bytes of its UTF-8.
        byte[] bytes = text.replace("é", "\u00C3\u00A9").getBytes(StandardCharsets.ISO_8859_1);
        return new CsvReader(new ByteArrayInputStream(bytes), "t");
    }

    /** A header, then the same rows again and again. */
    private static final class EndlessRows extends InputStream {
        private final byte[] header;
        private final byte[] rows;
        private int headerIndex;
        private int index;

        EndlessRows(byte[] rows) {
            this("symbol,qty,ts,price\n", rows);
        }

        EndlessRows(String header, byte[] rows) {
            this.header = header.getBytes(StandardCharsets.US_ASCII);
            this.rows = rows;
        }

        @Override
        public int read() {
            if (headerIndex < header.length) {
                return header[headerIndex++];
            }
            int b = rows[index] & 0xFF;
            index = (index + 1) % rows.length;
            return b;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            for (int i = 0; i < length; i++) {
                target[offset + i] = (byte) read();
            }
            return length;
        }
    }
}
