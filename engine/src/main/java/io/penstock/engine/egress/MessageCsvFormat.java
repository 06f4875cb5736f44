package io.penstock.engine.egress;

import io.penstock.codecs.MessageType;
import java.util.List;
import java.util.function.BiConsumer;
import org.agrona.sbe.MessageDecoderFlyweight;

/** One row per message, its fields written by a function of the user's. */
final class MessageCsvFormat<T extends MessageDecoderFlyweight> implements CsvFormat {
    private final MessageType<T, ?> type;
    private final List<String> columns;
    private final BiConsumer<T, CsvLine> fields;
    private final T message;

    MessageCsvFormat(MessageType<T, ?> type, List<String> columns, BiConsumer<T, CsvLine> fields) {
        this.type = type;
        this.columns = List.copyOf(columns);
        this.fields = fields;
        this.message = type.newDecoder();
    }

    @Override
    public void header(CsvLine line) {
        columns.forEach(line::field);
        line.endRow();
    }

    @Override
    public void row(OutputRecord record, CsvLine line) {
        type.wrap(message, record.buffer(), record.messageOffset());
        line.countFields();
        fields.accept(message, line);
        if (line.fields() != columns.size() && line.fields() != CsvLine.UNCOUNTED) {
            throw new IllegalStateException(
                    "a row needs a field for each column: columns="
                            + columns
                            + " fields="
                            + line.fields());
        }
        line.endRow();
    }
}
