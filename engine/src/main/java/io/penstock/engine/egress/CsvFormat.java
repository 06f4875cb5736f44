package io.penstock.engine.egress;

import io.penstock.codecs.MessageType;
import java.util.List;
import java.util.function.BiConsumer;
import org.agrona.sbe.MessageDecoderFlyweight;

/** How a sink's messages become rows. Called on the output thread; a pure function. */
public interface CsvFormat {
    /**
     * One row per message.
     *
     * @param columns of the header
     * @param fields adds the message's fields to the row, one per column; it must not end the row
     */
    static <T extends MessageDecoderFlyweight> CsvFormat of(
            MessageType<T, ?> type, List<String> columns, BiConsumer<T, CsvLine> fields) {
        return new MessageCsvFormat<>(type, columns, fields);
    }

    /** Writes the header row and ends it. */
    void header(CsvLine line);

    /** Writes what a message adds; ends the row where it is complete. */
    void row(OutputRecord record, CsvLine line);
}
