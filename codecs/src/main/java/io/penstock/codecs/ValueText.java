package io.penstock.codecs;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.agrona.DirectBuffer;
import uk.co.real_logic.sbe.PrimitiveType;
import uk.co.real_logic.sbe.PrimitiveValue;
import uk.co.real_logic.sbe.ir.Encoding;
import uk.co.real_logic.sbe.ir.Token;
import uk.co.real_logic.sbe.otf.Types;

/**
 * The text of single values, the same on every JVM. Null stands for a value that is null or absent.
 *
 * <p>A value is either plain (a number) or text, which JSON puts in quotes.
 */
final class ValueText {
    /** Takes the text of one value. */
    interface Sink {
        void nothing();

        void plain(String number);

        void text(String text);

        void list(List<String> texts);
    }

    private ValueText() {}

    static void encoding(
            Token field, Token type, DirectBuffer buffer, int index, boolean isAbsent, Sink sink) {
        Encoding encoding = type.encoding();
        if (isAbsent) {
            sink.nothing();
        } else if (type.isConstantEncoding() || field.isConstantEncoding()) {
            constant(type.isConstantEncoding() ? type : field, encoding.primitiveType(), sink);
        } else if (encoding.primitiveType() == PrimitiveType.CHAR) {
            characters(encoding, buffer, index, type.encodedLength(), sink);
        } else if (type.arrayLength() == 1) {
            boolean isOptional = field.isOptionalEncoding() || type.isOptionalEncoding();
            String number = number(encoding, buffer, index, isOptional);
            if (number == null) {
                sink.nothing();
            } else {
                sink.plain(number);
            }
        } else {
            int size = encoding.primitiveType().size();
            StringBuilder numbers = new StringBuilder("[");
            for (int i = 0; i < type.arrayLength(); i++) {
                numbers.append(i == 0 ? "" : ",")
                        .append(number(encoding, buffer, index + i * size, false));
            }
            sink.plain(numbers.append(']').toString());
        }
    }

    /** An enum by the name of its value, an unknown value as a number. */
    static void enumeration(
            Token field,
            DirectBuffer buffer,
            int index,
            List<Token> tokens,
            int fromIndex,
            int toIndex,
            boolean isAbsent,
            Sink sink) {
        Encoding encoding = tokens.get(fromIndex).encoding();
        if (isAbsent) {
            sink.nothing();
            return;
        }
        if (field.isConstantEncoding()) {
            PrimitiveValue constant = field.encoding().constValue();
            if (constant == null) {
                sink.nothing();
            } else {
                String reference = constant.toString();
                sink.text(reference.substring(reference.indexOf('.') + 1));
            }
            return;
        }
        long value = Types.getLong(buffer, index, encoding);
        for (int i = fromIndex + 1; i < toIndex; i++) {
            if (tokens.get(i).encoding().constValue().longValue() == value) {
                sink.text(tokens.get(i).name());
                return;
            }
        }
        if (value == encoding.applicableNullValue().longValue()) {
            sink.nothing();
        } else {
            sink.plain(Long.toString(value));
        }
    }

    /** A set by the names of the bits that are set, unknown bits by their numbers. */
    static void bits(
            DirectBuffer buffer,
            int index,
            List<Token> tokens,
            int fromIndex,
            int toIndex,
            boolean isAbsent,
            Sink sink) {
        if (isAbsent) {
            sink.nothing();
            return;
        }
        long value = Types.getLong(buffer, index, tokens.get(fromIndex).encoding());
        List<String> names = new ArrayList<>();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((value >>> bit & 1) != 0) {
                String name = Integer.toString(bit);
                for (int i = fromIndex + 1; i < toIndex; i++) {
                    if (tokens.get(i).encoding().constValue().longValue() == bit) {
                        name = tokens.get(i).name();
                    }
                }
                names.add(name);
            }
        }
        sink.list(names);
    }

    /**
     * Variable data as text in its character encoding, malformed parts replaced by U+FFFD. Without
     * a known encoding it is text if it is well-formed UTF-8, else {@code 0x} and hexadecimal
     * digits.
     */
    static String data(DirectBuffer buffer, int index, int length, Encoding encoding) {
        byte[] bytes = new byte[length];
        buffer.getBytes(index, bytes);
        Charset charset = charset(encoding.characterEncoding());
        if (charset != null) {
            return new String(bytes, charset);
        }
        return Utf8.isValid(bytes, 0, length)
                ? new String(bytes, StandardCharsets.UTF_8)
                : "0x" + HexFormat.of().formatHex(bytes);
    }

    private static void constant(Token token, PrimitiveType primitive, Sink sink) {
        PrimitiveValue value = token.encoding().constValue();
        if (value == null) {
            sink.nothing();
        } else if (primitive == PrimitiveType.CHAR) {
            sink.text(
                    value.representation() == PrimitiveValue.Representation.LONG
                            ? Character.toString((char) value.longValue())
                            : value.toString());
        } else {
            sink.plain(value.toString());
        }
    }

    private static void characters(
            Encoding encoding, DirectBuffer buffer, int index, int length, Sink sink) {
        int end = 0;
        while (end < length && buffer.getByte(index + end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end];
        buffer.getBytes(index, bytes);
        Charset charset = charset(encoding.characterEncoding());
        sink.text(new String(bytes, charset == null ? StandardCharsets.US_ASCII : charset));
    }

    private static String number(
            Encoding encoding, DirectBuffer buffer, int index, boolean isOptional) {
        switch (encoding.primitiveType()) {
            case FLOAT -> {
                float value = buffer.getFloat(index, encoding.byteOrder());
                return Float.isFinite(value)
                        ? shortest(Float.toString(value), value, 9, true)
                        : nonFinite(value);
            }
            case DOUBLE -> {
                double value = buffer.getDouble(index, encoding.byteOrder());
                return Double.isFinite(value)
                        ? shortest(Double.toString(value), value, 17, false)
                        : nonFinite(value);
            }
            default -> {
                long value = Types.getLong(buffer, index, encoding);
                if (isOptional && value == encoding.applicableNullValue().longValue()) {
                    return null;
                }
                return encoding.primitiveType() == PrimitiveType.UINT64
                        ? Long.toUnsignedString(value)
                        : Long.toString(value);
            }
        }
    }

    /** JSON has no words for these; not a number is SBE's null. */
    private static String nonFinite(double value) {
        if (Double.isNaN(value)) {
            return null;
        }
        return value > 0 ? "1e999" : "-1e999";
    }

    /** The fewest digits that give the value back; {@code toString} of JDK 17 and 19 differ. */
    private static String shortest(String text, double value, int maxDigits, boolean isFloat) {
        if (value == 0) {
            return text;
        }
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; digits < maxDigits; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            boolean isSame =
                    isFloat ? rounded.floatValue() == value : rounded.doubleValue() == value;
            if (isSame) {
                return rounded.toString();
            }
        }
        return exact.round(new MathContext(maxDigits, RoundingMode.HALF_EVEN)).toString();
    }

    private static Charset charset(String name) {
        try {
            return name == null ? null : Charset.forName(name);
        } catch (IllegalArgumentException e) {
            // A name that no JVM knows is as good as none: the bytes are still shown.
            return null;
        }
    }
}
