package io.penstock.benchmarks;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Sessions as one would write them by hand, with nothing else around: per account, with sum, count
 * and maximum of the amount, straight from the generated events.
 *
 * <p>A map of lists of sessions, and a queue of them by the end they had when they were put in; a
 * session whose end has grown is put in again when it is met. One thread.
 */
final class HandSessions implements Contender {
    private static final Comparator<Session> BY_WAIT = Comparator.comparingLong(s -> s.waitMs);

    private final Events events;
    private final long gapMs;
    private Long2ObjectHashMap<Session> sessions;
    private PriorityQueue<Session> queue;
    private long results;
    private long checksum;

    /** A session, in the list of its account. */
    private static final class Session {
        final long account;
        long startMs;
        long endMs;
        long waitMs;
        long sum;
        long count;
        long max;
        boolean isGone;
        Session next;

        Session(long account, long startMs, long endMs) {
            this.account = account;
            this.startMs = startMs;
            this.endMs = endMs;
            this.waitMs = endMs;
        }
    }

    HandSessions(Events events, long gapMs) {
        this.events = events;
        this.gapMs = gapMs;
    }

    @Override
    public String name() {
        return "hand-sessions";
    }

    @Override
    public long events() {
        return events.count();
    }

    @Override
    public void prepare() {
        sessions = new Long2ObjectHashMap<>();
        queue = new PriorityQueue<>(1 << 16, BY_WAIT);
        results = 0;
        checksum = 0;
    }

    @Override
    public void run() {
        long[] values = events.values();
        long watermarkMs = Long.MIN_VALUE;
        for (int at = 0; at < values.length; at += Events.LONGS) {
            long timeMs = values[at + Events.TIME_MS];
            onEvent(values[at + Events.ACCOUNT], timeMs, values[at + Events.AMOUNT]);
            if (timeMs - Events.DISORDER_MS > watermarkMs) {
                watermarkMs = timeMs - Events.DISORDER_MS;
                fire(watermarkMs);
            }
        }
        fire(Long.MAX_VALUE);
    }

    private void onEvent(long account, long timeMs, long amount) {
        long endMs = timeMs + gapMs;
        Session first = sessions.get(account);
        Session before = null;
        Session session = first;
        while (session != null && session.endMs < timeMs) {
            before = session;
            session = session.next;
        }
        if (session == null || session.startMs > endMs) {
            Session added = new Session(account, timeMs, endMs);
            added.next = session;
            if (before == null) {
                sessions.put(account, added);
            } else {
                before.next = added;
            }
            queue.add(added);
            session = added;
        } else if (session.next != null && session.next.startMs <= endMs) {
            absorb(session, session.next);
        }
        session.startMs = Math.min(session.startMs, timeMs);
        session.endMs = Math.max(session.endMs, endMs);
        session.sum += amount;
        session.count++;
        session.max = Math.max(session.max, amount);
    }

    private static void absorb(Session session, Session next) {
        session.next = next.next;
        session.endMs = next.endMs;
        session.sum += next.sum;
        session.count += next.count;
        session.max = Math.max(session.max, next.max);
        next.isGone = true;
    }

    private void fire(long watermarkMs) {
        while (!queue.isEmpty() && queue.peek().waitMs <= watermarkMs) {
            Session session = queue.poll();
            if (session.isGone) {
                continue;
            }
            if (session.endMs > session.waitMs) {
                session.waitMs = session.endMs;
                queue.add(session);
                continue;
            }
            results++;
            checksum +=
                    Answer.mix(
                            session.account,
                            session.startMs,
                            session.sum,
                            session.count,
                            session.max);
            remove(session);
        }
    }

    private void remove(Session session) {
        Session first = sessions.get(session.account);
        if (first == session) {
            if (session.next == null) {
                sessions.remove(session.account);
            } else {
                sessions.put(session.account, session.next);
            }
            return;
        }
        Session before = first;
        while (before.next != session) {
            before = before.next;
        }
        before.next = session.next;
    }

    @Override
    public Answer finish() {
        sessions = null;
        queue = null;
        return new Answer(results, checksum);
    }
}
