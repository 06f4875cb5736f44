package io.penstock.engine.operator;

import io.penstock.codecs.SystemMessages;
import io.penstock.codecs.system.RejectedRowDecoder;
import io.penstock.journal.RecordView;

/** The side of a source that carries the rows which could not be read, part by part. */
public final class RejectedRows {
    static final long ROW_COMPLETE = -1;

    private final Event<RejectedRowDecoder> event = new Event<>(SystemMessages.REJECTED_ROW);
    private final Output<RejectedRowDecoder> output;

    /** Creates the side in front of an edge. */
    public RejectedRows(Output<RejectedRowDecoder> output) {
        this.output = output;
    }

    /** Pushes a part on; {@link #ROW_COMPLETE}, or the bytes of the row that are consumed now. */
    long receive(RecordView record, long ordinal) {
        event.wrap(record.buffer(), record.offset(), record.length());
        RejectedRowDecoder part = event.message();
        boolean last = part.lastPart() == 1;
        long consumed = part.partOffset() + part.partLength();
        output.receive(event.about(Operator.NO_WATERMARK, record.sourcePosition(), ordinal));
        return last ? ROW_COMPLETE : consumed;
    }
}
