package io.penstock.peers;

/** A result of a window or an alert, as an object that peers can pass on. */
public final class Result {
    public long account;
    public long startMs;
    public long sum;
    public long count;
    public long max;

    /** For serializers. */
    public Result() {}

    Result(long account, long startMs, long sum, long count, long max) {
        this.account = account;
        this.startMs = startMs;
        this.sum = sum;
        this.count = count;
        this.max = max;
    }
}
