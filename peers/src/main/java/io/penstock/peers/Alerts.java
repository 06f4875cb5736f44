package io.penstock.peers;

import io.penstock.benchmarks.VelocityRing;

/** W4's rule for peers whose state is a ring of longs per account. */
final class Alerts {
    private Alerts() {}

    /** The alert that a payment raises, or null. */
    static Result of(long[] ring, Payment payment) {
        long alert = VelocityRing.add(ring, 0, payment.timeMs, payment.amount);
        return alert == VelocityRing.NO_ALERT
                ? null
                : new Result(
                        payment.account,
                        payment.timeMs,
                        VelocityRing.sum(alert),
                        VelocityRing.count(alert),
                        payment.amount);
    }
}
