package io.penstock.engine.egress;

import io.penstock.codecs.csv.DecimalPrinter;
import io.penstock.codecs.csv.TimePrinter;
import io.penstock.codecs.csv.TimeUnitFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.AsciiEncoding;
import org.agrona.DirectBuffer;

/**
 * Builds rows of RFC 4180: comma, LF, quotes only where a field holds a comma, a quote, CR or LF.
 *
 * <p>Bytes pile up until the owner takes them. Allocates only to grow. One thread.
 */
public final class CsvLine {
    /** The fields of a row part of which was given as it is. */
    static final int UNCOUNTED = -1;

    private static final int MAX_LONG_LENGTH = 20;

    private final TimePrinter times = new TimePrinter(TimeUnitFormat.ISO);
    private final DecimalPrinter decimals = new DecimalPrinter();
    private byte[] bytes = new byte[64 * 1024];
    private ByteBuffer view = ByteBuffer.wrap(bytes);
    private int length;
    private boolean atStart = true;
    private int fields;

    /** Creates an empty builder. */
    public CsvLine() {}

    /** Adds a number. */
    public CsvLine field(long value) {
        separate();
        ensure(MAX_LONG_LENGTH);
        if (value == Long.MIN_VALUE) {
            return text(Long.toString(value));
        }
        if (value < 0) {
            bytes[length++] = '-';
        }
        long positive = Math.abs(value);
        int digits = AsciiEncoding.digitCount(positive);
        for (int i = digits - 1; i >= 0; i--) {
            bytes[length + i] = (byte) ('0' + positive % 10);
            positive /= 10;
        }
        length += digits;
        return this;
    }

    /** Adds a text. */
    public CsvLine field(CharSequence value) {
        separate();
        return text(value);
    }

    /** Adds bytes of UTF-8, quoted if they need it. */
    public CsvLine field(DirectBuffer buffer, int offset, int count) {
        separate();
        boolean quoted = false;
        for (int i = 0; i < count && !quoted; i++) {
            quoted = needsQuotes(buffer.getByte(offset + i));
        }
        if (quoted) {
            raw('"');
            escaped(buffer, offset, count);
            raw('"');
        } else {
            ensure(count);
            buffer.getBytes(offset, bytes, length, count);
            length += count;
        }
        return this;
    }

    /** Adds bytes that need no quotes. */
    public CsvLine field(byte[] plain, int offset, int count) {
        separate();
        ensure(count);
        System.arraycopy(plain, offset, bytes, length, count);
        length += count;
        return this;
    }

    /** Adds a time, ns since 1970, as {@code YYYY-MM-DDTHH:MM:SS[.fraction]Z}. */
    public CsvLine time(long timeNs) {
        int count = times.print(timeNs);
        return field(times.bytes(), 0, count);
    }

    /** Adds the decimal {@code mantissa / 10^scale}, without zeros at its end. */
    public CsvLine decimal(long mantissa, int scale) {
        return decimal(mantissa >> 63, mantissa, scale);
    }

    /** Adds the decimal {@code (high * 2^64 + low) / 10^scale}, without zeros at its end. */
    public CsvLine decimal(long high, long low, int scale) {
        int count = decimals.print(high, low, scale);
        return field(decimals.bytes(), decimals.offset(), count);
    }

    /** Adds an empty field. */
    public CsvLine emptyField() {
        separate();
        return this;
    }

    /** Starts a field whose bytes follow piece by piece, quotes included. */
    public CsvLine openField() {
        separate();
        return this;
    }

    /** Adds one byte as it is. */
    public CsvLine raw(char ascii) {
        ensure(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** Adds bytes with quotes doubled. */
    public CsvLine escaped(DirectBuffer buffer, int offset, int count) {
        ensure(2 * count);
        for (int i = 0; i < count; i++) {
            byte b = buffer.getByte(offset + i);
            if (b == '"') {
                bytes[length++] = '"';
            }
            bytes[length++] = b;
        }
        atStart = false;
        return this;
    }

    /** Adds text that is CSV already: fields with their commas and quotes. */
    public CsvLine verbatim(CharSequence csv) {
        fields = UNCOUNTED;
        byte[] encoded = csv.toString().getBytes(StandardCharsets.UTF_8);
        ensure(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
        return this;
    }

    /** Ends the row. */
    public CsvLine endRow() {
        ensure(1);
        bytes[length++] = '\n';
        atStart = true;
        return this;
    }

    /** Whether a byte makes quotes necessary. */
    public static boolean needsQuotes(byte b) {
        return b == ',' || b == '"' || b == '\n' || b == '\r';
    }

    /** Bytes built so far. */
    int length() {
        return length;
    }

    /** The bytes built so far, without a copy; {@link #reset()} follows. */
    ByteBuffer view() {
        return view.clear().limit(length);
    }

    /** Drops the bytes built so far; the row in progress goes on. */
    void reset() {
        length = 0;
    }

    private CsvLine text(CharSequence value) {
        boolean ascii = true;
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            ascii &= c < 0x80;
            quoted |= c < 0x80 && needsQuotes((byte) c);
        }
        if (ascii && !quoted) {
            ensure(value.length());
            for (int i = 0; i < value.length(); i++) {
                bytes[length++] = (byte) value.charAt(i);
            }
            return this;
        }
        String escaped = value.toString();
        if (quoted) {
            escaped = '"' + escaped.replace("\"", "\"\"") + '"';
        }
        byte[] encoded = escaped.getBytes(StandardCharsets.UTF_8);
        ensure(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
        return this;
    }

    private void separate() {
        if (!atStart) {
            raw(',');
        }
        atStart = false;
        if (fields != UNCOUNTED) {
            fields++;
        }
    }

    /** Starts to count a row's fields. */
    void countFields() {
        fields = 0;
    }

    /** Fields since {@link #countFields()}, or {@link #UNCOUNTED}. */
    int fields() {
        return fields;
    }

    private void ensure(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
            view = ByteBuffer.wrap(bytes);
        }
    }
}
