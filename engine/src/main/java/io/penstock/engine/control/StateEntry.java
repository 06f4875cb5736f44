package io.penstock.engine.control;

import java.util.List;

/**
 * One entry of a stage's state, as text for tools.
 *
 * @param stage name in the plan
 * @param state of the stage: a state of a handler, panes, timers
 * @param key a number, a text, bytes as {@code 0x...}, or a key of several parts as a JSON array of
 *     those; empty where the entry has none
 * @param fields in the stage's order
 */
public record StateEntry(String stage, String state, String key, List<Field> fields) {
    /** Copies the fields. */
    public StateEntry {
        fields = List.copyOf(fields);
    }

    /** The number of a field of that name, the first if there are several. */
    public long number(String name) {
        return field(name).number();
    }

    /** The text of a field of that name, the first if there are several. */
    public String text(String name) {
        return field(name).text();
    }

    private Field field(String name) {
        for (Field field : fields) {
            if (field.name().equals(name)) {
                return field;
            }
        }
        throw new IllegalArgumentException("no field " + name + " in " + this);
    }

    /**
     * One field.
     *
     * @param name of the field
     * @param type how to read it
     * @param number of a number, or a time in ns since 1970; else 0
     * @param text as tools print it: bytes and messages in hexadecimal
     */
    public record Field(String name, Type type, long number, String text) {}

    /** What a field holds. */
    public enum Type {
        /** A 64-bit number. */
        NUMBER,
        /** A time, ns since 1970. */
        TIME,
        /** Words, or a decimal. */
        TEXT,
        /** Bytes that only their owner can read. */
        BYTES,
        /** An SBE message behind its header. */
        MESSAGE
    }
}
