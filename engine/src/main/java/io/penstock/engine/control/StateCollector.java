package io.penstock.engine.control;

import io.penstock.codecs.Utf8;
import io.penstock.engine.operator.CompositeKey;
import io.penstock.engine.state.StateVisitor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.agrona.DirectBuffer;

/** Collects the entries that were asked for, up to a limit, and counts the rest. */
final class StateCollector implements StateVisitor {
    private static final String HEX_PREFIX = "0x";

    private final String stage;
    private final String wantedState;
    private final String wantedKey;
    private final boolean ofParts;
    private final long limit;
    private final List<StateEntry> entries = new ArrayList<>();
    private final List<String> states = new ArrayList<>();
    private String state;
    private String key;
    private List<StateEntry.Field> fields;
    private long matches;

    /**
     * Creates a collector.
     *
     * @param wantedState the only state that is wanted; null for all
     * @param wantedKey the only key that is wanted; null for all
     * @param ofParts whether the stage's keys have several parts
     * @param limit of entries kept
     */
    StateCollector(
            String stage, String wantedState, String wantedKey, boolean ofParts, long limit) {
        this.stage = stage;
        this.wantedState = wantedState;
        this.wantedKey = wantedKey;
        this.ofParts = ofParts;
        this.limit = limit;
    }

    /** The entries that were wanted, up to the limit. */
    List<StateEntry> entries() {
        end();
        return entries;
    }

    /** How many were wanted. */
    long matches() {
        return matches;
    }

    /** All states the stage has. */
    List<String> states() {
        return states;
    }

    @Override
    public boolean part(String name) {
        end();
        state = name;
        states.add(name);
        return wantedState == null || wantedState.equals(name);
    }

    @Override
    public boolean entry() {
        return begin("");
    }

    @Override
    public boolean entry(long number) {
        return begin(Long.toString(number));
    }

    @Override
    public boolean entry(DirectBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        String parts = ofParts ? CompositeKey.text(bytes) : null;
        if (parts == null) {
            String text = keyText(bytes);
            return begin(text, bytes.length == 0 ? "" : text);
        }
        return begin(parts, HEX_PREFIX + HexFormat.of().formatHex(bytes));
    }

    private boolean begin(String text) {
        return begin(text, text);
    }

    /** Begins an entry whose key can be asked for in either of two ways. */
    private boolean begin(String text, String sameKey) {
        end();
        if (wantedKey != null && !wantedKey.equals(text) && !wantedKey.equals(sameKey)) {
            return false;
        }
        matches++;
        if (entries.size() >= limit) {
            return false;
        }
        key = text;
        fields = new ArrayList<>();
        return true;
    }

    private void end() {
        if (fields != null) {
            entries.add(new StateEntry(stage, state, key, fields));
            fields = null;
        }
    }

    @Override
    public void number(String field, long value) {
        add(field, StateEntry.Type.NUMBER, value, Long.toString(value));
    }

    @Override
    public void time(String field, long timeNs) {
        add(field, StateEntry.Type.TIME, timeNs, TimeText.time(timeNs));
    }

    @Override
    public void text(String field, String value) {
        add(field, StateEntry.Type.TEXT, 0, value);
    }

    @Override
    public void bytes(String field, DirectBuffer buffer, int offset, int length) {
        add(field, StateEntry.Type.BYTES, 0, hex(buffer, offset, length));
    }

    @Override
    public void message(String field, DirectBuffer buffer, int offset, int length) {
        add(field, StateEntry.Type.MESSAGE, 0, hex(buffer, offset, length));
    }

    private void add(String field, StateEntry.Type type, long number, String text) {
        fields.add(new StateEntry.Field(field, type, number, text));
    }

    private static String hex(DirectBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** A key of bytes as text where it is one without control characters, else in hexadecimal. */
    private static String keyText(byte[] bytes) {
        boolean isText = bytes.length > 0 && Utf8.isValid(bytes, 0, bytes.length);
        for (int i = 0; i < bytes.length && isText; i++) {
            isText = bytes[i] < 0 || (bytes[i] >= ' ' && bytes[i] != 0x7F);
        }
        return isText
                ? new String(bytes, StandardCharsets.UTF_8)
                : HEX_PREFIX + HexFormat.of().formatHex(bytes);
    }
}
