package io.penstock.codecs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.builtin.CardAlertEncoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.codecs.builtin.Rule;
import io.penstock.codecs.builtin.WindowResultEncoder;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class MessagePrinterTest {
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
    private final MessagePrinter printer =
            new MessagePrinter(BuiltinMessages.SCHEMA, SystemMessages.SCHEMA);

    @Test
    void shouldPrintFieldsCompositesAndText() {
        int length = keyedValue("a\"b\\c\n\u0001,é€😀".getBytes(StandardCharsets.UTF_8));

        assertEquals("KeyedValue", printer.messageName(buffer, 0, length));
        assertEquals(
                "{\"eventTimeNs\":-5,\"value\":{\"mantissa\":9223372036854775807,\"scale\":2},"
                        + "\"key\":\"a\\\"b\\\\c\\n\\u0001,é€😀\"}",
                json(printer, length));
        assertEquals("-5,9223372036854775807,2,\"a\"\"b\\c\n\u0001,é€😀\"", csv(printer, length));
        assertEquals(
                "eventTimeNs,value.mantissa,value.scale,key",
                header(printer, BuiltinMessages.KEYED_VALUE));
    }

    @Test
    void shouldShowBytesThatAreNoTextInHexadecimal() {
        int length = keyedValue(new byte[] {'a', (byte) 0xC3});

        assertTrue(json(printer, length).endsWith(",\"key\":\"0x61c3\"}"));
    }

    @Test
    void shouldReplaceMalformedTextWhereTheSchemaSaysText() {
        CardAlertEncoder encoder = BuiltinMessages.CARD_ALERT.newEncoder();
        BuiltinMessages.CARD_ALERT.wrapAndWriteHeader(encoder, buffer, 0);
        encoder.rule(Rule.SPEND).seq(1).eventTimeNs(2).value().low(-1).high(-1);
        encoder.putCustomer(new byte[] {'a', (byte) 0xC3, 'b', (byte) 0xFF}, 0, 4);
        int length = BuiltinMessages.CARD_ALERT.encodedLength(encoder);

        assertEquals(
                "{\"rule\":\"SPEND\",\"seq\":1,\"eventTimeNs\":2,\"value\":{\"low\":-1,"
                        + "\"high\":-1},\"customer\":\"a\uFFFDb\uFFFD\"}",
                json(printer, length));
        buffer.putByte(SbeHeader.LENGTH, (byte) 77);
        assertTrue(json(printer, length).startsWith("{\"rule\":77,"));
        buffer.putByte(SbeHeader.LENGTH, (byte) 255);
        assertTrue(json(printer, length).startsWith("{\"rule\":null,"));
    }

    @Test
    void shouldPrintGroupsAsArraysAndInOneCell() {
        WindowResultEncoder encoder = BuiltinMessages.WINDOW_RESULT.newEncoder();
        BuiltinMessages.WINDOW_RESULT.wrapAndWriteHeader(encoder, buffer, 0);
        encoder.windowStartNs(1).windowEndNs(2);
        WindowResultEncoder.ValuesEncoder values = encoder.valuesCount(2);
        values.next().mantissa().low(7).high(0);
        values.scale((short) 0);
        values.next().mantissa().low(8).high(0);
        values.scale((short) 3);
        encoder.putKey(new byte[0], 0, 0);
        int length = BuiltinMessages.WINDOW_RESULT.encodedLength(encoder);
        String array =
                "[{\"mantissa\":{\"low\":7,\"high\":0},\"scale\":0},"
                        + "{\"mantissa\":{\"low\":8,\"high\":0},\"scale\":3}]";

        assertEquals(
                "{\"windowStartNs\":1,\"windowEndNs\":2,\"values\":" + array + ",\"key\":\"\"}",
                json(printer, length));
        assertEquals("1,2,\"" + array.replace("\"", "\"\"") + "\",", csv(printer, length));
        assertEquals(
                "windowStartNs,windowEndNs,values,key",
                header(printer, BuiltinMessages.WINDOW_RESULT));
    }

    @Test
    void shouldPrintEveryKindOfFieldAndNullWhatOlderVersionsLack() {
        SchemaIr schema = TestSchemas.version(2);
        MessagePrinter newest = new MessagePrinter(schema);
        ByteBuffer message = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        int blockLength = TestSchemas.version(0).message(TestSchemas.ORDER).get(0).encodedLength();
        message.putShort((short) blockLength).putShort((short) 1).putShort((short) 900);
        message.putShort((short) 0);
        message.putLong(-1).put((byte) 'A').put((byte) 'B').put((byte) 0).put((byte) 'C');
        message.putShort((short) 1).putShort((short) -2).putShort((short) 3);
        message.put((byte) 2).put((byte) 0b0000_0111);
        message.putLong(12).put((byte) 1).put((byte) 1).putDouble(0.1).putInt(Integer.MIN_VALUE);
        message.putShort((short) 4).putShort((short) 1).putInt(-1);
        message.put((byte) 1).put((byte) 2).put((byte) 5).put((byte) -5);
        message.put((byte) 2).put((byte) 'h').put((byte) 'i');
        message.putInt(2).putInt(0);
        message.putShort((short) 1).put((byte) 'c').putInt(1).put((byte) 'r');
        int length = message.position();
        buffer.putBytes(0, message.array(), 0, length);

        assertEquals(
                "{\"id\":18446744073709551615,\"code\":\"AB\",\"triple\":[1,-2,3],"
                        + "\"side\":\"SELL\",\"flags\":[\"fast\",\"1\",\"hidden\"],"
                        + "\"leg\":{\"price\":{\"mantissa\":12,\"scale\":1},\"side\":\"BUY\"},"
                        + "\"ratio\":0.1,\"note\":null,"
                        + "\"added\":{\"mantissa\":null,\"scale\":null},\"newest\":null,"
                        + "\"parts\":[{\"quantity\":4294967295,\"bonus\":null,"
                        + "\"marks\":[{\"mark\":5},{\"mark\":-5}],\"label\":\"hi\"}],"
                        + "\"ticks\":[],\"comment\":\"c\",\"raw\":\"r\",\"late\":null}",
                json(newest, length));
        assertEquals(
                List.of(
                        "id",
                        "code",
                        "triple",
                        "side",
                        "flags",
                        "leg.price.mantissa",
                        "leg.price.scale",
                        "leg.side",
                        "ratio",
                        "note",
                        "added.mantissa",
                        "added.scale",
                        "newest",
                        "parts",
                        "ticks",
                        "comment",
                        "raw",
                        "late"),
                newest.csvColumns(900, TestSchemas.ORDER));
        assertEquals(
                "18446744073709551615,AB,\"[1,-2,3]\",SELL,fast|1|hidden,12,1,BUY,0.1,,,,,"
                        + "\"[{\"\"quantity\"\":4294967295,\"\"bonus\"\":null,"
                        + "\"\"marks\"\":[{\"\"mark\"\":5},{\"\"mark\"\":-5}],"
                        + "\"\"label\"\":\"\"hi\"\"}]\",[],c,r,",
                csv(newest, length));
    }

    @Test
    void shouldPrintConstantsThatTakeNoBytes() {
        String types =
                TestSchemas.types()
                        .replace(
                                "</types>",
                                "<type name=\"unit\" primitiveType=\"char\" length=\"3\""
                                        + " presence=\"constant\">EUR</type>"
                                        + "<type name=\"seven\" primitiveType=\"uint8\""
                                        + " presence=\"constant\">7</type></types>");
        SchemaIr schema =
                TestSchemas.compile(
                        0,
                        "littleEndian",
                        types,
                        "<sbe:message name=\"M\" id=\"3\">"
                                + "<field name=\"unit\" id=\"1\" type=\"unit\"/>"
                                + "<field name=\"seven\" id=\"2\" type=\"seven\"/>"
                                + "<field name=\"side\" id=\"3\" type=\"Side\""
                                + " presence=\"constant\" valueRef=\"Side.SELL\"/>"
                                + "<field name=\"last\" id=\"4\" type=\"int8\"/></sbe:message>");
        SbeHeader.write(buffer, 0, 1, 3, TestSchemas.SCHEMA_ID, 0);
        buffer.putByte(8, (byte) -3);

        assertEquals(
                "{\"unit\":\"EUR\",\"seven\":7,\"side\":\"SELL\",\"last\":-3}",
                json(new MessagePrinter(schema), 9));
    }

    @Test
    void shouldPrintFloatsTheSameWayOnEveryJvm() {
        SchemaIr schema =
                TestSchemas.of(
                        "<sbe:message name=\"M\" id=\"3\">"
                                + "<field name=\"d\" id=\"1\" type=\"double\"/>"
                                + "<field name=\"f\" id=\"2\" type=\"float\"/></sbe:message>");
        MessagePrinter doubles = new MessagePrinter(schema);
        SbeHeader.write(buffer, 0, 12, 3, TestSchemas.SCHEMA_ID, 0);
        double[] values = {
            2.0E-3,
            Double.parseDouble("1E23"),
            Double.MIN_VALUE,
            Double.MAX_VALUE,
            -0.0,
            Double.NaN,
            1.0 / 3,
            -1e300 * 1e10
        };
        String[] texts = {
            "0.002",
            "1E+23",
            "5E-324",
            "1.7976931348623157E+308",
            "-0.0",
            "null",
            "0.3333333333333333",
            "-1e999"
        };
        for (int i = 0; i < values.length; i++) {
            buffer.putDouble(8, values[i], ByteOrder.LITTLE_ENDIAN);
            buffer.putFloat(16, 0.1f, ByteOrder.LITTLE_ENDIAN);

            assertEquals("{\"d\":" + texts[i] + ",\"f\":0.1}", json(doubles, 20));
        }
    }

    @Test
    void shouldPrintValidJsonWhateverTheBytes() {
        long seed = 99;
        Random random = new Random(seed);
        for (int version = 0; version < 3; version++) {
            SchemaIr schema = TestSchemas.version(version);
            MessagePrinter newest = new MessagePrinter(TestSchemas.version(2));
            for (int i = 0; i < 500; i++) {
                byte[] message = MessageBytes.random(schema, TestSchemas.ORDER, random);
                buffer.putBytes(0, message);

                JsonCheck.requireValid(json(newest, message.length));
                assertTrue(!csv(newest, message.length).isEmpty());
            }
        }
    }

    @Test
    void shouldRefuseMessageThatCannotBeDecoded() {
        int length = keyedValue(new byte[3]);
        PenstockException fault =
                assertThrows(
                        PenstockException.class,
                        () -> printer.appendJson(new StringBuilder(), buffer, 0, length - 1));

        assertEquals(Category.DAMAGE, fault.category());
        assertEquals(
                ValidationCode.WRONG_SCHEMA.code(),
                new MessagePrinter(SystemMessages.SCHEMA).validate(buffer, 0, length));
        assertEquals(ValidationCode.HEADER_TRUNCATED.code(), printer.validate(buffer, 0, 3));
        assertEquals(ValidationCode.OUTSIDE_BUFFER.code(), printer.validate(buffer, 0, 600));
    }

    @Test
    void shouldRefuseTwoSchemasOfOneId() {
        assertThrows(
                PenstockException.class,
                () -> new MessagePrinter(TestSchemas.version(0), TestSchemas.version(1)));
        assertThrows(PenstockException.class, () -> printer.csvColumns(1, 1));
    }

    private int keyedValue(byte[] key) {
        KeyedValueEncoder encoder = BuiltinMessages.KEYED_VALUE.newEncoder();
        BuiltinMessages.KEYED_VALUE.wrapAndWriteHeader(encoder, buffer, 0);
        encoder.eventTimeNs(-5).value().mantissa(Long.MAX_VALUE).scale((short) 2);
        encoder.putKey(key, 0, key.length);
        return BuiltinMessages.KEYED_VALUE.encodedLength(encoder);
    }

    private String json(MessagePrinter from, int length) {
        StringBuilder out = new StringBuilder("x");
        from.appendJson(out, buffer, 0, length);
        return out.substring(1);
    }

    private String csv(MessagePrinter from, int length) {
        StringBuilder out = new StringBuilder();
        from.appendCsv(out, buffer, 0, length);
        return out.toString();
    }

    private static String header(MessagePrinter from, MessageType<?, ?> type) {
        StringBuilder out = new StringBuilder();
        from.appendCsvHeader(out, type.schemaId(), type.templateId());
        return out.toString();
    }
}
