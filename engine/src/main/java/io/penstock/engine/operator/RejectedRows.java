package io.penstock.engine.operator;

import io.penstock.codecs.SystemMessages;
import io.penstock.codecs.system.RejectedRowDecoder;
import io.penstock.journal.RecordView;

/** The side of a source that carries the rows which could not be read, part by part. */
public final class RejectedRows {
    private final Event<RejectedRowDecoder> event = new Event<>(SystemMessages.REJECTED_ROW);
    private final Output<RejectedRowDecoder> output;

    /** Creates the side in front of an edge. */
    public RejectedRows(Output<RejectedRowDecoder> output) {
        this.output = output;
    }

    /** Pushes a part on; whether it was the last of its row. */
    boolean receive(RecordView record, long ordinal) {
        event.wrap(record.buffer(), record.offset(), record.length());
        boolean last = event.message().lastPart() == 1;
        output.receive(event.about(Operator.NO_WATERMARK, record.sourcePosition(), ordinal));
        return last;
    }
}
