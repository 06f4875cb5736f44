package io.penstock.cli.builtin;

import io.penstock.cli.pipelines.AggregateColumns;
import io.penstock.cli.pipelines.PipelineSettings;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.LateEventDecoder;
import io.penstock.codecs.builtin.LateValuesDecoder;
import io.penstock.codecs.builtin.ScaledDecimalDecoder;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.egress.OutputRecord;
import java.util.List;
import java.util.function.Function;
import org.agrona.concurrent.UnsafeBuffer;

/** Events that came too late: line, time, key, value or values. */
final class LateFormat implements CsvFormat {
    private static final List<Function<LateValuesDecoder, ScaledDecimalDecoder>> VALUES =
            List.of(
                    LateValuesDecoder::value1,
                    LateValuesDecoder::value2,
                    LateValuesDecoder::value3,
                    LateValuesDecoder::value4,
                    LateValuesDecoder::value5,
                    LateValuesDecoder::value6,
                    LateValuesDecoder::value7,
                    LateValuesDecoder::value8);

    private final PipelineSettings settings;
    private final Fields fields;
    private final int valueColumns;
    private final boolean isWide;
    private final LateEventDecoder late = new LateEventDecoder();
    private final LateValuesDecoder wide = new LateValuesDecoder();
    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);

    /** Late events of one key column and one value. */
    LateFormat(PipelineSettings settings) {
        this.settings = settings;
        this.fields = new Fields(settings, 1);
        this.valueColumns = 1;
        this.isWide = false;
    }

    /** Late events of {@code aggregate}. */
    LateFormat(PipelineSettings settings, AggregateColumns columns) {
        this.settings = settings;
        this.fields = new Fields(settings, columns.keys().size());
        this.valueColumns = columns.values().size();
        this.isWide = !columns.isSimple();
    }

    @Override
    public void header(CsvLine line) {
        Fields.header(line, settings.lateHeader());
    }

    @Override
    public void row(OutputRecord record, CsvLine line) {
        if (isWide) {
            BuiltinMessages.LATE_VALUES.wrap(wide, record.buffer(), record.messageOffset());
            begin(line, wide.line(), wide.eventTimeNs());
            wide.wrapKey(key);
            fields.key(line, key);
            for (int i = 0; i < valueColumns; i++) {
                value(line, VALUES.get(i).apply(wide));
            }
        } else {
            BuiltinMessages.LATE_EVENT.wrap(late, record.buffer(), record.messageOffset());
            begin(line, late.line(), late.eventTimeNs());
            late.wrapKey(key);
            fields.key(line, key);
            if (valueColumns > 0) {
                value(line, late.value());
            }
        }
        if (valueColumns == 0) {
            line.emptyField();
        }
        line.endRow();
    }

    private void begin(CsvLine line, long row, long timeNs) {
        line.field(row);
        fields.time(line, timeNs);
    }

    private void value(CsvLine line, ScaledDecimalDecoder value) {
        long mantissa = value.mantissa();
        fields.decimal(line, mantissa >> 63, mantissa, value.scale());
    }
}
