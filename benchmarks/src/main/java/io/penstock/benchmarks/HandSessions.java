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
final class HandSessions extends HandQueue {
    private static final Comparator<Session> BY_WAIT = Comparator.comparingLong(s -> s.waitMs);

    private final long gapMs;
    private Long2ObjectHashMap<Session> sessions;
    private PriorityQueue<Session> queue;

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
        super("hand-sessions", events);
        this.gapMs = gapMs;
    }

    @Override
    void open() {
        sessions = new Long2ObjectHashMap<>();
        queue = new PriorityQueue<>(1 << 16, BY_WAIT);
    }

    @Override
    void onEvent(long account, long timeMs, long amount) {
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

    @Override
    void fire(long watermarkMs) {
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
            result(session.account, session.startMs, session.sum, session.count, session.max);
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
    void close() {
        sessions = null;
        queue = null;
    }
}
