package io.penstock.journal;

import static io.penstock.journal.FrameLayout.ORDER;

import org.agrona.DirectBuffer;

/** What can be said of a frame's records without delivering them. */
final class FrameRecords {
    /** What is wrong with a frame whose lengths lead out of it. */
    static final String PASSES_END = "a record passes the end of its frame";

    private FrameRecords() {}

    /** Whether the current frame holds the records that it counts; null, or what is wrong. */
    static String misfit(FrameWalker walker) {
        if (walker.kind() != FrameLayout.KIND_RECORDS) {
            return null;
        }
        DirectBuffer buffer = walker.buffer();
        int end = walker.offset() + walker.length();
        int offset = walker.offset() + FrameLayout.HEADER_LENGTH;
        for (int i = walker.recordCount(); i > 0; i--) {
            int room = end - offset - RecordLayout.HEADER_LENGTH;
            int length = room < 0 ? -1 : buffer.getInt(offset + RecordLayout.LENGTH, ORDER);
            if (length < 0 || length > room) {
                return PASSES_END;
            }
            offset += RecordLayout.recordLength(length);
        }
        return null;
    }

    /** The highest time of the current frame's records. */
    static long maxTimeNs(FrameWalker walker) {
        DirectBuffer buffer = walker.buffer();
        int end = walker.offset() + walker.length();
        int offset = walker.offset() + FrameLayout.HEADER_LENGTH;
        long maxDeltaNs = 0;
        while (offset + RecordLayout.HEADER_LENGTH <= end) {
            int length = buffer.getInt(offset + RecordLayout.LENGTH, ORDER);
            if (length < 0 || length > end - offset) {
                break;
            }
            int deltaNs = buffer.getInt(offset + RecordLayout.TIME_DELTA_NS, ORDER);
            maxDeltaNs = Math.max(maxDeltaNs, deltaNs & RecordLayout.MAX_TIME_DELTA_NS);
            offset += RecordLayout.recordLength(length);
        }
        return walker.baseTimeNs() + maxDeltaNs;
    }
}
