package io.penstock.engine.core;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Event time of several sources as its definition says it, on plain collections and unbounded
 * numbers: what a stage behind their union holds, gives in order, and refuses as late.
 */
final class TimeOracle {
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger LAST_LIVE = MAX.subtract(BigInteger.ONE);

    /** How a source's watermark is derived. */
    enum Mode {
        DISORDER,
        PUNCTUATED,
        LAG
    }

    /** A source's settings; 0 is never idle, a negative limit is none. */
    record Settings(
            Mode mode, long distance, long idleAfter, boolean rejects, long ahead, long jump) {
        boolean hasGuard() {
            return ahead >= 0 || jump >= 0;
        }
    }

    private record Held(BigInteger time, long arrival, long id) {}

    private static final class Source {
        private final Settings settings;
        private BigInteger watermark = MIN;
        private BigInteger latest;
        private BigInteger silentSince;
        private boolean idle;
        private boolean ended;

        private Source(Settings settings) {
            this.settings = settings;
        }
    }

    private final List<Source> sources = new ArrayList<>();
    private final List<Held> held = new ArrayList<>();
    private final List<String> ordered = new ArrayList<>();
    private final List<Long> late = new ArrayList<>();
    private final List<Long> refused = new ArrayList<>();
    private BigInteger clock = MIN;
    private BigInteger watermark = MIN;
    private long arrivals;
    private long clamped;

    TimeOracle(List<Settings> settings) {
        settings.forEach(s -> sources.add(new Source(s)));
    }

    List<String> ordered() {
        return ordered;
    }

    List<Long> late() {
        return late;
    }

    List<Long> refused() {
        return refused;
    }

    long clamped() {
        return clamped;
    }

    boolean hasEnded(int source) {
        return sources.get(source).ended;
    }

    void event(int number, long recordTime, long eventTime, Long punctuation, long id) {
        Source source = sources.get(number);
        moveClock(recordTime);
        source.idle = false;
        source.silentSince = BigInteger.valueOf(recordTime);
        BigInteger time = BigInteger.valueOf(eventTime);
        boolean carries = punctuation != null && source.settings.mode() == Mode.PUNCTUATED;
        BigInteger carried = carries ? BigInteger.valueOf(punctuation) : MIN;
        BigInteger limit = limit(source);
        if (time.max(carried).compareTo(limit) > 0) {
            if (source.settings.rejects()) {
                refused.add(id);
                moveLags();
                fire();
                return;
            }
            clamped++;
            time = time.min(limit);
            carried = carried.min(limit);
        }
        if (time.compareTo(watermark) < 0) {
            late.add(id);
        } else {
            held.add(new Held(time, arrivals, id));
        }
        arrivals++;
        source.latest = source.latest == null ? time : source.latest.max(time);
        BigInteger distance = BigInteger.valueOf(source.settings.distance());
        switch (source.settings.mode()) {
            case DISORDER -> advance(source, time.subtract(distance).max(MIN));
            case PUNCTUATED -> advance(source, carried);
            case LAG -> {}
        }
        moveLags();
        fire();
    }

    private BigInteger limit(Source source) {
        BigInteger limit = MAX;
        if (source.settings.ahead() >= 0) {
            limit = clock.add(BigInteger.valueOf(source.settings.ahead()));
        }
        if (source.settings.jump() >= 0 && source.latest != null) {
            limit = limit.min(source.latest.add(BigInteger.valueOf(source.settings.jump())));
        }
        return limit;
    }

    void end(int number, long recordTime) {
        moveClock(recordTime);
        sources.get(number).ended = true;
        moveLags();
        fire();
    }

    void tick(long recordTime) {
        moveClock(recordTime);
        for (Source source : sources) {
            long idleAfter = source.settings.idleAfter();
            if (source.silentSince == null) {
                source.silentSince = clock;
            } else if (idleAfter > 0
                    && clock.subtract(source.silentSince).compareTo(BigInteger.valueOf(idleAfter))
                            >= 0) {
                source.idle = true;
            }
        }
        moveLags();
        fire();
    }

    private void moveClock(long recordTime) {
        clock = clock.max(BigInteger.valueOf(recordTime));
    }

    private void moveLags() {
        for (Source source : sources) {
            if (source.settings.mode() == Mode.LAG && !source.ended) {
                advance(
                        source,
                        clock.subtract(BigInteger.valueOf(source.settings.distance())).max(MIN));
            }
        }
    }

    private static void advance(Source source, BigInteger candidate) {
        source.watermark = source.watermark.max(candidate.min(LAST_LIVE));
    }

    private void fire() {
        List<Source> running = sources.stream().filter(s -> !s.ended).toList();
        if (running.isEmpty()) {
            watermark = MAX;
        } else {
            running.stream()
                    .filter(s -> !s.idle)
                    .map(s -> s.watermark)
                    .min(Comparator.naturalOrder())
                    .ifPresent(least -> watermark = watermark.max(least));
        }
        List<Held> due = held.stream().filter(h -> h.time().compareTo(watermark) <= 0).toList();
        held.removeAll(due);
        due.stream()
                .sorted(Comparator.comparing(Held::time).thenComparing(Held::arrival))
                .forEach(h -> ordered.add(Long.toString(h.id())));
    }
}
