package io.penstock.codecs.csv;

import io.penstock.codecs.Utf8;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Reads CSV (RFC 4180) row by row from bytes.
 *
 * <p>Lines end in LF or CRLF, mixed at will; the last one needs no end. A UTF-8 byte order mark in
 * front is skipped. The first line is the header. A completely empty line is skipped but counted,
 * except that in an input with one column it is a row with an empty field.
 *
 * <p>A row that breaks the rules of quoting is delivered with a {@link #rejectCode()} and no
 * fields, and reading goes on in a defined place:
 *
 * <ul>
 *   <li>a quote inside an unquoted field, or text after a closing quote: the row ends at the next
 *       line end after that place;
 *   <li>a quote that is not closed by the end of the input or within the longest row: the row is
 *       the one physical line it starts on, and the next row starts on the next line, so that a
 *       stray quote costs one line;
 *   <li>a row longer than the longest row: it ends at its next line end; its first bytes, its whole
 *       length and its checksum are kept.
 * </ul>
 *
 * Where a row ends depends on the bytes alone, never on how they arrive. An input that breaks off
 * (a truncated gz) is an INPUT fault after the last complete row, never an end.
 *
 * <p>One thread. Views of a row are valid until the next {@link #next()}. Allocates nothing once
 * its buffers have grown to the longest row seen. Closes the stream when closed.
 */
public final class CsvReader implements AutoCloseable {
    /** The longest row that is kept whole, unless another is asked for. */
    public static final int DEFAULT_MAX_ROW_LENGTH = 1 << 20;

    private static final int CHUNK_LENGTH = 1 << 16;
    private static final byte QUOTE = '"';
    private static final byte COMMA = ',';
    private static final byte LF = '\n';
    private static final byte CR = '\r';

    private static final int FIELD_START = 0;
    private static final int UNQUOTED = 1;
    private static final int QUOTED = 2;
    private static final int AFTER_QUOTE = 3;
    private static final int AFTER_QUOTE_CR = 4;
    private static final int BROKEN = 5;

    private final InputStream in;
    private final String sourceName;
    private final int maxRowLength;

    /** A row and its line end fit in this many bytes, or the row is too long. */
    private final int scanLimit;

    private final CRC32C sourceCrc = new CRC32C();
    private final CRC32C rowCrc = new CRC32C();

    private byte[] buffer = new byte[CHUNK_LENGTH];
    private final FieldList fields = new FieldList();

    private int rowStart;
    private int nextStart;
    private int position;
    private int end;
    private boolean isAtEnd;
    private boolean isStarted;
    private int columnCount;
    private PenstockException fault;

    private long line;
    private long nextLine = 1;
    private long linesInRow;
    private int firstLineEnd;
    private int fieldStart;
    private int quoteEnd;
    private boolean isEscaped;
    private int rejectCode;
    private int rowLength;
    private long rowTotalLength;
    private boolean isRowCrcKnown;

    /**
     * Reads a stream that is already unpacked.
     *
     * @param sourceName what to call the input in faults
     */
    public CsvReader(InputStream in, String sourceName) {
        this(in, sourceName, DEFAULT_MAX_ROW_LENGTH);
    }

    /** Reads a stream, keeping at most {@code maxRowLength} bytes of a row. */
    public CsvReader(InputStream in, String sourceName, int maxRowLength) {
        if (maxRowLength < 1 || maxRowLength > 1 << 28) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "longest row must be 1 to 268435456 bytes: " + maxRowLength);
        }
        this.in = in;
        this.sourceName = sourceName;
        this.maxRowLength = maxRowLength;
        this.scanLimit = maxRowLength + 2;
    }

    /**
     * Reads the first line. Must be called once, before {@link #next()}. An INPUT fault if the
     * input is empty or the line cannot be read.
     */
    public CsvHeader readHeader() {
        if (isStarted) {
            throw new IllegalStateException("the header has been read");
        }
        isStarted = true;
        skipByteOrderMark();
        if (!scanRow()) {
            throw InputFaults.empty(sourceName);
        }
        if (rejectCode != RejectReason.NONE) {
            throw InputFaults.unreadableHeader(sourceName, RejectReason.of(rejectCode));
        }
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < fields.count(); i++) {
            if (!Utf8.isValid(fieldBytes(i), fieldOffset(i), fieldLength(i))) {
                throw InputFaults.unreadableHeader(sourceName, RejectReason.NOT_UTF8);
            }
            columns.add(fieldText(i));
        }
        columnCount = columns.size();
        return new CsvHeader(sourceName, columns);
    }

    /** Moves to the next row; false at the end of the input. */
    public boolean next() {
        if (!isStarted) {
            throw new IllegalStateException("the header must be read first");
        }
        boolean isRow;
        do {
            isRow = scanRow();
        } while (isRow && rowTotalLength == 0 && columnCount != 1);
        return isRow;
    }

    /** What to call the input in messages. */
    public String sourceName() {
        return sourceName;
    }

    /** How many fields the header has. */
    public int columnCount() {
        return columnCount;
    }

    /** {@link RejectReason#NONE}, or the code of the reason why the row has no fields. */
    public int rejectCode() {
        return rejectCode;
    }

    /** The physical line that the row starts on; the header is on line 1. */
    public long line() {
        return line;
    }

    /** How many fields the row has; 0 if it is rejected. */
    public int fieldCount() {
        return fields.count();
    }

    /** The array that holds a field. */
    public byte[] fieldBytes(int index) {
        return fields.isUnescaped(index) ? fields.unescaped() : buffer;
    }

    /** Where in its array a field starts, its quotes removed. */
    public int fieldOffset(int index) {
        return fields.isUnescaped(index) ? fields.offset(index) : rowStart + fields.offset(index);
    }

    /** Bytes of a field, quotes removed. */
    public int fieldLength(int index) {
        return fields.length(index);
    }

    /** A field as text: for messages and tests, not for the hot path. */
    public String fieldText(int index) {
        return new String(
                fieldBytes(index), fieldOffset(index), fieldLength(index), StandardCharsets.UTF_8);
    }

    /** The array that holds the row as it stands in the input. */
    public byte[] rowBytes() {
        return buffer;
    }

    /** Where in {@link #rowBytes()} the row starts. */
    public int rowOffset() {
        return rowStart;
    }

    /** Bytes of the row that are kept, without its line end: at most the longest row. */
    public int rowLength() {
        return rowLength;
    }

    /** Bytes of the whole row, without its line end. */
    public long rowTotalLength() {
        return rowTotalLength;
    }

    /** CRC32C of the whole row, without its line end. */
    public int rowChecksum() {
        if (!isRowCrcKnown) {
            rowCrc.reset();
            rowCrc.update(buffer, rowStart, (int) rowTotalLength);
            isRowCrcKnown = true;
        }
        return (int) rowCrc.getValue();
    }

    /** CRC32C of all bytes of the input up to and including the row's line end. */
    public int sourceCheck() {
        return (int) sourceCrc.getValue();
    }

    /** Closes the stream. */
    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new PenstockException(
                    Category.INPUT, "input " + sourceName + " cannot be closed: " + e, e);
        }
    }

    private void skipByteOrderMark() {
        position = 0;
        while (end < 3 && fill()) {
            position = end;
        }
        if (end >= 3
                && buffer[0] == (byte) 0xEF
                && buffer[1] == (byte) 0xBB
                && buffer[2] == (byte) 0xBF) {
            sourceCrc.update(buffer, 0, 3);
            nextStart = 3;
        }
    }

    private boolean scanRow() {
        rowStart = nextStart;
        position = nextStart;
        line = nextLine;
        linesInRow = 0;
        firstLineEnd = -1;
        fields.clear();
        rejectCode = RejectReason.NONE;
        isRowCrcKnown = false;
        if (position == end && !fill()) {
            rowLength = 0;
            rowTotalLength = 0;
            return false;
        }
        int state = FIELD_START;
        while (true) {
            if (position == end && !fill()) {
                finishAtEnd(state);
                return true;
            }
            int scanEnd = Math.min(end, rowStart + scanLimit);
            if (position == scanEnd) {
                finishTooLong(state);
                return true;
            }
            state = advance(state, scanEnd);
            if (state < 0) {
                return true;
            }
        }
    }

    /** Scans on to where the state changes or the bytes end; a negative state ends the row. */
    private int advance(int state, int scanEnd) {
        return switch (state) {
            case FIELD_START -> startField();
            case UNQUOTED -> scanUnquoted(scanEnd);
            case QUOTED -> scanQuoted(scanEnd);
            case AFTER_QUOTE -> afterQuote();
            case AFTER_QUOTE_CR -> afterQuoteAndCr();
            default -> scanBroken(scanEnd);
        };
    }

    private int startField() {
        isEscaped = false;
        if (buffer[position] == QUOTE) {
            position++;
            fieldStart = position - rowStart;
            return QUOTED;
        }
        fieldStart = position - rowStart;
        return UNQUOTED;
    }

    private int scanUnquoted(int scanEnd) {
        byte[] bytes = buffer;
        int at = position;
        while (at < scanEnd) {
            byte b = bytes[at];
            // All three stops are at or below the comma; most bytes are above it.
            if (b <= COMMA && (b == COMMA || b == LF || b == QUOTE)) {
                break;
            }
            at++;
        }
        position = at;
        if (at == scanEnd) {
            return UNQUOTED;
        }
        return switch (bytes[at]) {
            case COMMA -> {
                addUnquoted(at);
                position++;
                yield FIELD_START;
            }
            case LF -> {
                addUnquoted(beforeLineEnd(at));
                yield finishAtLineEnd();
            }
            default -> breakRow();
        };
    }

    private int scanQuoted(int scanEnd) {
        byte[] bytes = buffer;
        int at = position;
        while (at < scanEnd && bytes[at] != QUOTE) {
            if (bytes[at] == LF) {
                if (firstLineEnd < 0) {
                    firstLineEnd = at - rowStart;
                }
                linesInRow++;
            }
            at++;
        }
        position = at;
        if (at == scanEnd) {
            return QUOTED;
        }
        quoteEnd = at - rowStart;
        position++;
        return AFTER_QUOTE;
    }

    private int afterQuote() {
        switch (buffer[position]) {
            case QUOTE -> {
                isEscaped = true;
                position++;
                return QUOTED;
            }
            case COMMA -> {
                addQuoted();
                position++;
                return FIELD_START;
            }
            case LF -> {
                addQuoted();
                return finishAtLineEnd();
            }
            case CR -> {
                position++;
                return AFTER_QUOTE_CR;
            }
            default -> {
                return breakRow();
            }
        }
    }

    private int afterQuoteAndCr() {
        if (buffer[position] != LF) {
            return breakRow();
        }
        addQuoted();
        return finishAtLineEnd();
    }

    private int breakRow() {
        rejectCode = RejectReason.BAD_QUOTE.code();
        return BROKEN;
    }

    private int scanBroken(int scanEnd) {
        while (position < scanEnd && buffer[position] != LF) {
            position++;
        }
        return position == scanEnd ? BROKEN : finishAtLineEnd();
    }

    private void addUnquoted(int fieldEnd) {
        fields.add(fieldStart, fieldEnd - rowStart - fieldStart);
    }

    private void addQuoted() {
        if (isEscaped) {
            fields.addEscaped(buffer, rowStart + fieldStart, quoteEnd - fieldStart);
        } else {
            fields.add(fieldStart, quoteEnd - fieldStart);
        }
    }

    /** The end of what stands before a line feed. */
    private int beforeLineEnd(int at) {
        return at > rowStart + fieldStart && buffer[at - 1] == CR ? at - 1 : at;
    }

    /** Ends the row at the line feed that {@code position} is on. */
    private int finishAtLineEnd() {
        linesInRow++;
        int contentEnd =
                position > rowStart && buffer[position - 1] == CR ? position - 1 : position;
        finish(contentEnd, position + 1);
        return -1;
    }

    private void finishAtEnd(int state) {
        switch (state) {
            case FIELD_START -> fields.add(position - rowStart, 0);
            case UNQUOTED -> addUnquoted(beforeLineEnd(position));
            case AFTER_QUOTE, AFTER_QUOTE_CR -> addQuoted();
            case QUOTED -> {
                rejectCode = RejectReason.UNTERMINATED_QUOTE.code();
                if (firstLineEnd >= 0) {
                    finishAtFirstLine();
                    return;
                }
            }
            default -> {}
        }
        int contentEnd = buffer[position - 1] == CR ? position - 1 : position;
        finish(contentEnd, position);
    }

    /** Takes back all but the physical line that the row starts on. */
    private void finishAtFirstLine() {
        position = rowStart + firstLineEnd;
        linesInRow = 0;
        finishAtLineEnd();
    }

    private void finish(int contentEnd, int rowEnd) {
        sourceCrc.update(buffer, rowStart, rowEnd - rowStart);
        nextStart = rowEnd;
        nextLine += linesInRow;
        rowLength = contentEnd - rowStart;
        rowTotalLength = rowLength;
        if (rowLength > maxRowLength) {
            rowChecksum();
            rowLength = maxRowLength;
            if (rejectCode == RejectReason.NONE) {
                rejectCode = RejectReason.ROW_TOO_LONG.code();
            }
        }
        if (rejectCode != RejectReason.NONE) {
            fields.clear();
        }
    }

    /** The row does not end within the limit: reads over the rest of it without keeping it. */
    private void finishTooLong(int state) {
        if (state == QUOTED && firstLineEnd >= 0) {
            rejectCode = RejectReason.UNTERMINATED_QUOTE.code();
            finishAtFirstLine();
            return;
        }
        if (rejectCode == RejectReason.NONE) {
            rejectCode = RejectReason.ROW_TOO_LONG.code();
        }
        fields.clear();
        makeRoom(scanLimit + CHUNK_LENGTH);
        sourceCrc.update(buffer, rowStart, scanLimit);
        int heldBack = buffer[position - 1] == CR ? 1 : 0;
        rowCrc.reset();
        rowCrc.update(buffer, rowStart, scanLimit - heldBack);
        rowTotalLength = (long) scanLimit - heldBack;
        rowLength = maxRowLength;
        isRowCrcKnown = true;
        boolean isEnded = false;
        while (!isEnded) {
            if (position == end) {
                end = rowStart + scanLimit;
                position = end;
                if (!fill()) {
                    break;
                }
            }
            int from = position;
            while (position < end && buffer[position] != LF) {
                position++;
            }
            isEnded = position < end;
            heldBack = countRest(from, position, heldBack);
            position += isEnded ? 1 : 0;
            sourceCrc.update(buffer, from, position - from);
        }
        nextStart = position;
        nextLine += linesInRow + (isEnded ? 1 : 0);
    }

    /** Adds a stretch of a row; a CR at its end is held back, as it may be part of the line end. */
    private int countRest(int from, int to, int heldBack) {
        if (from == to) {
            return heldBack;
        }
        if (heldBack > 0) {
            rowCrc.update(CR);
            rowTotalLength++;
        }
        int held = buffer[to - 1] == CR ? 1 : 0;
        rowCrc.update(buffer, from, to - from - held);
        rowTotalLength += to - from - held;
        return held;
    }

    /** Reads more bytes behind {@code end}; false at the end of the input. */
    private boolean fill() {
        if (fault != null) {
            throw fault;
        }
        if (isAtEnd) {
            return false;
        }
        if (end == buffer.length) {
            makeRoom(Math.min(end - rowStart + CHUNK_LENGTH, scanLimit + CHUNK_LENGTH));
        }
        int count;
        try {
            do {
                count = in.read(buffer, end, buffer.length - end);
            } while (count == 0);
        } catch (IOException e) {
            fault = InputFaults.unreadable(sourceName, nextLine - 1, e);
            throw fault;
        }
        if (count < 0) {
            isAtEnd = true;
            return false;
        }
        end += count;
        return true;
    }

    /** Moves the row to the front, and grows the buffer if it is shorter than needed. */
    private void makeRoom(int neededLength) {
        byte[] target = buffer;
        if (buffer.length < neededLength) {
            int doubled = (int) Math.min(2L * buffer.length, (long) scanLimit + CHUNK_LENGTH);
            target = new byte[Math.max(neededLength, doubled)];
        }
        System.arraycopy(buffer, rowStart, target, 0, end - rowStart);
        buffer = target;
        position -= rowStart;
        end -= rowStart;
        rowStart = 0;
    }
}
