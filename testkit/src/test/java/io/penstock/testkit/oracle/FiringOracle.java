package io.penstock.testkit.oracle;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Windows cut at times, as their rules say them: an event is put into every window that holds it
 * and has not expired; a window fires when the watermark reaches its end, and again at once for
 * each later event; it is forgotten when the watermark reaches its end plus the allowed lateness.
 */
final class FiringOracle {
    /** Windows that pass the end of time fire when the source has ended, never before. */
    private static final BigInteger LAST_LIVE = Span.MAX.subtract(BigInteger.ONE);

    private final Rules rules;
    private final TreeMap<Span, Map<String, List<TimedValue>>> windows = new TreeMap<>();
    private final Map<Span, Map<String, List<String>>> said = new HashMap<>();
    private final List<String> firings = new ArrayList<>();
    private final List<Integer> dropped = new ArrayList<>();
    private BigInteger watermark;
    private long rows;
    private final Map<Span, Set<String>> changed = new HashMap<>();
    private final List<TimedValue> held = new ArrayList<>();
    private BigInteger orderWatermark;
    private Long clockRound;
    private long clockNs;
    private int gaps;

    /**
     * What decides.
     *
     * @param windows which hold a time
     * @param disorderNs the watermark is the latest event time minus this
     * @param latenessNs how long after its end a window takes events
     * @param isFinalOnly one result each, when it expires
     * @param isRetracting a result that replaces another comes behind it
     * @param earlyNs results of what has changed when the watermark passes a multiple; 0: none
     * @param isInOrder whether the windows stand behind a stage that puts events in order
     * @param earlyClockNs the same when the engine's clock does; 0: none
     */
    record Rules(
            Span.Assigner windows,
            long disorderNs,
            long latenessNs,
            boolean isFinalOnly,
            boolean isRetracting,
            long earlyNs,
            long earlyClockNs,
            boolean isInOrder) {}

    FiringOracle(Rules rules) {
        this.rules = rules;
    }

    List<String> firings() {
        return firings;
    }

    List<Integer> dropped() {
        return dropped;
    }

    int gaps() {
        return gaps;
    }

    int openWindows() {
        return windows.size();
    }

    /** Moves the engine's clock; rounds begin with its first reading. */
    void clock(long timeNs) {
        clockNs = timeNs;
        if (clockRound == null && rules.earlyClockNs() > 0) {
            clockRound = Math.floorDiv(timeNs, rules.earlyClockNs());
        }
    }

    void tick(int input) {
        fireEarly(watermark, input);
    }

    void event(TimedValue event) {
        BigInteger next =
                BigInteger.valueOf(event.timeNs())
                        .subtract(BigInteger.valueOf(rules.disorderNs()))
                        .max(Span.MIN)
                        .min(LAST_LIVE);
        if (!rules.isInOrder()) {
            take(event);
        } else if (isDue(event) && orderWatermark.longValueExact() != event.timeNs()) {
            dropped.add(event.input());
        } else {
            held.add(event);
            held.sort(
                    Comparator.comparingLong(TimedValue::timeNs).thenComparing(TimedValue::input));
        }
        moveOn(next, event.input());
    }

    /** Behind a stage of order, time comes to each event that it lets go before the event does. */
    private void moveOn(BigInteger next, int input) {
        orderWatermark = orderWatermark == null ? next : orderWatermark.max(next);
        while (!held.isEmpty() && isDue(held.get(0))) {
            BigInteger time = BigInteger.valueOf(held.get(0).timeNs());
            moveTo(time.min(LAST_LIVE), input);
            take(held.remove(0));
        }
        moveTo(next, input);
    }

    private boolean isDue(TimedValue event) {
        return orderWatermark != null && orderWatermark.longValueExact() >= event.timeNs();
    }

    private void take(TimedValue event) {
        List<Span> all = rules.windows().of(event.timeNs());
        List<Span> open = all.stream().filter(s -> !isReached(expiryOf(s))).sorted().toList();
        if (all.isEmpty()) {
            gaps++;
        } else if (open.isEmpty()) {
            dropped.add(event.input());
        }
        for (Span span : open) {
            windows.computeIfAbsent(span, s -> new LinkedHashMap<>())
                    .computeIfAbsent(event.keyText(), k -> new ArrayList<>())
                    .add(event);
            changed.computeIfAbsent(span, s -> new HashSet<>()).add(event.keyText());
        }
        if (!rules.isFinalOnly()) {
            for (Span span : open) {
                if (isReached(span.end())) {
                    fire('L', span, event.keyText(), event.input(), rows);
                }
            }
        }
        rows++;
    }

    void end(int input) {
        moveOn(Span.MAX, input);
    }

    private void moveTo(BigInteger next, int input) {
        // A watermark at the very beginning is none: no time lies before it.
        BigInteger before = watermark;
        boolean isMoved = !next.equals(Span.MIN) && (before == null || next.compareTo(before) > 0);
        if (isMoved) {
            watermark = next;
            for (Span span : List.copyOf(windows.keySet())) {
                BigInteger at = rules.isFinalOnly() ? expiryOf(span) : span.end();
                boolean wasReached = before != null && before.compareTo(Span.clamp(at)) >= 0;
                if (isReached(at) && !wasReached) {
                    keysInOrder(span).forEach(key -> fire('O', span, key, input, -1));
                }
            }
        }
        fireEarly(before, input);
        windows.keySet().removeIf(span -> isReached(expiryOf(span)));
    }

    private void fireEarly(BigInteger before, int input) {
        boolean isEnd = Span.MAX.equals(watermark);
        boolean isClockDue =
                clockRound != null && Math.floorDiv(clockNs, rules.earlyClockNs()) > clockRound;
        if (isEnd || (!isClockDue && !hasPassedMultiple(before))) {
            return;
        }
        if (isClockDue) {
            clockRound = Math.floorDiv(clockNs, rules.earlyClockNs());
        }
        for (Span span : windows.keySet()) {
            if (!isReached(span.end())) {
                for (String key : keysInOrder(span)) {
                    if (changed.getOrDefault(span, Set.of()).contains(key)) {
                        fire('E', span, key, input, -1);
                    }
                }
            }
        }
        changed.clear();
    }

    /** Whether the watermark has passed a multiple of the interval of early results. */
    private boolean hasPassedMultiple(BigInteger before) {
        if (rules.earlyNs() == 0 || before == null) {
            return false;
        }
        BigInteger interval = BigInteger.valueOf(rules.earlyNs());
        return !Span.floorDiv(watermark, interval).equals(Span.floorDiv(before, interval));
    }

    private List<String> keysInOrder(Span span) {
        return windows.get(span).entrySet().stream()
                .sorted(
                        Comparator.comparingInt(
                                        (Map.Entry<String, List<TimedValue>> e) ->
                                                e.getValue().get(0).group())
                                .thenComparing(e -> e.getValue().get(0).input()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void fire(char kind, Span span, String key, int input, long row) {
        String values = aggregate(windows.get(span).get(key));
        List<String> before =
                said.computeIfAbsent(span, s -> new HashMap<>())
                        .computeIfAbsent(key, k -> new ArrayList<>());
        int revision = rules.isRetracting() ? before.size() : 0;
        if (rules.isRetracting() && !before.isEmpty()) {
            firings.add(line(input, 'R', span, before.get(before.size() - 1), revision - 1, row));
        }
        firings.add(line(input, kind, span, values, revision, row));
        before.add(values);
    }

    private String line(int input, char kind, Span span, String values, int revision, long row) {
        return input
                + " "
                + kind
                + " "
                + span
                + " "
                + values
                + " revision="
                + revision
                + " row="
                + row;
    }

    private static String aggregate(List<TimedValue> events) {
        Comparator<TimedValue> order =
                Comparator.comparingLong(TimedValue::timeNs).thenComparing(TimedValue::input);
        BigInteger sum =
                events.stream()
                        .map(e -> BigInteger.valueOf(e.value()))
                        .reduce(BigInteger.ZERO, BigInteger::add);
        return TimedValue.shortKey(events.get(0).key())
                + " "
                + events.size()
                + " "
                + sum
                + " "
                + events.stream().mapToLong(TimedValue::value).min().getAsLong()
                + " "
                + events.stream().mapToLong(TimedValue::value).max().getAsLong()
                + " "
                + events.stream().min(order).get().value()
                + " "
                + events.stream().max(order).get().value();
    }

    private BigInteger expiryOf(Span span) {
        return span.end().add(BigInteger.valueOf(rules.latenessNs()));
    }

    private boolean isReached(BigInteger time) {
        return watermark != null && watermark.compareTo(Span.clamp(time)) >= 0;
    }
}
