package io.penstock.engine.state;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Is shown the state of a stage: parts, in them entries, in them fields, in an order that the state
 * alone defines.
 *
 * <p>A part is a state by its name, a pane, a heap of timers. For tools and tests: called between
 * records, never in the hot path; what it is given is valid during the call and must not be
 * written. It may refuse a part or an entry, whose fields it is then not shown.
 */
public interface StateVisitor {
    /** Starts a part of the state; whether its entries are wanted. */
    boolean part(String name);

    /** Starts the part's next entry, which has no key; whether its fields are wanted. */
    boolean entry();

    /** Starts the part's next entry by its key; whether its fields are wanted. */
    boolean entry(long key);

    /** Starts the part's next entry by its key; whether its fields are wanted. */
    boolean entry(DirectBuffer key, int offset, int length);

    /** A field that is a number. */
    void number(String field, long value);

    /** A field that is a time, ns since 1970; the ends of the range are before and after time. */
    void time(String field, long timeNs);

    /** A field that is best said in words, such as a decimal. */
    void text(String field, String value);

    /** A field that only its owner can read. */
    void bytes(String field, DirectBuffer buffer, int offset, int length);

    /** A field that is an SBE message behind its header. */
    default void message(String field, DirectBuffer buffer, int offset, int length) {
        bytes(field, buffer, offset, length);
    }

    /** A field that only its owner can read, in native memory. */
    default void bytes(String field, long address, int length) {
        bytes(field, new UnsafeBuffer(address, length), 0, length);
    }

    /** Starts the part's next entry by its key in native memory. */
    default boolean entry(long keyAddress, int length) {
        return entry(new UnsafeBuffer(keyAddress, length), 0, length);
    }

    /** Starts an entry for a live entry of a table. */
    default boolean entry(KeyTable table, int entry) {
        if (table.hasLongKeys()) {
            return entry(table.longKey(entry));
        }
        return entry(table.keyAddress(entry), table.keyLength(entry));
    }
}
