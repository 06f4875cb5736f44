package io.penstock.engine.state;

import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;

/**
 * A {@link KeyTable} in a snapshot: i32 value length, i32 kind of keys, i32 count, then key and
 * value of each live entry in insertion order. A long key is an i64, a binary one i32 length and
 * its bytes.
 */
final class KeyTableCodec {
    private static final int LONG_KEYS = 1;
    private static final int BINARY_KEYS = 2;

    private KeyTableCodec() {}

    static void write(KeyTable table, SnapshotWriter writer) {
        writer.putInt(table.valueLength());
        writeCount(table, writer);
        if (table.hasPlainValues() || writer.isRehearsing()) {
            FrozenTable frozen = table.freeze();
            int valueLength = table.valueLength();
            writer.put(to -> writeChunk(frozen, valueLength, to));
            return;
        }
        for (int entry = 0; entry < table.entryCount(); entry++) {
            if (table.isLive(entry)) {
                writeKey(table, writer, entry);
                table.writeValue(table.valueAddress(entry), writer);
            }
        }
    }

    private static boolean writeChunk(FrozenTable table, int valueLength, SnapshotWriter writer) {
        if (!table.nextChunk()) {
            return false;
        }
        if (!table.writeWhole(writer)) {
            while (table.next()) {
                table.writeKey(writer);
                table.writeValue(writer, 0, valueLength);
            }
        }
        return true;
    }

    static void read(KeyTable table, SnapshotReader reader) {
        int valueLength = reader.getInt();
        if (valueLength != table.valueLength()) {
            throw reader.damaged(
                    "value length must be " + table.valueLength() + ": valueLength=" + valueLength);
        }
        int count = readCount(table, reader);
        if (table.hasLongKeys() && table.hasPlainValues() && count >= BulkRestore.MIN_ENTRIES) {
            table.restoreAll(reader, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            table.readValue(readKey(table, reader), reader);
        }
    }

    /** Writes what kind of keys there are and how many. */
    static void writeCount(KeyTable table, SnapshotWriter writer) {
        writer.putInt(table.hasLongKeys() ? LONG_KEYS : BINARY_KEYS).putInt(table.size());
    }

    /** Reads what {@link #writeCount} wrote; the table must be empty. */
    static int readCount(KeyTable table, SnapshotReader reader) {
        if (!table.isRestorable()) {
            throw new IllegalStateException("a table is restored when empty and between steps");
        }
        int kind = reader.getInt();
        if (kind != (table.hasLongKeys() ? LONG_KEYS : BINARY_KEYS)) {
            throw reader.damaged("other kind of keys: kind=" + kind);
        }
        int leastLength = table.hasLongKeys() ? Long.BYTES : Integer.BYTES;
        int count = reader.getInt();
        if (count < 0 || count > reader.remaining() / leastLength) {
            throw reader.damaged("count of keys: count=" + count);
        }
        return count;
    }

    /** Writes a live entry's key. */
    static void writeKey(KeyTable table, SnapshotWriter writer, int entry) {
        if (table.hasLongKeys()) {
            writer.putLong(table.longKey(entry));
        } else {
            int length = table.keyLength(entry);
            writer.putInt(length).putBytes(table.keyAddress(entry), length);
        }
    }

    /** Adds the next key that {@link #writeKey} wrote; address of its value. */
    static long readKey(KeyTable table, SnapshotReader reader) {
        long value;
        if (table.hasLongKeys()) {
            value = table.restore(reader.getLong());
        } else {
            byte[] key = new byte[reader.getCount(KeyTable.MAX_KEY_LENGTH)];
            reader.getBytes(key, 0, key.length);
            value = table.restore(key);
        }
        if (value == 0) {
            throw reader.damaged("a key stands twice");
        }
        return value;
    }
}
