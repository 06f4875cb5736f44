package io.penstock.cli.builtin;

import io.penstock.cli.pipelines.AggregateSettings;
import io.penstock.cli.pipelines.AggregateSettings.Emit;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.WindowTopDecoder;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.egress.OutputRecord;
import org.agrona.concurrent.UnsafeBuffer;

/** Rows of {@code aggregate} with a ranking: one for each rank of a result, the best first. */
final class TopFormat implements CsvFormat {
    private final AggregateSettings settings;
    private final Fields fields;
    private final boolean isFirings;
    private final WindowTopDecoder top = new WindowTopDecoder();
    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer ranked = new UnsafeBuffer(0, 0);

    TopFormat(AggregateSettings settings) {
        this.settings = settings;
        this.fields = new Fields(settings, settings.columns().keys().size());
        this.isFirings = settings.emit() == Emit.FIRINGS;
    }

    @Override
    public void header(CsvLine line) {
        Fields.header(line, settings.outputHeader());
    }

    @Override
    public void row(OutputRecord record, CsvLine line) {
        // The key stands behind the ranks: read them once to reach it, and again to write them.
        BuiltinMessages.WINDOW_TOP.wrap(top, record.buffer(), record.messageOffset());
        for (WindowTopDecoder.RanksDecoder skipped = top.ranks(); skipped.hasNext(); ) {
            skipped.next().skipRanked();
        }
        top.wrapKey(key);
        BuiltinMessages.WINDOW_TOP.wrap(top, record.buffer(), record.messageOffset());
        int rank = 1;
        for (WindowTopDecoder.RanksDecoder ranks = top.ranks(); ranks.hasNext(); rank++) {
            ranks.next();
            rank(line, rank, ranks);
        }
    }

    private void rank(CsvLine line, int rank, WindowTopDecoder.RanksDecoder ranks) {
        if (isFirings) {
            fields.letter(line, (char) top.kind());
        }
        fields.key(line, key);
        fields.time(line, top.windowStartNs());
        fields.time(line, top.windowEndNs());
        line.field(rank);
        int scale = ranks.scale();
        long high = ranks.mantissa().high();
        long low = ranks.mantissa().low();
        ranks.wrapRanked(ranked);
        line.field(ranked, 0, ranked.capacity());
        fields.decimal(line, high, low, scale);
        if (isFirings) {
            Fields.trigger(line, top.kind(), top.triggerRow());
        }
        if (settings.windows().hasLineage()) {
            line.field(top.revision());
            fields.time(line, top.watermarkNs());
            line.field(top.firstSequence()).field(top.lastSequence());
        }
        line.endRow();
    }
}
