package io.penstock.peers;

import io.penstock.benchmarks.Answer;
import org.HdrHistogram.Histogram;

/** Counts the results that reach a sink; of a paced session also how late they are. One thread. */
final class Tally {
    private static final long HIGHEST_NS = 60_000_000_000L;
    private static final int DIGITS = 3;

    private final Session session;
    private final boolean isPaced;
    private final boolean isFirstOnly;
    private final Histogram latencies = histogram();
    private long count;
    private long checksum;

    Tally(Session session) {
        this.session = session;
        this.isPaced = session.isPaced();
        this.isFirstOnly = session.isFirstOnly();
    }

    static Histogram histogram() {
        return new Histogram(HIGHEST_NS, DIGITS);
    }

    /** A result is here. */
    void add(long account, long startMs, long sum, long payments, long max) {
        count++;
        checksum += Answer.mix(account, startMs, sum, payments, max);
        if (isPaced) {
            record(startMs);
        } else if (isFirstOnly) {
            session.first();
        }
    }

    private void record(long startMs) {
        long closingNs = session.closingNs(startMs);
        if (closingNs >= 0) {
            long lateNs = System.nanoTime() - closingNs;
            latencies.recordValue(Math.min(Math.max(0, lateNs), HIGHEST_NS));
        }
    }

    /** What was added up elsewhere. */
    void set(Answer answer) {
        count = answer.count();
        checksum = answer.checksum();
    }

    /** There are no more. */
    void end() {
        session.ended(System.nanoTime());
    }

    long count() {
        return count;
    }

    long checksum() {
        return checksum;
    }

    Histogram latencies() {
        return latencies;
    }
}
