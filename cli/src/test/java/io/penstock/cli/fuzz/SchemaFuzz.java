package io.penstock.cli.fuzz;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.MessagePrinter;
import io.penstock.codecs.SchemaIr;
import io.penstock.codecs.SystemMessages;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Schemas as stored IR: one that is taken must be fit to print whatever its validator passes. */
public final class SchemaFuzz implements FuzzTarget {
    private static final SchemaFuzz TARGET = new SchemaFuzz();
    private static final int LONGEST_MESSAGE = 4096;

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] input) {
        TARGET.run(input);
    }

    @Override
    public Verdict run(byte[] input) {
        return Typed.of(
                () -> {
                    SchemaIr schema = SchemaIr.fromBytes("input", input);
                    MessagePrinter printer = new MessagePrinter(schema);
                    StringBuilder out = new StringBuilder();
                    for (int templateId : schema.templateIds()) {
                        printer.csvColumns(schema.schemaId(), templateId);
                        print(printer, schema, templateId, out);
                    }
                    return schema.extendsUnchanged(schema);
                });
    }

    /** A message of zeros, as long as it has to be. */
    private static void print(
            MessagePrinter printer, SchemaIr schema, int templateId, StringBuilder out) {
        int blockLength = schema.message(templateId).get(0).encodedLength();
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[LONGEST_MESSAGE]);
        buffer.putShort(0, (short) blockLength);
        buffer.putShort(2, (short) templateId);
        buffer.putShort(4, (short) schema.schemaId());
        buffer.putShort(6, (short) schema.version());
        if (printer.validate(buffer, 0, LONGEST_MESSAGE) == 0) {
            out.setLength(0);
            printer.appendJson(out, buffer, 0, LONGEST_MESSAGE);
            printer.appendCsv(out, buffer, 0, LONGEST_MESSAGE);
        }
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(BuiltinMessages.SCHEMA.toBytes(), SystemMessages.SCHEMA.toBytes());
    }
}
