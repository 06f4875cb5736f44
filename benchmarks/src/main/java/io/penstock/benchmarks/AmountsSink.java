package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.AccountTotalsDecoder;

/**
 * Adds up the payments behind results, and their amounts: where each payment is in one result, all
 * of them must be there whatever the results are.
 */
final class AmountsSink extends ResultSink {
    @Override
    void take(AccountTotalsDecoder result) {
        add(result.payments(), result.total());
    }
}
