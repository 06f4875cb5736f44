package io.penstock.cli.builtin;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.MessagePrinter;
import io.penstock.codecs.SystemMessages;
import io.penstock.codecs.csv.RejectReason;
import io.penstock.codecs.system.RejectedRowDecoder;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.egress.OutputRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Rows that could not be read, as they stood in the input. A row that came in parts is written part
 * by part, in quotes; where only its beginning was kept, the reason tells its length and checksum.
 * An event that was refused for its time is written as JSON: its row is no more.
 */
final class DeadLetterFormat implements CsvFormat {
    private final RejectedRowDecoder row = new RejectedRowDecoder();
    private final UnsafeBuffer part = new UnsafeBuffer(0, 0);
    private final MessagePrinter messages = new MessagePrinter(BuiltinMessages.SCHEMA);
    private final StringBuilder json = new StringBuilder();

    @Override
    public void header(CsvLine line) {
        Fields.header(line, List.of("line", "reason", "row"));
    }

    @Override
    public void row(OutputRecord record, CsvLine line) {
        SystemMessages.REJECTED_ROW.wrap(row, record.buffer(), record.messageOffset());
        boolean first = row.partOffset() == 0;
        boolean last = row.lastPart() == 1;
        if (first) {
            line.field(row.line()).field(reason());
        }
        row.wrapPart(part);
        if (row.reason() == RejectReason.FUTURE_TIME.code()) {
            json.setLength(0);
            messages.appendJson(json, part, 0, part.capacity());
            byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
            line.field(new UnsafeBuffer(text), 0, text.length).endRow();
            return;
        }
        if (first && last) {
            line.field(part, 0, part.capacity()).endRow();
            return;
        }
        if (first) {
            line.openField().raw('"');
        }
        line.escaped(part, 0, part.capacity());
        if (last) {
            line.raw('"').endRow();
        }
    }

    private String reason() {
        String text = RejectReason.of(row.reason()).text();
        if (row.totalLength() <= MAX_KEPT_LENGTH) {
            return text;
        }
        return String.format(
                Locale.ROOT, "%s length=%d crc32c=%08x", text, row.totalLength(), row.checksum());
    }

    private static final long MAX_KEPT_LENGTH = 1 << 20;
}
