package io.penstock.cli.builtin;

import io.penstock.cli.pipelines.PipelineSettings;
import io.penstock.codecs.csv.DecimalPrinter;
import io.penstock.codecs.csv.KeyText;
import io.penstock.codecs.csv.TimePrinter;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.window.FiringKind;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** What the formats share: headers, times, decimals and keys as fields. One thread. */
final class Fields {
    private final TimePrinter times;
    private final DecimalPrinter decimals = new DecimalPrinter();
    private final int keyColumns;
    private final KeyText keyText;

    Fields(PipelineSettings settings, int keyColumns) {
        this.times = new TimePrinter(Definition.timeFormat(settings));
        this.keyColumns = keyColumns;
        this.keyText = keyColumns > 1 ? new KeyText(keyColumns) : null;
    }

    static void header(CsvLine line, List<String> columns) {
        columns.forEach(line::field);
        line.endRow();
    }

    void letter(CsvLine line, char letter) {
        line.openField().raw(letter);
    }

    /** The row that set a result off, or an empty field: of a result on time it is none. */
    static void trigger(CsvLine line, int kind, long row) {
        if (row < 0 || kind == FiringKind.ON_TIME.letter()) {
            line.emptyField();
        } else {
            line.field(row);
        }
    }

    /** Adds a time; nothing for one at the ends of time, which no event's bounds are exact at. */
    void time(CsvLine line, long timeNs) {
        if (timeNs == Long.MIN_VALUE || timeNs == Long.MAX_VALUE) {
            line.emptyField();
            return;
        }
        int length = times.print(timeNs);
        line.field(times.bytes(), 0, length);
    }

    void decimal(CsvLine line, long high, long low, int scale) {
        int length = decimals.print(high, low, scale);
        line.field(decimals.bytes(), decimals.offset(), length);
    }

    /** Adds a key as the columns it was made of; none where there is no key. */
    void key(CsvLine line, UnsafeBuffer key) {
        if (keyColumns == 1) {
            line.field(key, 0, key.capacity());
        } else if (keyColumns > 1) {
            if (!keyText.wrap(key, 0, key.capacity())) {
                throw new IllegalStateException("a key is not of " + keyColumns + " columns");
            }
            for (int i = 0; i < keyColumns; i++) {
                line.field(keyText.buffer(), keyText.partOffset(i), keyText.partLength(i));
            }
        }
    }
}
