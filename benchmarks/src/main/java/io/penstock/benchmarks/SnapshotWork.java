package io.penstock.benchmarks;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.KeyTable;

/** A table written to a snapshot in memory, or verified and restored from it. One thread. */
final class SnapshotWork extends Work {
    private static final int VALUE_LENGTH = 24;
    private static final long UNDO_BYTES = 64L << 20;
    private static final String NAME = "snapshot-0000000000000001";

    private final int keys;
    private final boolean isRestoring;
    private MemorySnapshotStorage storage;
    private Arena arena;
    private UndoLog undo;
    private KeyTable table;

    /**
     * @param isRestoring whether the snapshot is read; else it is written
     */
    SnapshotWork(int keys, boolean isRestoring) {
        super(isRestoring ? "snapshot-restore" : "snapshot-write", keys);
        this.keys = keys;
        this.isRestoring = isRestoring;
    }

    @Override
    Answer expected() {
        return new Answer(keys, (long) keys * (keys - 1) / 2);
    }

    @Override
    public void prepare() {
        storage = new MemorySnapshotStorage();
        empty();
        for (int i = 0; i < keys; i++) {
            Memory.putLong(table.findOrAdd(Answer.finish(i + 1L)), i);
            undo.commit();
        }
        if (isRestoring) {
            write();
            close();
            empty();
        }
    }

    private void empty() {
        arena = new Arena("snapshot", 200L * keys + (16 << 20));
        undo = new UndoLog(UNDO_BYTES, arena);
        table = KeyTable.ofLongs(arena, undo, VALUE_LENGTH, 1);
    }

    @Override
    public void run() {
        if (isRestoring) {
            restore();
        } else {
            write();
        }
    }

    private void write() {
        try (SnapshotWriter writer = new SnapshotWriter(storage, NAME)) {
            writer.beginSection("table", 0, 0, 0);
            table.writeTo(writer);
            writer.endSection();
            writer.seal();
        }
    }

    private void restore() {
        try (SnapshotReader reader = new SnapshotReader(storage, NAME)) {
            reader.nextSection();
            table.readFrom(reader);
        }
    }

    @Override
    public Answer finish() {
        if (!isRestoring) {
            close();
            empty();
            restore();
        }
        long sum = 0;
        for (int i = 0; i < keys; i++) {
            sum += Memory.getLong(table.find(Answer.finish(i + 1L)));
        }
        Answer answer = new Answer(table.size(), sum);
        close();
        return answer;
    }

    private void close() {
        table.close();
        undo.close();
        arena.close();
    }
}
