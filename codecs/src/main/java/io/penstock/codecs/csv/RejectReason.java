package io.penstock.codecs.csv;

/**
 * Why a row was rejected. Codes and texts are stable: the code is journaled, the text stands in the
 * dead letter file.
 */
public enum RejectReason {
    /** The row has more or fewer fields than the header. */
    WRONG_FIELD_COUNT(1, "wrong-field-count"),
    /** A quote inside an unquoted field, or text after a closing quote. */
    BAD_QUOTE(2, "bad-quote"),
    /** A quoted field that is not closed by the end of the input, or within the longest row. */
    UNTERMINATED_QUOTE(3, "unterminated-quote"),
    /** The row is longer than a row, or its message longer than an event, may be. */
    ROW_TOO_LONG(4, "row-too-long"),
    /** The time is empty. */
    EMPTY_TIME(5, "empty-time"),
    /** The time is not written in the time unit's form, or no such date exists. */
    BAD_TIME(6, "bad-time"),
    /** The time is outside 64-bit nanoseconds since 1970. */
    TIME_OUT_OF_RANGE(7, "time-out-of-range"),
    /** A number is empty. */
    EMPTY_VALUE(8, "empty-value"),
    /** A number is not written as one. */
    BAD_NUMBER(9, "bad-number"),
    /** A decimal has more digits than are kept exactly. */
    TOO_MANY_DIGITS(10, "too-many-digits"),
    /** An integer is outside the range of its field. */
    NUMBER_OUT_OF_RANGE(11, "number-out-of-range"),
    /** A key is longer than 1,024 bytes. */
    KEY_TOO_LONG(12, "key-too-long"),
    /** A key or text is not valid UTF-8. */
    NOT_UTF8(13, "not-utf8"),
    /** The event is dated farther in the future than its source allows: found by the engine. */
    FUTURE_TIME(14, "future-time");

    /** The code of a row that was not rejected. */
    public static final int NONE = 0;

    private static final RejectReason[] VALUES = values();

    private final int code;
    private final String text;

    RejectReason(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** The number in the journal, 1 to 255. */
    public int code() {
        return code;
    }

    /** The name in the dead letter file. */
    public String text() {
        return text;
    }

    /** The constant of a code. */
    public static RejectReason of(int code) {
        if (code < 1 || code > VALUES.length) {
            throw new IllegalArgumentException("no such reject reason: " + code);
        }
        return VALUES[code - 1];
    }
}
