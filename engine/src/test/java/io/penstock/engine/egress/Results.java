package io.penstock.engine.egress;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Results of tests: staged in a ring, read back as text. */
final class Results {
    static final int MAX_STEP_BYTES = 512;

    private Results() {}

    /** Stages a result; the caller has asked for space and commits. */
    static void stage(OutputRing ring, int sinkId, long sequence, long ordinal, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int offset =
                ring.begin(
                        sinkId, OutputDescriptor.KIND_INSERT, 0, sequence, ordinal, bytes.length);
        ring.buffer().putBytes(offset, bytes);
        ring.end(bytes.length);
    }

    /** Stages and publishes one result as a step of its own. */
    static void put(OutputRing ring, int sinkId, long sequence, long ordinal, String text) {
        if (!ring.hasSpace(MAX_STEP_BYTES)) {
            throw new IllegalStateException("the ring is full");
        }
        stage(ring, sinkId, sequence, ordinal, text);
        ring.commitStep();
    }

    static String message(OutputRecord record) {
        byte[] bytes = new byte[record.messageLength()];
        record.buffer().getBytes(record.messageOffset(), bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static String text(OutputRecord record) {
        return record.sinkId()
                + "/"
                + record.sequence()
                + "/"
                + record.ordinal()
                + "/"
                + message(record);
    }

    /** A sink that keeps what it is given, as text. */
    static final class Collecting implements Sink {
        final List<String> texts = new ArrayList<>();
        int flushes;
        int forces;

        @Override
        public long open(Committed committed) {
            return committed.ordinal();
        }

        @Override
        public void write(OutputRecord record) {
            texts.add(text(record));
        }

        @Override
        public void flush() {
            flushes++;
        }

        @Override
        public void force() {
            forces++;
        }

        @Override
        public Committed committed() {
            return new Committed(texts.size(), 0, 0);
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
