package io.penstock.engine.egress;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Results as copies in memory, for tests and embedding; grows without bound.
 *
 * <p>Written by the output thread, read by any.
 */
public final class MemorySink implements Sink {
    private final List<byte[]> messages = new ArrayList<>();

    /** Creates an empty sink. */
    public MemorySink() {}

    /** Copies of all results so far, each an SBE message with its header. */
    public synchronized List<byte[]> messages() {
        return List.copyOf(messages);
    }

    /** Buffers over copies of all results so far. */
    public List<UnsafeBuffer> buffers() {
        return messages().stream().map(UnsafeBuffer::new).toList();
    }

    @Override
    public synchronized long open(Committed committed) {
        messages.clear();
        return 0;
    }

    @Override
    public synchronized void write(OutputRecord record) {
        byte[] copy = new byte[record.messageLength()];
        record.buffer().getBytes(record.messageOffset(), copy);
        messages.add(copy);
    }

    @Override
    public void flush() {
        // Every result is visible at once.
    }

    @Override
    public void force() {
        // Memory is all there is.
    }

    @Override
    public synchronized Committed committed() {
        return new Committed(messages.size(), 0, 0);
    }

    @Override
    public void close() {
        // What was collected stays readable.
    }
}
