package io.penstock.cli.oracle;

import io.penstock.engine.state.KeyGroups;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Windowed aggregates on plain collections: every event goes into a list for each of its windows,
 * and in the end each list is looked through. Slow, and meant to be obviously right.
 *
 * <p>Times and lengths are whole numbers of one unit, whichever. Firings are sorted once, at the
 * end: no event is accepted into a window that has fired, so what fires later has a later end.
 */
public final class WindowOracle {
    /**
     * An event as it arrived.
     *
     * @param line where it stands in its source
     * @param value null where only events are counted
     */
    public record Event(long line, long ts, List<String> key, BigDecimal value) {}

    /** A window of a key with its events in the order of their arrival. */
    public record Window(List<String> key, long start, long end, List<Event> events) {
        /** How many events. */
        public int count() {
            return events.size();
        }

        /** Sum of the values. */
        public BigDecimal sum() {
            return events.stream().map(Event::value).reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        /** Smallest value. */
        public BigDecimal min() {
            return events.stream().map(Event::value).min(Comparator.naturalOrder()).orElseThrow();
        }

        /** Largest value. */
        public BigDecimal max() {
            return events.stream().map(Event::value).max(Comparator.naturalOrder()).orElseThrow();
        }

        /** First event by time, then arrival. */
        public Event first() {
            return inTimeOrder().get(0);
        }

        /** Last event by time, then arrival. */
        public Event last() {
            return inTimeOrder().get(events.size() - 1);
        }

        private List<Event> inTimeOrder() {
            List<Event> sorted = new ArrayList<>(events);
            sorted.sort(Comparator.comparingLong(Event::ts)); // stable: ties stay as they arrived
            return sorted;
        }
    }

    /**
     * What came of the events.
     *
     * @param windows in firing order
     * @param late too late for every window they belong to, in the order of their arrival
     * @param inGap events of no window
     */
    public record Result(List<Window> windows, List<Event> late, long inGap) {}

    private record WindowKey(List<String> key, long start) {}

    private WindowOracle() {}

    /**
     * The windows of events in the order of their arrival.
     *
     * @param keyGroup the fixed group of a key, which orders firings
     */
    public static Result evaluate(
            List<Event> arrivals,
            long size,
            long every,
            long disorder,
            ToIntFunction<List<String>> keyGroup) {
        Map<WindowKey, List<Event>> accepted = new HashMap<>();
        IdentityHashMap<Event, Integer> arrival = new IdentityHashMap<>();
        List<Event> late = new ArrayList<>();
        long inGap = 0;
        BigInteger watermark = null; // minus infinity
        for (Event event : arrivals) {
            arrival.put(event, arrival.size());
            List<Long> starts = starts(event.ts(), size, every);
            boolean isAccepted = false;
            for (long start : starts) {
                BigInteger end = BigInteger.valueOf(start).add(BigInteger.valueOf(size));
                if (watermark == null || watermark.compareTo(end) < 0) {
                    accepted.computeIfAbsent(
                                    new WindowKey(event.key(), start), key -> new ArrayList<>())
                            .add(event);
                    isAccepted = true;
                }
            }
            if (starts.isEmpty()) {
                inGap++;
            } else if (!isAccepted) {
                late.add(event);
            }
            BigInteger reached =
                    BigInteger.valueOf(event.ts()).subtract(BigInteger.valueOf(disorder));
            watermark = watermark == null ? reached : watermark.max(reached);
        }
        List<Window> windows = new ArrayList<>();
        accepted.forEach(
                (window, events) ->
                        windows.add(
                                new Window(
                                        window.key(),
                                        window.start(),
                                        Math.addExact(window.start(), size),
                                        events)));
        windows.sort(
                Comparator.comparingLong(Window::end)
                        .thenComparingLong(Window::start)
                        .thenComparingInt(window -> keyGroup.applyAsInt(window.key()))
                        .thenComparingInt(window -> arrival.get(window.events().get(0))));
        return new Result(windows, late, inGap);
    }

    /** The fixed group of a key: of its UTF-8, or of each part of it after a 16-bit length. */
    public static int keyGroup(List<String> key) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String part : key) {
            byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
            if (key.size() > 1) {
                bytes.write(utf8.length);
                bytes.write(utf8.length >>> 8);
            }
            bytes.writeBytes(utf8);
        }
        UnsafeBuffer buffer = new UnsafeBuffer(bytes.toByteArray());
        return KeyGroups.group(KeyGroups.hash(buffer, 0, buffer.capacity()));
    }

    /** Starts of the windows {@code [k * every, k * every + size)} that hold a time, ascending. */
    static List<Long> starts(long ts, long size, long every) {
        List<Long> starts = new ArrayList<>();
        long start = Math.multiplyExact(Math.floorDiv(ts, every), every);
        while (Math.addExact(start, size) > ts) {
            starts.add(0, start);
            start = Math.subtractExact(start, every);
        }
        return starts;
    }
}
