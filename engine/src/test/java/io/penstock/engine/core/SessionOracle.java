package io.penstock.engine.core;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sessions as their definition says them, on plain collections and unbounded numbers: all events of
 * a session are kept, and every value is computed from them whenever it is said.
 */
final class SessionOracle {
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);

    /** Sessions that pass the end of time fire when the source has ended, never before. */
    private static final BigInteger LAST_LIVE = MAX.subtract(BigInteger.ONE);

    /** What the stage was told to do. */
    record Rules(
            long gapNs,
            long disorderNs,
            long latenessNs,
            long earlyNs,
            boolean isFinalOnly,
            boolean isRetracting,
            boolean hasLineage) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Seen(BigInteger time, long arrival, long sequence, BigDecimal value) {}

    private final class Session {
        final byte[] key;
        final List<Seen> events = new ArrayList<>();
        boolean isClosed;
        boolean isEmitted;
        long results;

        Session(byte[] key) {
            this.key = key;
        }

        BigInteger start() {
            return events.stream().map(Seen::time).min(Comparator.naturalOrder()).get();
        }

        BigInteger end() {
            BigInteger last = events.stream().map(Seen::time).max(Comparator.naturalOrder()).get();
            return last.add(BigInteger.valueOf(rules.gapNs())).min(MAX);
        }

        BigInteger expiry() {
            return end().add(BigInteger.valueOf(rules.latenessNs())).min(MAX);
        }

        long arrival() {
            return events.stream().mapToLong(Seen::arrival).min().getAsLong();
        }

        boolean isReached(BigInteger time) {
            return watermark != null && watermark.compareTo(time) >= 0;
        }
    }

    private final Rules rules;
    private final Map<String, List<Session>> keys = new TreeMap<>();
    private final List<String> results = new ArrayList<>();
    private final List<Long> late = new ArrayList<>();
    private BigInteger watermark;
    private long arrivals;

    SessionOracle(Rules rules) {
        this.rules = rules;
    }

    List<String> results() {
        return results;
    }

    List<Long> late() {
        return late;
    }

    long openSessions() {
        return keys.values().stream().mapToLong(List::size).sum();
    }

    void event(long sequence, long timeNs, byte[] key, long mantissa, int scale) {
        BigInteger time = BigInteger.valueOf(timeNs);
        long row = arrivals++;
        Seen seen = new Seen(time, row + 1, sequence, BigDecimal.valueOf(mantissa, scale));
        List<Session> all =
                keys.computeIfAbsent(HexFormat.of().formatHex(key), k -> new ArrayList<>());
        Session merged = new Session(key);
        merged.events.add(seen);
        BigInteger reach = merged.end();
        List<Session> touched =
                all.stream()
                        .filter(s -> s.start().compareTo(reach) <= 0)
                        .filter(s -> time.compareTo(s.end()) <= 0)
                        .sorted(Comparator.comparing(Session::start))
                        .toList();
        for (Session session : touched) {
            merged.events.addAll(session.events);
            merged.results += session.results;
        }
        if (merged.isReached(merged.expiry())) {
            late.add(sequence);
        } else {
            for (Session session : touched) {
                retract(sequence, row, watermark, session);
            }
            all.removeAll(touched);
            all.add(merged);
            if (!rules.isFinalOnly() && merged.isReached(merged.end())) {
                emit(sequence, "L", row, watermark, merged);
                merged.isClosed = true;
            }
        }
        BigInteger next =
                time.subtract(BigInteger.valueOf(rules.disorderNs())).max(MIN).min(LAST_LIVE);
        if (watermark == null || next.compareTo(watermark) > 0) {
            BigInteger before = watermark;
            watermark = next;
            fire(sequence, before);
        }
    }

    void end(long sequence) {
        BigInteger before = watermark;
        watermark = MAX;
        fire(sequence, before);
    }

    private List<Session> inOrder() {
        return keys.values().stream()
                .flatMap(List::stream)
                .sorted(
                        Comparator.comparing(Session::end)
                                .thenComparing(Session::start)
                                .thenComparingInt(s -> WindowOracle.group(s.key))
                                .thenComparingLong(Session::arrival))
                .toList();
    }

    private void fire(long sequence, BigInteger before) {
        for (Session session : inOrder()) {
            BigInteger due = rules.isFinalOnly() ? session.expiry() : session.end();
            if (!session.isClosed && session.isReached(due)) {
                retract(sequence, -1, watermark, session);
                emit(sequence, "O", -1, watermark, session);
                session.isClosed = true;
            }
        }
        keys.values().forEach(all -> all.removeIf(s -> s.isReached(s.expiry())));
        if (passesEarly(before)) {
            for (Session session : inOrder()) {
                if (!session.isClosed && !session.isEmitted) {
                    emit(sequence, "E", -1, watermark, session);
                }
            }
        }
    }

    private boolean passesEarly(BigInteger before) {
        if (rules.earlyNs() == 0 || before == null || before.equals(MIN) || watermark.equals(MAX)) {
            return false;
        }
        return Math.floorDiv(watermark.longValueExact(), rules.earlyNs())
                > Math.floorDiv(before.longValueExact(), rules.earlyNs());
    }

    private void retract(long sequence, long row, BigInteger at, Session session) {
        if (rules.isRetracting() && session.isEmitted) {
            session.results--;
            say(sequence, "R", row, at, session);
            session.results++;
            session.isEmitted = false;
        }
    }

    private void emit(long sequence, String kind, long row, BigInteger at, Session session) {
        say(sequence, kind, row, at, session);
        session.results++;
        session.isEmitted = true;
    }

    private void say(long sequence, String kind, long row, BigInteger at, Session session) {
        Comparator<Seen> order = Comparator.comparing(Seen::time).thenComparing(Seen::arrival);
        List<Seen> all = session.events;
        boolean hasRevision = rules.hasLineage() || rules.isRetracting();
        String lineage =
                rules.hasLineage()
                        ? all.stream().mapToLong(Seen::sequence).min().getAsLong()
                                + ".."
                                + all.stream().mapToLong(Seen::sequence).max().getAsLong()
                        : "-1..-1";
        results.add(
                sequence
                        + " "
                        + kind
                        + " "
                        + session.start()
                        + ".."
                        + session.end()
                        + " row="
                        + row
                        + " at="
                        + at
                        + " rev="
                        + (hasRevision ? session.results : 0)
                        + " of="
                        + lineage
                        + " "
                        + WindowOracle.key(session.key)
                        + WindowOracle.text(BigDecimal.valueOf(all.size()))
                        + WindowOracle.text(
                                all.stream()
                                        .map(Seen::value)
                                        .reduce(BigDecimal.ZERO, BigDecimal::add))
                        + WindowOracle.text(
                                all.stream().map(Seen::value).max(BigDecimal::compareTo).get())
                        + WindowOracle.text(all.stream().min(order).get().value())
                        + WindowOracle.text(all.stream().max(order).get().value()));
    }
}
