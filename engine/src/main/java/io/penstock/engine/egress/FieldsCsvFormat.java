package io.penstock.engine.egress;

import io.penstock.codecs.MessagePrinter;
import io.penstock.codecs.MessageType;

/** Every field of a message as a column of its name, read through the schema's IR. */
public final class FieldsCsvFormat implements CsvFormat {
    private final MessageType<?, ?> type;
    private final MessagePrinter printer;
    private final StringBuilder text = new StringBuilder();

    /** Creates a format for messages of a type. */
    public FieldsCsvFormat(MessageType<?, ?> type) {
        this.type = type;
        this.printer = new MessagePrinter(type.schema());
    }

    @Override
    public void header(CsvLine line) {
        text.setLength(0);
        printer.appendCsvHeader(text, type.schemaId(), type.templateId());
        line.verbatim(text).endRow();
    }

    @Override
    public void row(OutputRecord record, CsvLine line) {
        text.setLength(0);
        printer.appendCsv(text, record.buffer(), record.messageOffset(), record.messageLength());
        line.verbatim(text).endRow();
    }
}
