package io.penstock.benchmarks;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * {@link Pipelines#quiet} as one would write it by hand, with nothing else around: a map of
 * accounts, and a queue of them by the time they had when they were put in; an account that was not
 * quiet in between is put in again when it is met. One thread.
 */
final class HandTimers extends HandQueue {
    private static final Comparator<Account> BY_WAIT = Comparator.comparingLong(a -> a.waitMs);

    private final long quietMs;
    private Long2ObjectHashMap<Account> accounts;
    private PriorityQueue<Account> queue;

    private static final class Account {
        final long id;
        final long startMs;
        long lastMs;
        long waitMs;
        long sum;
        long count;
        long max;

        Account(long id, long timeMs) {
            this.id = id;
            this.startMs = timeMs;
            this.lastMs = timeMs;
        }
    }

    HandTimers(Events events, long quietMs) {
        super("hand-timers", events);
        this.quietMs = quietMs;
    }

    @Override
    void open() {
        accounts = new Long2ObjectHashMap<>();
        queue = new PriorityQueue<>(1 << 16, BY_WAIT);
    }

    @Override
    void onEvent(long id, long timeMs, long amount) {
        Account account = accounts.get(id);
        if (account == null) {
            account = new Account(id, timeMs);
            account.waitMs = timeMs + quietMs;
            accounts.put(id, account);
            queue.add(account);
        }
        account.lastMs = Math.max(account.lastMs, timeMs);
        account.sum += amount;
        account.count++;
        account.max = Math.max(account.max, amount);
    }

    @Override
    void fire(long watermarkMs) {
        while (!queue.isEmpty() && queue.peek().waitMs <= watermarkMs) {
            Account account = queue.poll();
            if (account.lastMs + quietMs > account.waitMs) {
                account.waitMs = account.lastMs + quietMs;
                queue.add(account);
                continue;
            }
            result(account.id, account.startMs, account.sum, account.count, account.max);
            accounts.remove(account.id);
        }
    }

    @Override
    void close() {
        accounts = null;
        queue = null;
    }
}
