package io.penstock.engine.snapshot;

import java.util.ArrayDeque;

/**
 * What a snapshot is to consist of: bytes that were written at once, and parts that are written
 * when the recording is. Comes out as the file would be, had all of it been written at once.
 *
 * <p>Filled by one thread through a {@link SnapshotWriter}, then written by one other.
 */
public final class SnapshotRecording implements SnapshotPart {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Bytes(int kind, byte[] bytes) {}

    private final ArrayDeque<Object> steps = new ArrayDeque<>();
    private long heldBytes;

    /** Creates an empty recording. */
    public SnapshotRecording() {}

    /** Bytes that are held on the heap until they are written. */
    public long heldBytes() {
        return heldBytes;
    }

    void add(int kind, byte[] bytes) {
        steps.add(new Bytes(kind, bytes));
        heldBytes += bytes.length;
    }

    void add(SnapshotPart part) {
        steps.add(part);
    }

    @Override
    public boolean writeSome(SnapshotWriter writer) {
        Object step = steps.peekFirst();
        if (step instanceof SnapshotPart part) {
            if (part.writeSome(writer)) {
                return true;
            }
        } else if (step instanceof Bytes bytes) {
            writer.append(bytes.kind, bytes.bytes);
        }
        steps.pollFirst();
        return !steps.isEmpty();
    }
}
