package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.cli.oracle.SharedData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The built-in pipelines over real data with known results, through the command line. */
@EnabledIf(
        value = "io.penstock.cli.oracle.SharedData#isPresent",
        disabledReason = "the folder ../shared/data is not there")
final class RealDataTest {
    private static final String TRADES = "trades-xrpeth/trades.csv";
    private static final String SENSORS = "sensors-nab/readings.csv";
    private static final String CARDS = "cards-simulated/transactions.csv";
    private static final String WINDOW_HEADER =
            "window_start,window_end,count,sum,min,max,first,last";

    /** More than any source here is disordered by: series follow one another in one input. */
    private static final String WHOLE_INPUT = "disorder=3650d";

    @TempDir Path folder;

    private DataRuns runs;

    @Test
    void shouldMakeBarsOfTrades() {
        DataRuns.Result result = run("ohlc", SharedData.file(TRADES));

        String header =
                "symbol,window_start,window_end,open,high,low,close,volume,trades,notional,vwap";
        SharedData.assertSameRows(
                "trades-xrpeth/expected/ohlcv_bars.csv",
                header,
                result.output(header, row -> String.join(",", row)));
    }

    @Test
    void shouldCountAndSumTradesByTwoColumns() {
        DataRuns.Result result =
                run(
                        "aggregate",
                        SharedData.file(TRADES),
                        "time=ts",
                        "key=symbol,side",
                        "value=qty",
                        "window=tumbling:5m");

        SharedData.assertSameRows(
                "trades-xrpeth/expected/tumble_count_sum.csv",
                "symbol,side,window_start,window_end,trades,volume",
                result.output(
                        "symbol,side," + WINDOW_HEADER,
                        row -> DataRuns.pick(row, 0, 1, 2, 3, 4, 5)));
    }

    @Test
    void shouldAggregateTradesOverWindowsThatOverlapOrLeaveGaps() {
        for (String[] query :
                new String[][] {{"hop_overlapping", "15m"}, {"hop_with_gaps", "1m"}}) {
            String window = "window=hopping:" + query[1] + ":5m";
            List<String> volumes =
                    run(
                                    "aggregate",
                                    SharedData.file(TRADES),
                                    "time=ts",
                                    "key=symbol",
                                    "value=qty",
                                    window)
                            .output(
                                    "key," + WINDOW_HEADER,
                                    row -> DataRuns.pick(row, 0, 1, 2, 3, 4));
            List<String> prices =
                    run(
                                    "aggregate",
                                    SharedData.file(TRADES),
                                    "time=ts",
                                    "key=symbol",
                                    "value=price",
                                    window)
                            .output("key," + WINDOW_HEADER, row -> DataRuns.pick(row, 5, 6));
            List<String> joined = new ArrayList<>();
            for (int i = 0; i < volumes.size(); i++) {
                joined.add(volumes.get(i) + "," + prices.get(i));
            }
            assertEquals(volumes.size(), prices.size());
            SharedData.assertSameRows(
                    "trades-xrpeth/expected/" + query[0] + ".csv",
                    "symbol,window_start,window_end,trades,volume,min_price,max_price",
                    joined);
        }
    }

    @Test
    void shouldAggregateSensorsPerSeries() {
        String header = "key," + WINDOW_HEADER;
        SharedData.assertSameRows(
                "sensors-nab/expected/tumble_per_series.csv",
                "series,window_start,window_end,count,min_value,max_value,total",
                sensors("tumbling:1h")
                        .output(header, row -> DataRuns.pick(row, 0, 1, 2, 3, 5, 6, 4)));
        SharedData.assertSameRows(
                "sensors-nab/expected/hop_with_gaps.csv",
                "series,window_start,window_end,count,min_value,max_value",
                sensors("hopping:10m:1h")
                        .output(header, row -> DataRuns.pick(row, 0, 1, 2, 3, 5, 6)));
    }

    private DataRuns.Result sensors(String window) {
        return run(
                "aggregate",
                SharedData.file(SENSORS),
                "time=ts",
                "key=series",
                "value=value",
                "window=" + window,
                WHOLE_INPUT);
    }

    @Test
    void shouldFindSuspectCardTransactions() {
        DataRuns.Result result = run("card-velocity", SharedData.file(CARDS));

        String header = "rule,seq,customer,ts,value";
        List<String> rows = result.output(header, row -> String.join(",", row));
        SharedData.assertSameRows(
                "cards-simulated/expected/velocity_customer.csv",
                "seq,customer,ts,n",
                ofRule(rows, "velocity"));
        SharedData.assertSameRows(
                "cards-simulated/expected/spend_customer.csv",
                "seq,customer,ts,total",
                ofRule(rows, "spend"));
        List<String> expected = new ArrayList<>();
        for (String[] row :
                SharedData.rows(
                        "cards-simulated/expected/amount_vs_average.csv",
                        "seq,customer,ts,amount,sum")) {
            expected.add(DataRuns.pick(row, 0, 1, 2, 3));
        }
        assertEquals(
                String.join("\n", expected.stream().sorted().toList()),
                String.join("\n", ofRule(rows, "history").stream().sorted().toList()));
    }

    private static List<String> ofRule(List<String> rows, String rule) {
        return rows.stream()
                .filter(row -> row.startsWith(rule + ","))
                .map(row -> row.substring(rule.length() + 1))
                .toList();
    }

    private DataRuns.Result run(String pipeline, Path input, String... parameters) {
        return runs().run(pipeline, input, parameters);
    }

    private DataRuns runs() {
        if (runs == null) {
            runs = new DataRuns(folder);
        }
        return runs;
    }
}
