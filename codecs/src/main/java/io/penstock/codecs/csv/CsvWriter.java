package io.penstock.codecs.csv;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Builds CSV rows (RFC 4180) as bytes: fields are quoted only where they must be, lines end in LF.
 *
 * <p>Rows collect in a buffer of its own until {@link #reset()}; what becomes of them is the
 * caller's business. One thread; allocates nothing once the buffer has grown, except for fields
 * given as strings.
 */
public final class CsvWriter {
    private static final int INITIAL_LENGTH = 1 << 12;

    private final DecimalPrinter decimals = new DecimalPrinter();
    private byte[] buffer = new byte[INITIAL_LENGTH];
    private int length;
    private boolean isRowStarted;

    /** Adds a field from bytes. */
    public CsvWriter field(DirectBuffer source, int offset, int fieldLength) {
        int at = begin(2 * fieldLength + 2);
        boolean isQuoted = false;
        for (int i = 0; i < fieldLength && !isQuoted; i++) {
            isQuoted = needsQuotes(source.getByte(offset + i));
        }
        if (!isQuoted) {
            source.getBytes(offset, buffer, at, fieldLength);
            length = at + fieldLength;
            return this;
        }
        buffer[at++] = '"';
        for (int i = 0; i < fieldLength; i++) {
            at = putEscaped(at, source.getByte(offset + i));
        }
        buffer[at++] = '"';
        length = at;
        return this;
    }

    /** Adds a field from bytes. */
    public CsvWriter field(byte[] source, int offset, int fieldLength) {
        int at = begin(2 * fieldLength + 2);
        boolean isQuoted = false;
        for (int i = 0; i < fieldLength && !isQuoted; i++) {
            isQuoted = needsQuotes(source[offset + i]);
        }
        if (!isQuoted) {
            System.arraycopy(source, offset, buffer, at, fieldLength);
            length = at + fieldLength;
            return this;
        }
        buffer[at++] = '"';
        for (int i = 0; i < fieldLength; i++) {
            at = putEscaped(at, source[offset + i]);
        }
        buffer[at++] = '"';
        length = at;
        return this;
    }

    /** Adds a field from text, as UTF-8. */
    public CsvWriter field(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return field(bytes, 0, bytes.length);
    }

    /** Adds an integer. */
    public CsvWriter field(long value) {
        return decimal(value >> 63, value, 0);
    }

    /** Adds {@code (high * 2^64 + low as unsigned) * 10^-scale}. */
    public CsvWriter decimal(long high, long low, int scale) {
        int textLength = decimals.print(high, low, scale);
        return plain(decimals.bytes(), decimals.offset(), textLength);
    }

    /** Adds a time in nanoseconds, as the printer writes it. */
    public CsvWriter time(TimePrinter printer, long timeNs) {
        int textLength = printer.print(timeNs);
        return plain(printer.bytes(), 0, textLength);
    }

    /** Adds an empty field. */
    public CsvWriter empty() {
        begin(0);
        return this;
    }

    /** Ends the row. */
    public CsvWriter endRow() {
        ensure(1);
        buffer[length++] = '\n';
        isRowStarted = false;
        return this;
    }

    /** Adds a whole row of texts, for example a header. */
    public CsvWriter row(List<String> texts) {
        for (String text : texts) {
            field(text);
        }
        return endRow();
    }

    /** The array that holds the rows, from its first byte on; another one after it has grown. */
    public byte[] buffer() {
        return buffer;
    }

    /** Bytes collected since the last reset. */
    public int length() {
        return length;
    }

    /** Forgets what was collected. */
    public void reset() {
        length = 0;
        isRowStarted = false;
    }

    /** Copies what was collected to a stream; it stays collected. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(buffer, 0, length);
    }

    private CsvWriter plain(byte[] source, int offset, int fieldLength) {
        int at = begin(fieldLength);
        System.arraycopy(source, offset, buffer, at, fieldLength);
        length = at + fieldLength;
        return this;
    }

    /** Writes the comma where one is due and makes room for the field. */
    private int begin(int fieldLength) {
        ensure(fieldLength + 1);
        if (isRowStarted) {
            buffer[length++] = ',';
        }
        isRowStarted = true;
        return length;
    }

    private void ensure(int room) {
        if (buffer.length - length < room) {
            buffer = Arrays.copyOf(buffer, Math.max(length + room, 2 * buffer.length));
        }
    }

    private int putEscaped(int offset, byte b) {
        int at = offset;
        if (b == '"') {
            buffer[at++] = '"';
        }
        buffer[at++] = b;
        return at;
    }

    private static boolean needsQuotes(byte b) {
        return b == ',' || b == '"' || b == '\n' || b == '\r';
    }
}
