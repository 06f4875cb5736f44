package io.penstock.peers;

/**
 * An event as an object; peers ask for one with public fields and a constructor of no arguments.
 */
public final class Payment {
    public long account;
    public long timeMs;
    public long amount;

    /** For serializers. */
    public Payment() {}

    Payment(long account, long timeMs, long amount) {
        this.account = account;
        this.timeMs = timeMs;
        this.amount = amount;
    }
}
