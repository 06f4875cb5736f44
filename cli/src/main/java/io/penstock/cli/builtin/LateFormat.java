package io.penstock.cli.builtin;

import io.penstock.cli.pipelines.PipelineSettings;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.LateEventDecoder;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.egress.OutputRecord;
import org.agrona.concurrent.UnsafeBuffer;

/** Events that came too late: line, time, key, value. */
final class LateFormat implements CsvFormat {
    private final PipelineSettings settings;
    private final Fields fields;
    private final boolean hasValue;
    private final LateEventDecoder late = new LateEventDecoder();
    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);

    LateFormat(PipelineSettings settings, int keyColumns, boolean hasValue) {
        this.settings = settings;
        this.fields = new Fields(settings, keyColumns);
        this.hasValue = hasValue;
    }

    @Override
    public void header(CsvLine line) {
        Fields.header(line, settings.lateHeader());
    }

    @Override
    public void row(OutputRecord record, CsvLine line) {
        BuiltinMessages.LATE_EVENT.wrap(late, record.buffer(), record.messageOffset());
        line.field(late.line());
        fields.time(line, late.eventTimeNs());
        long mantissa = late.value().mantissa();
        int scale = late.value().scale();
        late.wrapKey(key);
        fields.key(line, key);
        if (hasValue) {
            fields.decimal(line, mantissa >> 63, mantissa, scale);
        } else {
            line.emptyField();
        }
        line.endRow();
    }
}
