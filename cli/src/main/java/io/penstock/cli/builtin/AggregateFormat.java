package io.penstock.cli.builtin;

import io.penstock.cli.pipelines.AggregateSettings;
import io.penstock.cli.pipelines.AggregateSettings.Emit;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.WindowFiringDecoder;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.egress.OutputRecord;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Rows of {@code aggregate}: key, window, count, and the aggregates of the values if there are any;
 * the kind in front and what set the result off behind where all firings are written.
 */
final class AggregateFormat implements CsvFormat {
    /** What stands in the columns of a value when there is none: sum, min, max, first, last. */
    private static final int COLUMNS_OF_VALUE = 5;

    private final AggregateSettings settings;
    private final Fields fields;
    private final boolean isFirings;
    private final boolean isPlain;
    private final WindowResultDecoder result = new WindowResultDecoder();
    private final WindowFiringDecoder firing = new WindowFiringDecoder();
    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);
    private final long[] low;
    private final long[] high;
    private final int[] scale;

    AggregateFormat(AggregateSettings settings) {
        this.settings = settings;
        this.fields = new Fields(settings, settings.columns().keys().size());
        this.isFirings = settings.emit() == Emit.FIRINGS;
        this.isPlain = !isFirings && !settings.windows().hasLineage();
        int most = 2 + COLUMNS_OF_VALUE * Math.max(1, settings.columns().values().size());
        this.low = new long[most];
        this.high = new long[most];
        this.scale = new int[most];
    }

    @Override
    public void header(CsvLine line) {
        Fields.header(line, settings.outputHeader());
    }

    @Override
    public void row(OutputRecord record, CsvLine line) {
        if (isPlain) {
            result(record, line);
        } else {
            firing(record, line);
        }
        line.endRow();
    }

    private void result(OutputRecord record, CsvLine line) {
        BuiltinMessages.WINDOW_RESULT.wrap(result, record.buffer(), record.messageOffset());
        int count = 0;
        WindowResultDecoder.ValuesDecoder values = result.values();
        while (values.hasNext()) {
            values.next();
            value(count++, values.mantissa().low(), values.mantissa().high(), values.scale());
        }
        result.wrapKey(key);
        window(line, result.windowStartNs(), result.windowEndNs(), count);
    }

    private void firing(OutputRecord record, CsvLine line) {
        BuiltinMessages.WINDOW_FIRING.wrap(firing, record.buffer(), record.messageOffset());
        int count = 0;
        WindowFiringDecoder.ValuesDecoder values = firing.values();
        while (values.hasNext()) {
            values.next();
            value(count++, values.mantissa().low(), values.mantissa().high(), values.scale());
        }
        firing.wrapKey(key);
        if (isFirings) {
            fields.letter(line, (char) firing.kind());
        }
        window(line, firing.windowStartNs(), firing.windowEndNs(), count);
        if (isFirings) {
            Fields.trigger(line, firing.kind(), firing.triggerRow());
        }
        if (settings.windows().hasLineage()) {
            line.field(firing.revision());
            fields.time(line, firing.watermarkNs());
            line.field(firing.firstSequence()).field(firing.lastSequence());
        }
    }

    private void value(int index, long lowBits, long highBits, int digits) {
        low[index] = lowBits;
        high[index] = highBits;
        scale[index] = digits;
    }

    private void window(CsvLine line, long startNs, long endNs, int count) {
        fields.key(line, key);
        fields.time(line, startNs);
        fields.time(line, endNs);
        int written = 0;
        fields.decimal(line, high[0], low[0], scale[0]);
        written++;
        if (settings.columns().values().isEmpty()) {
            for (int i = 0; i < (isFirings ? 1 : COLUMNS_OF_VALUE); i++) {
                line.emptyField();
            }
        }
        for (int i = written; i < count; i++) {
            fields.decimal(line, high[i], low[i], scale[i]);
        }
    }
}
