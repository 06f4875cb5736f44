package io.penstock.cli.builtin;

import io.penstock.cli.pipelines.AggregateSettings;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.egress.OutputRecord;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Rows of {@code aggregate}: key, window, count, and the aggregates of the value if there is one.
 */
final class AggregateFormat implements CsvFormat {
    private static final int VALUES = 6;

    private final AggregateSettings settings;
    private final Fields fields;
    private final WindowResultDecoder result = new WindowResultDecoder();
    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);
    private final long[] low = new long[VALUES];
    private final long[] high = new long[VALUES];
    private final int[] scale = new int[VALUES];

    AggregateFormat(AggregateSettings settings) {
        this.settings = settings;
        this.fields = new Fields(settings, settings.keys().size());
    }

    @Override
    public void header(CsvLine line) {
        Fields.header(line, settings.outputHeader());
    }

    @Override
    public void row(OutputRecord record, CsvLine line) {
        BuiltinMessages.WINDOW_RESULT.wrap(result, record.buffer(), record.messageOffset());
        int count = 0;
        WindowResultDecoder.ValuesDecoder values = result.values();
        while (values.hasNext()) {
            values.next();
            low[count] = values.mantissa().low();
            high[count] = values.mantissa().high();
            scale[count] = values.scale();
            count++;
        }
        result.wrapKey(key);
        fields.key(line, key);
        fields.time(line, result.windowStartNs());
        fields.time(line, result.windowEndNs());
        for (int i = 0; i < VALUES; i++) {
            if (i < count) {
                fields.decimal(line, high[i], low[i], scale[i]);
            } else {
                line.emptyField();
            }
        }
        line.endRow();
    }
}
