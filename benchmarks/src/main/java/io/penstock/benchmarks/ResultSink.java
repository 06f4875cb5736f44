package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.AccountTotalsDecoder;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.Sink;

/** Adds up {@code AccountTotals} as they leave an engine; keeps none of them. */
abstract class ResultSink implements Sink {
    private static final int HEADER_LENGTH = 8;

    private final AccountTotalsDecoder totals = new AccountTotalsDecoder();
    private long results;
    private long count;
    private long checksum;
    private volatile boolean isFlushed;
    private long flushedCount;
    private long flushedChecksum;

    /** Adds a result's share by {@link #add}. Output thread; allocates nothing. */
    abstract void take(AccountTotalsDecoder result);

    final void add(long shareOfCount, long shareOfChecksum) {
        count += shareOfCount;
        checksum += shareOfChecksum;
    }

    /** Everything flushed, when no more results come. Any thread. */
    final Answer answer() {
        return isFlushed ? new Answer(flushedCount, flushedChecksum) : new Answer(0, 0);
    }

    @Override
    public final long open(Committed committed) {
        results = 0;
        count = 0;
        checksum = 0;
        return 0;
    }

    @Override
    public final void write(OutputRecord record) {
        totals.wrap(
                record.buffer(),
                record.messageOffset() + HEADER_LENGTH,
                AccountTotalsDecoder.BLOCK_LENGTH,
                AccountTotalsDecoder.SCHEMA_VERSION);
        results++;
        take(totals);
    }

    @Override
    public final void flush() {
        flushedCount = count;
        flushedChecksum = checksum;
        isFlushed = true;
    }

    @Override
    public final void force() {
        // Nothing is kept.
    }

    @Override
    public final Committed committed() {
        return new Committed(results, 0, 0);
    }

    @Override
    public final void close() {
        // The answer stays readable.
    }
}
