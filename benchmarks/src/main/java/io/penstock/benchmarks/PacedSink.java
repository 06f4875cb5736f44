package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.AccountTotalsDecoder;
import java.util.concurrent.TimeUnit;

/** Adds up the results of an open load, and looks at the clock at each. */
final class PacedSink extends ResultSink {
    private final Pace pace;
    private final boolean isEcho;

    /**
     * For W2's results, or for events that were sent on.
     *
     * @param isEcho whether a result is an event, whose window starts at its planned time
     */
    PacedSink(Pace pace, boolean isEcho) {
        this.pace = pace;
        this.isEcho = isEcho;
    }

    @Override
    void take(AccountTotalsDecoder result) {
        if (isEcho) {
            add(1, result.total());
            pace.record(result.windowStartNs());
            return;
        }
        long startMs = TimeUnit.NANOSECONDS.toMillis(result.windowStartNs());
        add(
                1,
                Answer.mix(
                        result.account(),
                        startMs,
                        result.total(),
                        result.payments(),
                        result.largest()));
        pace.recordResult(startMs);
    }
}
