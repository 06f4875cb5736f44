package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.AccountTotalsDecoder;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.Sink;
import java.util.concurrent.TimeUnit;

/** Adds up W2's results as they leave an engine; keeps none of them. */
final class TotalsSink implements Sink {
    private static final int HEADER_LENGTH = 8;

    private final AccountTotalsDecoder totals = new AccountTotalsDecoder();
    private long count;
    private long checksum;
    private volatile Answer flushed = new Answer(0, 0);

    /** Everything flushed. Any thread. */
    Answer answer() {
        return flushed;
    }

    @Override
    public long open(Committed committed) {
        count = 0;
        checksum = 0;
        return 0;
    }

    @Override
    public void write(OutputRecord record) {
        totals.wrap(
                record.buffer(),
                record.messageOffset() + HEADER_LENGTH,
                AccountTotalsDecoder.BLOCK_LENGTH,
                AccountTotalsDecoder.SCHEMA_VERSION);
        count++;
        checksum +=
                Answer.mix(
                        totals.account(),
                        TimeUnit.NANOSECONDS.toMillis(totals.windowStartNs()),
                        totals.total(),
                        totals.payments(),
                        totals.largest());
    }

    @Override
    public void flush() {
        flushed = new Answer(count, checksum);
    }

    @Override
    public void force() {
        // Nothing is kept.
    }

    @Override
    public Committed committed() {
        return new Committed(count, 0, 0);
    }

    @Override
    public void close() {
        // The answer stays readable.
    }
}
