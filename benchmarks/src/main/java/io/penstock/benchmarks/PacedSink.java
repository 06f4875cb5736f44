package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.AccountTotalsDecoder;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.Sink;
import java.util.concurrent.TimeUnit;

/** Looks at the clock when a result of an open load has left an engine; keeps none of them. */
final class PacedSink implements Sink {
    private final Pace pace;
    private final boolean isEcho;
    private final AccountTotalsDecoder totals = new AccountTotalsDecoder();
    private long count;
    private long checksum;
    private volatile Answer flushed = new Answer(0, 0);

    /**
     * For W2's results, or for events that were sent on.
     *
     * @param isEcho whether a result is an event, whose window starts at its planned time
     */
    PacedSink(Pace pace, boolean isEcho) {
        this.pace = pace;
        this.isEcho = isEcho;
    }

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
        Messages.ACCOUNT_TOTALS.wrap(totals, record.buffer(), record.messageOffset());
        count++;
        if (isEcho) {
            checksum += totals.total();
            pace.record(totals.windowStartNs());
            return;
        }
        long startMs = TimeUnit.NANOSECONDS.toMillis(totals.windowStartNs());
        checksum +=
                Answer.mix(
                        totals.account(),
                        startMs,
                        totals.total(),
                        totals.payments(),
                        totals.largest());
        pace.recordResult(startMs);
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
