package io.penstock.codecs;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import uk.co.real_logic.sbe.ir.Ir;
import uk.co.real_logic.sbe.ir.IrEncoder;
import uk.co.real_logic.sbe.xml.IrGenerator;
import uk.co.real_logic.sbe.xml.MessageSchema;
import uk.co.real_logic.sbe.xml.ParserOptions;
import uk.co.real_logic.sbe.xml.XmlSchemaParser;

/** A schema with everything that SBE can nest, in three versions, compiled without any classes. */
final class TestSchemas {
    static final int SCHEMA_ID = 900;
    static final int ORDER = 1;
    static final int EMPTY = 2;

    private static final String TYPES =
            """
            <types>
              <composite name="messageHeader">
                <type name="blockLength" primitiveType="uint16"/>
                <type name="templateId" primitiveType="uint16"/>
                <type name="schemaId" primitiveType="uint16"/>
                <type name="version" primitiveType="uint16"/>
              </composite>
              <composite name="groupSizeEncoding">
                <type name="blockLength" primitiveType="uint16"/>
                <type name="numInGroup" primitiveType="uint16"/>
              </composite>
              <composite name="bigGroup">
                <type name="blockLength" primitiveType="uint32" maxValue="2147483647"/>
                <type name="numInGroup" primitiveType="uint32" maxValue="2147483647"/>
              </composite>
              <composite name="smallGroup">
                <type name="blockLength" primitiveType="uint8"/>
                <type name="numInGroup" primitiveType="uint8" maxValue="3"/>
              </composite>
              <composite name="text">
                <type name="length" primitiveType="uint16"/>
                <type name="varData" primitiveType="uint8" length="0" characterEncoding="UTF-8"/>
              </composite>
              <composite name="shortText">
                <type name="length" primitiveType="uint8" maxValue="10"/>
                <type name="varData" primitiveType="uint8" length="0" characterEncoding="UTF-8"/>
              </composite>
              <composite name="blob">
                <type name="length" primitiveType="uint32" maxValue="1073741824"/>
                <type name="varData" primitiveType="uint8" length="0"/>
              </composite>
              <composite name="decimal">
                <type name="mantissa" primitiveType="int64"/>
                <type name="scale" primitiveType="uint8"/>
              </composite>
              <type name="code" primitiveType="char" length="4" characterEncoding="US-ASCII"/>
              <type name="triple" primitiveType="int16" length="3"/>
              <enum name="Side" encodingType="uint8">
                <validValue name="BUY">1</validValue>
                <validValue name="SELL">2</validValue>
              </enum>
              <set name="Flags" encodingType="uint8">
                <choice name="fast">0</choice>
                <choice name="hidden">2</choice>
              </set>
              <composite name="leg">
                <ref name="price" type="decimal"/>
                <ref name="side" type="Side"/>
              </composite>
            </types>
            """;

    private TestSchemas() {}

    /** The schema as it stood in a version from 0 to 2. */
    static SchemaIr version(int version) {
        StringBuilder order = new StringBuilder();
        order.append("<sbe:message name=\"Order\" id=\"1\">")
                .append(field("id", 1, "uint64", 0))
                .append(field("code", 2, "code", 0))
                .append(field("triple", 3, "triple", 0))
                .append(field("side", 4, "Side", 0))
                .append(field("flags", 5, "Flags", 0))
                .append(field("leg", 6, "leg", 0))
                .append(field("ratio", 7, "double", 0))
                .append("<field name=\"note\" id=\"8\" type=\"int32\" presence=\"optional\"/>");
        if (version >= 1) {
            order.append(field("added", 9, "decimal", 1));
        }
        if (version >= 2) {
            order.append(field("newest", 10, "uint16", 2));
        }
        order.append("<group name=\"parts\" id=\"20\" dimensionType=\"groupSizeEncoding\">")
                .append(field("quantity", 21, "uint32", 0));
        if (version >= 1) {
            order.append(field("bonus", 22, "int64", 1));
        }
        order.append("<group name=\"marks\" id=\"23\" dimensionType=\"smallGroup\">")
                .append(field("mark", 24, "int8", 0))
                .append("</group>")
                .append("<data name=\"label\" id=\"25\" type=\"shortText\"/>")
                .append("</group>")
                .append("<group name=\"ticks\" id=\"26\" dimensionType=\"bigGroup\">")
                .append(field("tick", 27, "int16", 0))
                .append("</group>")
                .append("<data name=\"comment\" id=\"40\" type=\"text\"/>")
                .append("<data name=\"raw\" id=\"41\" type=\"blob\"/>");
        if (version >= 2) {
            order.append("<data name=\"late\" id=\"42\" type=\"text\" sinceVersion=\"2\"/>");
        }
        order.append("</sbe:message><sbe:message name=\"Empty\" id=\"2\"/>");
        return compile(version, "littleEndian", TYPES, order.toString());
    }

    /** A schema of the caller's own messages, with the types above. */
    static SchemaIr of(String messages) {
        return compile(0, "littleEndian", TYPES, messages);
    }

    static SchemaIr compile(int version, String byteOrder, String types, String messages) {
        return SchemaIr.fromBytes("test", irBytes(version, byteOrder, types, messages));
    }

    static byte[] irBytes(int version, String byteOrder, String types, String messages) {
        String xml =
                "<sbe:messageSchema xmlns:sbe=\"http://fixprotocol.io/2016/sbe\" package=\"test\""
                        + " id=\""
                        + SCHEMA_ID
                        + "\" version=\""
                        + version
                        + "\" byteOrder=\""
                        + byteOrder
                        + "\">"
                        + types
                        + messages
                        + "</sbe:messageSchema>";
        try {
            MessageSchema schema =
                    XmlSchemaParser.parse(
                            new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)),
                            ParserOptions.builder().stopOnError(true).suppressOutput(true).build());
            Ir ir = new IrGenerator().generate(schema);
            ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
            try (IrEncoder encoder = new IrEncoder(buffer, ir)) {
                return Arrays.copyOf(buffer.array(), encoder.encode());
            }
        } catch (Exception e) {
            throw new AssertionError("test schema does not compile", e);
        }
    }

    static String types() {
        return TYPES;
    }

    private static String field(String name, int id, String type, int since) {
        return "<field name=\""
                + name
                + "\" id=\""
                + id
                + "\" type=\""
                + type
                + "\""
                + (since == 0 ? "" : " sinceVersion=\"" + since + "\"")
                + "/>";
    }
}
