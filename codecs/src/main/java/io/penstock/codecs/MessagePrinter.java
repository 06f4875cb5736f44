package io.penstock.codecs;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import uk.co.real_logic.sbe.ir.Signal;
import uk.co.real_logic.sbe.ir.Token;
import uk.co.real_logic.sbe.otf.OtfMessageDecoder;
import uk.co.real_logic.sbe.otf.TokenListener;

/**
 * Prints any message from its schema's IR, without its classes: as a JSON object on one line, or as
 * a CSV row.
 *
 * <p>Integers are numbers, enums and bits go by their names (unknown ones by number), null and
 * absent values are {@code null} or an empty cell. Text is escaped where JSON or RFC 4180 asks for
 * it; bytes that are no text are replaced or shown in hexadecimal, the same way on every JVM.
 *
 * <p>For tools: it allocates. One thread. Every message is validated before it is decoded; a bad
 * one is a DAMAGE fault and prints nothing.
 */
public final class MessagePrinter {
    private record Known(SchemaIr schema, MessageValidator validator) {}

    private final Map<Integer, Known> schemas = new TreeMap<>();
    private final JsonListener json = new JsonListener();
    private final CsvListener csv = new CsvListener();

    /** Prints the messages of these schemas, told apart by their ids. */
    public MessagePrinter(SchemaIr... schemas) {
        for (SchemaIr schema : schemas) {
            Known before =
                    this.schemas.put(schema.schemaId(), new Known(schema, schema.validator()));
            if (before != null) {
                throw new PenstockException(
                        Category.CONFIGURATION,
                        "schemas must have different ids: "
                                + before.schema().packageName()
                                + " and "
                                + schema.packageName()
                                + " both have "
                                + schema.schemaId());
            }
        }
    }

    /** The number of a {@link ValidationCode}: 0 when the message can be printed. */
    public int validate(DirectBuffer buffer, int offset, int length) {
        if (offset < 0 || length < 0 || offset > buffer.capacity() - length) {
            return ValidationCode.OUTSIDE_BUFFER.code();
        }
        if (length < SbeHeader.LENGTH) {
            return ValidationCode.HEADER_TRUNCATED.code();
        }
        Known known = schemas.get(SbeHeader.schemaId(buffer, offset));
        return known == null
                ? ValidationCode.WRONG_SCHEMA.code()
                : known.validator().validate(buffer, offset, length);
    }

    /** The name of a message that can be printed. */
    public String messageName(DirectBuffer buffer, int offset, int length) {
        return schemaOf(buffer, offset, length).messageName(SbeHeader.templateId(buffer, offset));
    }

    /** Appends a message, header included, as a JSON object; no line end. */
    public void appendJson(StringBuilder out, DirectBuffer buffer, int offset, int length) {
        SchemaIr schema = schemaOf(buffer, offset, length);
        json.begin(out, SbeHeader.version(buffer, offset));
        decode(schema, buffer, offset, json);
    }

    /**
     * Appends a message, header included, as CSV cells in the order of the columns; no line end.
     */
    public void appendCsv(StringBuilder out, DirectBuffer buffer, int offset, int length) {
        SchemaIr schema = schemaOf(buffer, offset, length);
        csv.begin(out, SbeHeader.version(buffer, offset));
        decode(schema, buffer, offset, csv);
    }

    /** Appends the column names of a message as CSV cells; no line end. */
    public void appendCsvHeader(StringBuilder out, int schemaId, int templateId) {
        csv.begin(out, 0);
        csvColumns(schemaId, templateId).forEach(csv::text);
    }

    /**
     * The columns of a message: its fields, members of composites as {@code field.member}, groups,
     * variable fields.
     */
    public List<String> csvColumns(int schemaId, int templateId) {
        Known known = schemas.get(schemaId);
        if (known == null) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "no schema of that id: " + schemaId + " (there are: " + schemas.keySet() + ")");
        }
        List<Token> tokens = known.schema().message(templateId);
        List<String> columns = new ArrayList<>();
        for (int i = 1; i < tokens.size() - 1; i += tokens.get(i).componentTokenCount()) {
            Token token = tokens.get(i);
            if (token.signal() == Signal.BEGIN_FIELD
                    && tokens.get(i + 1).signal() == Signal.BEGIN_COMPOSITE) {
                addMembers(token.name(), tokens, i + 1, columns);
            } else {
                columns.add(token.name());
            }
        }
        return columns;
    }

    private static void addMembers(
            String path, List<Token> tokens, int compositeIndex, List<String> columns) {
        int end = compositeIndex + tokens.get(compositeIndex).componentTokenCount() - 1;
        for (int i = compositeIndex + 1; i < end; i += tokens.get(i).componentTokenCount()) {
            Token member = tokens.get(i);
            String memberPath = path + "." + member.name();
            if (member.signal() == Signal.BEGIN_COMPOSITE) {
                addMembers(memberPath, tokens, i, columns);
            } else {
                columns.add(memberPath);
            }
        }
    }

    private SchemaIr schemaOf(DirectBuffer buffer, int offset, int length) {
        int code = validate(buffer, offset, length);
        if (code != 0) {
            throw new PenstockException(
                    Category.DAMAGE,
                    "message cannot be decoded, "
                            + ValidationCode.of(code).rule()
                            + ": offset="
                            + offset
                            + ", length="
                            + length);
        }
        return schemas.get(SbeHeader.schemaId(buffer, offset)).schema();
    }

    private static void decode(
            SchemaIr schema, DirectBuffer buffer, int offset, TokenListener listener) {
        OtfMessageDecoder.decode(
                buffer,
                offset + SbeHeader.LENGTH,
                SbeHeader.version(buffer, offset),
                SbeHeader.blockLength(buffer, offset),
                schema.message(SbeHeader.templateId(buffer, offset)),
                listener);
    }
}
