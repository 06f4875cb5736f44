package io.penstock.peers;

import java.io.Serializable;

/** What a window adds up, as an object with public fields; the accumulator of several peers. */
public final class Totals implements Serializable {
    private static final long serialVersionUID = 1;

    public long sum;
    public long count;
    public long max;

    /** Of nothing. */
    public Totals() {}

    Totals add(long amount) {
        sum += amount;
        max = count == 0 ? amount : Math.max(max, amount);
        count++;
        return this;
    }

    Totals combine(Totals other) {
        sum += other.sum;
        max = Math.max(max, other.max);
        count += other.count;
        return this;
    }
}
