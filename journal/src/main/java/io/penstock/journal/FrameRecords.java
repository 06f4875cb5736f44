package io.penstock.journal;

import static io.penstock.journal.FrameLayout.ORDER;

import org.agrona.DirectBuffer;

/** What can be said of a frame's records without delivering them. */
final class FrameRecords {
    private FrameRecords() {}

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
