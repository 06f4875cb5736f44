package io.penstock.cli.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.cli.oracle.WindowOracle.Event;
import io.penstock.cli.oracle.WindowOracle.Result;
import io.penstock.cli.oracle.WindowOracle.Window;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

final class WindowOracleTest {
    private static final String PRESENT = "io.penstock.cli.oracle.SharedData#isPresent";
    private static final String TRADES_HEADER = "seq,ts,symbol,trade_id,side,price,qty";

    @Test
    void shouldFireByEndThenGroupThenFirstAcceptedEvent() {
        List<Event> events =
                List.of(
                        event(12, "b", 1),
                        event(1, "a", 2),
                        event(2, "b", 3),
                        event(3, "c", 4),
                        event(4, "a", 5));

        // c has the lowest group; a and b share one, and a's first event arrived before b's.
        Result result =
                WindowOracle.evaluate(events, 10, 10, 20, key -> key.get(0).equals("c") ? 0 : 7);

        assertEquals(
                List.of("c 0 4", "a 0 7", "b 0 3", "b 10 1"),
                result.windows().stream()
                        .map(w -> w.key().get(0) + " " + w.start() + " " + w.sum())
                        .toList());
    }

    @Test
    void shouldAcceptUntilWatermarkReachesEnd() {
        // Watermarks before each event: none, 6, 9, 10.
        List<Event> events =
                List.of(event(9, "k", 1), event(12, "k", 1), event(13, "k", 1), event(9, "k", 1));

        assertEquals(List.of(), WindowOracle.evaluate(events, 10, 10, 4, k -> 0).late());
        assertEquals(
                List.of(events.get(3)), WindowOracle.evaluate(events, 10, 10, 3, k -> 0).late());
    }

    @Test
    void shouldCountEventsInGapsAndNotCallThemLate() {
        List<Event> events = List.of(event(100, "k", 1), event(7, "k", 1), event(2, "k", 1));

        Result result = WindowOracle.evaluate(events, 5, 10, 0, k -> 0);

        assertEquals(1, result.inGap());
        assertEquals(List.of(events.get(2)), result.late());
        assertEquals(1, result.windows().size());
    }

    @Test
    void shouldFindAllWindowsOfNegativeAndOverlappingTimes() {
        assertEquals(List.of(-10L), WindowOracle.starts(-1, 10, 10));
        assertEquals(List.of(-10L), WindowOracle.starts(-10, 10, 10));
        assertEquals(List.of(-4L, -2L, 0L), WindowOracle.starts(1, 6, 2));
        assertEquals(List.of(), WindowOracle.starts(-1, 5, 10));
    }

    @Test
    void shouldTakeFirstAndLastByTimeThenArrival() {
        List<Event> events =
                List.of(event(5, "k", 1), event(3, "k", 2), event(5, "k", 3), event(3, "k", 4));

        Window window = WindowOracle.evaluate(events, 10, 10, 9, k -> 0).windows().get(0);

        assertEquals(new BigDecimal(2), window.first().value());
        assertEquals(new BigDecimal(3), window.last().value());
    }

    /** Results are ordered by these groups: they must never change. */
    @Test
    void shouldGiveKeysTheirGroupsForEver() {
        assertEquals(25, WindowOracle.keyGroup(List.of("")));
        assertEquals(37, WindowOracle.keyGroup(List.of("XRPETH")));
        assertEquals(65, WindowOracle.keyGroup(List.of("XRPETH", "buy")));
    }

    @Test
    @EnabledIf(PRESENT)
    void shouldAgreeWithTradeBars() {
        List<String> actual = new ArrayList<>();
        Map<Long, BigInteger> notional = new HashMap<>();
        for (String[] row : SharedData.rows("trades-xrpeth/trades.csv", TRADES_HEADER)) {
            long start = Long.parseLong(row[1]) / 60_000 * 60_000;
            notional.merge(
                    start,
                    new BigInteger(row[5]).multiply(new BigInteger(row[6])),
                    BigInteger::add);
        }
        List<Window> prices = trades(row -> List.of(row[2]), 5, 60_000, 60_000).windows();
        List<Window> volumes = trades(row -> List.of(row[2]), 6, 60_000, 60_000).windows();
        for (int i = 0; i < prices.size(); i++) {
            Window price = prices.get(i);
            BigInteger volume = volumes.get(i).sum().toBigIntegerExact();
            actual.add(
                    bounds(price)
                            + ","
                            + price.first().value()
                            + ","
                            + price.max()
                            + ","
                            + price.min()
                            + ","
                            + price.last().value()
                            + ","
                            + volume
                            + ","
                            + price.count()
                            + ","
                            + notional.get(price.start())
                            + ","
                            + notional.get(price.start()).divide(volume));
        }
        SharedData.assertSameRows(
                "trades-xrpeth/expected/ohlcv_bars.csv",
                "symbol,window_start,window_end,open,high,low,close,volume,trades,notional,vwap",
                actual);
    }

    @Test
    @EnabledIf(PRESENT)
    void shouldAgreeWithTumblingCountsOfTrades() {
        List<String> actual = new ArrayList<>();
        for (Window w : trades(row -> List.of(row[2], row[4]), 6, 300_000, 300_000).windows()) {
            actual.add(bounds(w) + "," + w.count() + "," + w.sum());
        }
        SharedData.assertSameRows(
                "trades-xrpeth/expected/tumble_count_sum.csv",
                "symbol,side,window_start,window_end,trades,volume",
                actual);
    }

    @Test
    @EnabledIf(PRESENT)
    void shouldAgreeWithOverlappingWindowsAndGapsOfTrades() {
        for (String query : List.of("hop_overlapping", "hop_with_gaps")) {
            long size = query.equals("hop_overlapping") ? 900_000 : 60_000;
            List<Window> volumes = trades(row -> List.of(row[2]), 6, size, 300_000).windows();
            List<Window> prices = trades(row -> List.of(row[2]), 5, size, 300_000).windows();
            List<String> actual = new ArrayList<>();
            for (int i = 0; i < volumes.size(); i++) {
                Window volume = volumes.get(i);
                Window price = prices.get(i);
                actual.add(
                        bounds(volume)
                                + ","
                                + volume.count()
                                + ","
                                + volume.sum()
                                + ","
                                + price.min()
                                + ","
                                + price.max());
            }
            SharedData.assertSameRows(
                    "trades-xrpeth/expected/" + query + ".csv",
                    "symbol,window_start,window_end,trades,volume,min_price,max_price",
                    actual);
        }
    }

    @Test
    @EnabledIf(PRESENT)
    void shouldAgreeWithSensorWindows() {
        List<Event> readings = new ArrayList<>();
        for (String[] row : SharedData.rows("sensors-nab/readings.csv", "seq,ts,series,value")) {
            readings.add(event(row, 1, List.of(row[2]), row[3]));
        }
        // The clock of one series jumps back by 55 minutes, and series follow one another.
        long disorder = 10L * 365 * 86_400_000;
        List<String> hourly = new ArrayList<>();
        for (Window w :
                WindowOracle.evaluate(readings, 3_600_000, 3_600_000, disorder, k -> 0).windows()) {
            hourly.add(bounds(w) + "," + w.count() + "," + w.min() + "," + w.max() + "," + w.sum());
        }
        SharedData.assertSameRows(
                "sensors-nab/expected/tumble_per_series.csv",
                "series,window_start,window_end,count,min_value,max_value,total",
                hourly);
        List<String> gapped = new ArrayList<>();
        for (Window w :
                WindowOracle.evaluate(readings, 600_000, 3_600_000, disorder, k -> 0).windows()) {
            gapped.add(bounds(w) + "," + w.count() + "," + w.min() + "," + w.max());
        }
        SharedData.assertSameRows(
                "sensors-nab/expected/hop_with_gaps.csv",
                "series,window_start,window_end,count,min_value,max_value",
                gapped);
    }

    @Test
    @EnabledIf(PRESENT)
    void shouldAgreeWithLateData() {
        List<Event> trades = new ArrayList<>();
        for (String[] row : SharedData.rows("trades-xrpeth/trades.csv", TRADES_HEADER)) {
            trades.add(event(row, 1, List.of(row[4]), row[6]));
        }
        late("late-trades-xrpeth", "tumble5m_B1m_L0", trades, 300_000, 300_000, 60_000);

        List<Event> bids = bids();
        late("late-nexmark-100k", "tumble10s_B2s_L0", bids, 10_000, 10_000, 2_000);
        late("late-nexmark-100k", "hop10s2s_B4s_L0", bids, 10_000, 2_000, 4_000);
        late("late-nexmark-100k", "tumble10s_B20s_L0", bids, 10_000, 10_000, 20_000);

        List<Event> requests = new ArrayList<>();
        for (String[] row :
                SharedData.rows(
                        "weblog-semicomplete/requests.csv",
                        "seq,ts,client,method,path,status,bytes")) {
            int last = row.length - 1; // a path may hold commas
            requests.add(event(row, 1, List.of(row[last - 1]), row[last]));
        }
        late("late-weblog-semicomplete", "tumble10s_B5s_L0", requests, 10_000, 10_000, 5_000);
        late("late-weblog-semicomplete", "tumble10s_B60s_L0", requests, 10_000, 10_000, 60_000);
    }

    private static void late(
            String set, String query, List<Event> events, long size, long every, long disorder) {
        List<Event> arrivals = new ArrayList<>(events);
        if (set.contains("weblog")) {
            arrivals = events;
        } else {
            Map<Long, Event> bySeq = new HashMap<>();
            events.forEach(event -> bySeq.put(event.line(), event));
            arrivals.clear();
            for (String[] row : SharedData.rows(set + "/arrival.csv", "seq")) {
                arrivals.add(bySeq.get(Long.parseLong(row[0])));
            }
        }
        Result result = WindowOracle.evaluate(arrivals, size, every, disorder, k -> 0);
        List<String> last = new ArrayList<>();
        for (Window w : result.windows()) {
            last.add(bounds(w) + "," + w.count() + "," + w.sum());
        }
        SharedData.assertSameRows(
                set + "/expected/" + query + ".final.csv",
                "key,window_start,window_end,count,sum",
                last);
        SharedData.assertSameRows(
                set + "/expected/" + query + ".dropped.csv",
                "seq",
                result.late().stream().map(event -> Long.toString(event.line())).toList());
    }

    /**
     * Bids are lines {@code B,auction,bidder,price,channel,url,time,extra} of a file without
     * header.
     */
    private static List<Event> bids() {
        List<Event> bids = new ArrayList<>();
        long line = 0;
        for (String[] row : SharedData.lines("nexmark-100k/events.csv")) {
            if (row[0].equals("B")) {
                bids.add(
                        new Event(
                                line,
                                Long.parseLong(row[6]),
                                List.of(row[1]),
                                new BigDecimal(row[3])));
            }
            line++;
        }
        return bids;
    }

    private static Result trades(
            Function<String[], List<String>> key, int valueColumn, long size, long every) {
        List<Event> events = new ArrayList<>();
        for (String[] row : SharedData.rows("trades-xrpeth/trades.csv", TRADES_HEADER)) {
            events.add(event(row, 1, key.apply(row), row[valueColumn]));
        }
        return WindowOracle.evaluate(events, size, every, 0, k -> 0);
    }

    private static String bounds(Window window) {
        return String.join(",", window.key()) + "," + window.start() + "," + window.end();
    }

    private static Event event(String[] row, int timeColumn, List<String> key, String value) {
        return new Event(
                Long.parseLong(row[0]),
                Long.parseLong(row[timeColumn]),
                key,
                new BigDecimal(value));
    }

    private static Event event(long ts, String key, long value) {
        return new Event(value * 1_000 + ts, ts, List.of(key), BigDecimal.valueOf(value));
    }
}
