package io.penstock.codecs;

/**
 * Why {@link MessageValidator} refused a message. The codes are stable: tools and metrics may store
 * them.
 */
public enum ValidationCode {
    /** The message can be decoded without leaving its bytes. */
    OK(0, "the message is well-formed"),
    /** The range handed in is not part of the buffer. */
    OUTSIDE_BUFFER(1, "offset and length must lie within the buffer"),
    /** There is no room for the message header. */
    HEADER_TRUNCATED(2, "a message starts with a header of 8 bytes"),
    /** The header names another schema. */
    WRONG_SCHEMA(3, "the header's schema id must be that of the expected schema"),
    /** The header names a message that is not expected here. */
    WRONG_TEMPLATE(4, "the header's template id must be that of an expected message"),
    /** The acting version is older than the message itself. */
    VERSION_TOO_OLD(5, "the acting version must not be older than the message's first version"),
    /** The root block is shorter than the fields of the acting version. */
    BLOCK_TOO_SHORT(6, "the block length must cover every field of the acting version"),
    /** The root block runs over the end. */
    BLOCK_OUTSIDE(7, "the root block must end within the message"),
    /** A group's dimensions run over the end. */
    GROUP_HEADER_OUTSIDE(8, "a group's dimensions must end within the message"),
    /** A group's count is the null value or outside what the schema allows. */
    GROUP_COUNT_OUT_OF_RANGE(9, "a group's count must be within the range of its schema"),
    /** A group's entries are shorter than the fields of the acting version. */
    GROUP_BLOCK_TOO_SHORT(
            10, "a group's block length must cover every field of the acting version"),
    /** A group's entries run over the end. */
    GROUP_OUTSIDE(11, "a group's entries must end within the message"),
    /** The length of a variable field runs over the end. */
    DATA_HEADER_OUTSIDE(12, "the length of a variable field must end within the message"),
    /** The length of a variable field is above the maximum of the schema. */
    DATA_TOO_LONG(13, "the length of a variable field must not exceed its schema's maximum"),
    /** A variable field runs over the end. */
    DATA_OUTSIDE(14, "a variable field must end within the message"),
    /** There are bytes after the last field, and the message is of no newer version. */
    TRAILING_BYTES(15, "nothing may follow the message's last field");

    private static final ValidationCode[] BY_CODE = values();

    private final int code;
    private final String rule;

    ValidationCode(int code, String rule) {
        this.code = code;
        this.rule = rule;
    }

    /** The number that {@link MessageValidator#validate} returns. */
    public int code() {
        return code;
    }

    /** The rule that the message broke. */
    public String rule() {
        return rule;
    }

    /** The constant of a number that {@link MessageValidator#validate} returned. */
    public static ValidationCode of(int code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("no such validation code: " + code);
        }
        return BY_CODE[code];
    }
}
