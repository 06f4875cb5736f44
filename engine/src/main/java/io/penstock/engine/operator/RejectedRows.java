package io.penstock.engine.operator;

import io.penstock.codecs.SystemMessages;
import io.penstock.codecs.csv.RejectReason;
import io.penstock.codecs.system.RejectedRowDecoder;
import io.penstock.codecs.system.RejectedRowEncoder;
import io.penstock.journal.RecordView;
import java.util.zip.CRC32C;

/**
 * The side of a source that carries the rows which could not be read, part by part, and the events
 * that were refused because they are dated in the future.
 */
public final class RejectedRows {
    static final long ROW_COMPLETE = -1;

    private static final int ROW_OVERHEAD = 64;
    private static final int MAX_PART_LENGTH = 64 * 1024 - ROW_OVERHEAD;

    private final Event<RejectedRowDecoder> event = new Event<>(SystemMessages.REJECTED_ROW);
    private final Output<RejectedRowDecoder> output;
    private final CRC32C checksum = new CRC32C();
    private Maker<RejectedRowDecoder, RejectedRowEncoder> maker;
    private byte[] message;

    /** Creates the side in front of an edge. */
    public RejectedRows(Output<RejectedRowDecoder> output) {
        this.output = output;
    }

    /** Pushes a part on; {@link #ROW_COMPLETE}, or the bytes of the row that are consumed now. */
    long receive(RecordView record, long ordinal, long row) {
        event.wrap(record.buffer(), record.offset(), record.length());
        RejectedRowDecoder part = event.message();
        boolean last = part.lastPart() == 1;
        long consumed = part.partOffset() + part.partLength();
        output.receive(event.about(Operator.NO_WATERMARK, record.sourcePosition(), ordinal, row));
        return last ? ROW_COMPLETE : consumed;
    }

    /** Pushes an event dated in the future on, as a row whose one part is its message. */
    void refuse(Event<?> refused, long position, long ordinal, long sourceRow) {
        if (output.isUnused()) {
            return;
        }
        if (maker == null) {
            maker = new Maker<>(SystemMessages.REJECTED_ROW);
            message = new byte[MAX_PART_LENGTH];
        }
        int length = Math.min(refused.length(), MAX_PART_LENGTH);
        refused.buffer().getBytes(refused.offset(), message, 0, length);
        checksum.reset();
        checksum.update(message, 0, length);
        RejectedRowEncoder row = maker.begin();
        row.line(position)
                .totalLength(refused.length())
                .checksum(checksum.getValue())
                .partOffset(0)
                .lastPart((short) 1)
                .reason((short) RejectReason.FUTURE_TIME.code());
        row.putPart(message, 0, length);
        output.receive(maker.end(Operator.NO_WATERMARK, position, ordinal, sourceRow));
    }
}
