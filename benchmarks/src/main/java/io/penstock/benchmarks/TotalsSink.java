package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.AccountTotalsDecoder;
import java.util.concurrent.TimeUnit;

/** Adds up W2's results, or another workload's, each with all its fields. */
final class TotalsSink extends ResultSink {
    @Override
    void take(AccountTotalsDecoder result) {
        add(
                1,
                Answer.mix(
                        result.account(),
                        TimeUnit.NANOSECONDS.toMillis(result.windowStartNs()),
                        result.total(),
                        result.payments(),
                        result.largest()));
    }
}
