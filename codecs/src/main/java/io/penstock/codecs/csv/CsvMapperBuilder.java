package io.penstock.codecs.csv;

import io.penstock.codecs.MessageType;
import io.penstock.fault.NearestName;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import uk.co.real_logic.sbe.PrimitiveType;
import uk.co.real_logic.sbe.ir.Encoding;
import uk.co.real_logic.sbe.ir.Signal;
import uk.co.real_logic.sbe.ir.Token;

/**
 * Describes which fields of a message are read from which columns, and how.
 *
 * <p>A field that is not mentioned is read from the column of its own name: integers as integers,
 * composites of mantissa and scale as decimals, variable fields as text. An empty optional integer
 * becomes its null value; anything else that is empty and no text is rejected.
 *
 * <p>Configuration only, one thread. Faults are CONFIGURATION faults that name field and column.
 */
public final class CsvMapperBuilder {
    private enum Kind {
        TIME,
        FIXED,
        KEY,
        PLAIN,
        UNSET
    }

    private record Choice(Kind kind, List<String> columns, TimeUnitFormat format, int scale) {
        Choice(Kind kind, List<String> columns) {
            this(kind, columns, null, 0);
        }
    }

    private final MessageType<?, ?> type;
    private final List<Token> tokens;
    private final List<String> fieldNames = new ArrayList<>();
    private final Map<String, Choice> choices = new LinkedHashMap<>();

    CsvMapperBuilder(MessageType<?, ?> type) {
        this.type = type;
        this.tokens = type.schema().message(type.templateId());
        for (int i = 1; i < tokens.size() - 1; i += tokens.get(i).componentTokenCount()) {
            fieldNames.add(tokens.get(i).name());
        }
    }

    /** Reads a field of type int64 as a time. */
    public CsvMapperBuilder time(String field, String column, TimeUnitFormat format) {
        return choose(field, new Choice(Kind.TIME, List.of(column), format, 0));
    }

    /**
     * Reads a field of type int64 as a decimal with a fixed number of digits after the point: with
     * a scale of 2, {@code 12.5} is 1250. A row with more digits is rejected, zeros at the end do
     * not count.
     *
     * @param scale digits after the point, 0 to 18
     */
    public CsvMapperBuilder decimal(String field, String column, int scale) {
        if (scale < 0 || scale > DecimalParser.MAX_DIGITS) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "scale must be 0 to "
                            + DecimalParser.MAX_DIGITS
                            + ": "
                            + field
                            + " has scale="
                            + scale);
        }
        return choose(field, new Choice(Kind.FIXED, List.of(column), null, scale));
    }

    /** Reads an integer, decimal or text field from a column of another name. */
    public CsvMapperBuilder field(String field, String column) {
        return choose(field, new Choice(Kind.PLAIN, List.of(column)));
    }

    /**
     * Reads a variable field as a key of one column or several, each UTF-8 of at most {@link
     * KeyText#MAX_PART_LENGTH} bytes.
     */
    public CsvMapperBuilder key(String field, List<String> columns) {
        if (columns.isEmpty()) {
            return unset(field);
        }
        return choose(field, new Choice(Kind.KEY, List.copyOf(columns)));
    }

    /** Leaves a field at its null value, a variable field empty. */
    public CsvMapperBuilder unset(String field) {
        return choose(field, new Choice(Kind.UNSET, List.of()));
    }

    /** Builds the mapper for an input with that header. */
    public CsvMapper build(CsvHeader header) {
        List<FieldBinding> fields = new ArrayList<>();
        List<DataBinding> data = new ArrayList<>();
        for (int i = 1; i < tokens.size() - 1; i += tokens.get(i).componentTokenCount()) {
            Token token = tokens.get(i);
            Choice choice =
                    choices.getOrDefault(
                            token.name(), new Choice(Kind.PLAIN, List.of(token.name())));
            switch (token.signal()) {
                case BEGIN_FIELD -> bindField(header, i, choice, fields);
                case BEGIN_VAR_DATA -> data.add(bindData(header, i, choice));
                default -> throw unsupported(token.name(), "is a group");
            }
        }
        return new CsvMapper(
                type,
                header.columnCount(),
                fields.toArray(new FieldBinding[0]),
                data.toArray(new DataBinding[0]));
    }

    private CsvMapperBuilder choose(String field, Choice choice) {
        if (!fieldNames.contains(field)) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "message "
                            + type.name()
                            + " has no field '"
                            + field
                            + "' "
                            + NearestName.hint(field, fieldNames));
        }
        if (choices.put(field, choice) != null) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "a field must be mapped once: " + type.name() + "." + field);
        }
        return this;
    }

    private void bindField(
            CsvHeader header, int index, Choice choice, List<FieldBinding> bindings) {
        Token field = tokens.get(index);
        Token fieldType = tokens.get(index + 1);
        if (field.isConstantEncoding() || fieldType.isConstantEncoding()) {
            return;
        }
        if (choice.kind() == Kind.UNSET) {
            bindNull(index, bindings);
            return;
        }
        if (choice.kind() == Kind.KEY) {
            throw unsupported(field.name(), "cannot be a key, its length is fixed");
        }
        int column = header.indexOf(choice.columns().get(0));
        if (choice.kind() == Kind.TIME) {
            requireInt64(field, fieldType, "a time");
            bindings.add(new FieldBinding.TimeField(fieldType.offset(), column, choice.format()));
        } else if (choice.kind() == Kind.FIXED) {
            requireInt64(field, fieldType, "a decimal of fixed scale");
            bindings.add(
                    new FieldBinding.FixedDecimalField(fieldType.offset(), column, choice.scale()));
        } else if (fieldType.signal() == Signal.BEGIN_COMPOSITE) {
            bindings.add(decimal(index, column));
        } else {
            bindings.add(integer(field, fieldType, column));
        }
    }

    private void requireInt64(Token field, Token fieldType, String what) {
        if (fieldType.encoding().primitiveType() != PrimitiveType.INT64
                || fieldType.signal() != Signal.ENCODING
                || fieldType.arrayLength() > 1) {
            throw unsupported(field.name(), "cannot be " + what + ", it is no int64");
        }
    }

    private FieldBinding decimal(int index, int column) {
        Token field = tokens.get(index);
        Token composite = tokens.get(index + 1);
        Token mantissa = tokens.get(index + 2);
        Token scale = tokens.get(index + 3);
        boolean isDecimal =
                composite.componentTokenCount() == 4
                        && "mantissa".equals(mantissa.name())
                        && mantissa.encoding().primitiveType() == PrimitiveType.INT64
                        && "scale".equals(scale.name())
                        && scale.encoding().primitiveType() == PrimitiveType.UINT8
                        && !mantissa.isConstantEncoding()
                        && !scale.isConstantEncoding()
                        && mantissa.arrayLength() == 1
                        && scale.arrayLength() == 1;
        if (!isDecimal) {
            throw unsupported(
                    field.name(), "is a composite other than mantissa (int64) and scale (uint8)");
        }
        return new FieldBinding.DecimalField(
                composite.offset() + mantissa.offset(),
                composite.offset() + scale.offset(),
                column);
    }

    private FieldBinding integer(Token field, Token fieldType, int column) {
        Encoding encoding = fieldType.encoding();
        PrimitiveType primitive = encoding.primitiveType();
        boolean isInteger =
                fieldType.signal() == Signal.ENCODING
                        && fieldType.arrayLength() == 1
                        && primitive != PrimitiveType.CHAR
                        && primitive != PrimitiveType.FLOAT
                        && primitive != PrimitiveType.DOUBLE;
        if (!isInteger) {
            throw unsupported(field.name(), "is neither integer, decimal composite nor text");
        }
        boolean isOptional = field.isOptionalEncoding() || fieldType.isOptionalEncoding();
        long min = encoding.applicableMinValue().longValue();
        long max = encoding.applicableMaxValue().longValue();
        if (primitive == PrimitiveType.UINT64 && max < 0) {
            // CSV integers are signed: the upper half of uint64 cannot be written.
            max = Long.MAX_VALUE;
        }
        if (primitive == PrimitiveType.INT64 && !isOptional && encoding.minValue() == null) {
            // SBE reserves the smallest value for null, which a required field does not have.
            min = Long.MIN_VALUE;
        }
        return new FieldBinding.IntegerField(
                fieldType.offset(),
                column,
                primitive.size(),
                min,
                max,
                isOptional,
                encoding.applicableNullValue().longValue());
    }

    /** Null values of all that is stored in the field; sets and arrays stay zero. */
    private void bindNull(int index, List<FieldBinding> bindings) {
        int end = index + tokens.get(index).componentTokenCount();
        int base = 0;
        for (int i = index + 1; i < end; i++) {
            Token token = tokens.get(i);
            switch (token.signal()) {
                case BEGIN_COMPOSITE -> base += token.offset();
                case END_COMPOSITE -> base -= token.offset();
                case ENCODING, BEGIN_ENUM -> {
                    if (!token.isConstantEncoding()
                            && token.encodedLength() == token.encoding().primitiveType().size()) {
                        bindings.add(
                                new FieldBinding.Constant(
                                        base + token.offset(),
                                        token.encodedLength(),
                                        nullBits(token.encoding())));
                    }
                }
                default -> {}
            }
        }
    }

    private static long nullBits(Encoding encoding) {
        return switch (encoding.primitiveType()) {
            case FLOAT -> Float.floatToIntBits(Float.NaN);
            case DOUBLE -> Double.doubleToLongBits(Double.NaN);
            default -> encoding.applicableNullValue().longValue();
        };
    }

    private DataBinding bindData(CsvHeader header, int index, Choice choice) {
        Token field = tokens.get(index);
        if (choice.kind() == Kind.TIME) {
            throw unsupported(field.name(), "cannot be a time, it is no int64");
        }
        if (choice.kind() == Kind.FIXED) {
            throw unsupported(field.name(), "cannot be a decimal, it is no int64");
        }
        int[] columns = new int[choice.columns().size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = header.indexOf(choice.columns().get(i));
        }
        Token length = tokens.get(index + 2);
        long maxLength =
                Math.min(Integer.MAX_VALUE, length.encoding().applicableMaxValue().longValue());
        return new DataBinding(
                length.encodedLength(), maxLength, columns, choice.kind() == Kind.KEY);
    }

    private PenstockException unsupported(String field, String what) {
        return new PenstockException(
                Category.CONFIGURATION,
                "a field must be one that CSV can fill: " + type.name() + "." + field + " " + what);
    }
}
