package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.oracle.SharedData;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every query of the late data sets through the command line: all firings, the last results, and
 * what was dropped.
 */
@EnabledIf(
        value = "io.penstock.cli.oracle.SharedData#isPresent",
        disabledReason = "the folder ../shared/data is not there")
final class LateDataTest {
    private static final String DURATION = "([0-9]+(?:ms|s|m|h))";

    /** Such as hop10s2s_B4s_L0: windows, disorder, allowed lateness. */
    private static final Pattern QUERY =
            Pattern.compile(
                    "(tumble|hop|hopgap|session)"
                            + DURATION
                            + DURATION
                            + "?_B"
                            + DURATION
                            + "_L(0|"
                            + DURATION
                            + ")");

    @TempDir Path folder;

    @Test
    void shouldTreatLateTradesAsDefined() {
        List<String> events = new ArrayList<>();
        for (String[] row :
                SharedData.rows(
                        "trades-xrpeth/trades.csv", "seq,ts,symbol,trade_id,side,price,qty")) {
            events.add(row[0] + "," + row[1] + "," + row[4] + "," + row[6]);
        }
        check("late-trades-xrpeth", arrivals("late-trades-xrpeth", events), 6);
    }

    @Test
    void shouldTreatLateBidsAsDefined() {
        List<String> bids = new ArrayList<>();
        long line = 0;
        for (String[] row : SharedData.lines("nexmark-100k/events.csv")) {
            if (row[0].equals("B")) {
                bids.add(line + "," + row[6] + "," + row[1] + "," + row[3]);
            }
            line++;
        }
        check("late-nexmark-100k", arrivals("late-nexmark-100k", bids), 8);
    }

    @Test
    void shouldTreatLateRequestsAsDefined() {
        List<String> requests = new ArrayList<>();
        for (String[] row :
                SharedData.rows(
                        "weblog-semicomplete/requests.csv",
                        "seq,ts,client,method,path,status,bytes")) {
            int last = row.length - 1; // a path may hold commas
            requests.add(row[0] + "," + row[1] + "," + row[last - 1] + "," + row[last]);
        }
        check("late-weblog-semicomplete", requests, 5);
    }

    private static List<String> arrivals(String set, List<String> events) {
        Map<String, String> bySeq = new HashMap<>();
        events.forEach(event -> bySeq.put(event.substring(0, event.indexOf(',')), event));
        List<String> arrivals = new ArrayList<>();
        for (String[] row : SharedData.rows(set + "/arrival.csv", "seq")) {
            arrivals.add(bySeq.get(row[0]));
        }
        return arrivals;
    }

    private void check(String set, List<String> arrivals, int queries) {
        Path input = write(arrivals);
        DataRuns runs = new DataRuns(folder);
        int checked = 0;
        for (String[] entry :
                SharedData.rows(set + "/expected/MANIFEST.csv", "query,rows,digest,file,bytes")) {
            if (entry[0].endsWith(".firings")) {
                check(runs, set, entry[0].replace(".firings", ""), input, arrivals);
                checked++;
            }
        }
        assertEquals(queries, checked);
    }

    private static void check(
            DataRuns runs, String set, String query, Path input, List<String> arrivals) {
        String expected = set + "/expected/" + query;
        DataRuns.Result finals = runs.run("aggregate", input, parameters(query, "emit=final"));
        SharedData.assertSameRows(
                expected + ".final.csv",
                "key,window_start,window_end,count,sum",
                finals.output(
                        "key,window_start,window_end,count,sum,min,max,first,last",
                        row -> DataRuns.pick(row, 0, 1, 2, 3, 4)));
        SharedData.assertSameRows(
                expected + ".dropped.csv", "seq", dropped(finals.late(), arrivals));

        DataRuns.Result firings = runs.run("aggregate", input, parameters(query, "emit=firings"));
        String header = "kind,key,window_start,window_end,count,sum,trigger_seq";
        SharedData.assertSameRows(
                expected + ".firings.csv",
                header,
                firings.output(header, row -> withSeq(row, arrivals)));
        SharedData.assertSameRows(
                expected + ".dropped.csv", "seq", dropped(firings.late(), arrivals));
    }

    private static String[] parameters(String query, String emit) {
        Matcher parts = QUERY.matcher(query);
        assertTrue(parts.matches(), query);
        String second = parts.group(3) == null ? "" : ":" + parts.group(3);
        String window =
                switch (parts.group(1)) {
                    case "tumble" -> "tumbling:" + parts.group(2);
                    case "session" -> "session:" + parts.group(2);
                    default -> "hopping:" + parts.group(2) + second;
                };
        String lateness = parts.group(5).equals("0") ? "0s" : parts.group(5);
        return new String[] {
            "time=ts",
            "key=k",
            "value=v",
            "window=" + window,
            "disorder=" + parts.group(4),
            "lateness=" + lateness,
            "late=update",
            emit
        };
    }

    /** The row that set a result off counts from 0 in the input; the data sets name its seq. */
    private static String withSeq(String[] row, List<String> arrivals) {
        String seq = row[6].isEmpty() ? "" : seq(arrivals.get(Integer.parseInt(row[6])));
        return DataRuns.pick(row, 0, 1, 2, 3, 4, 5) + "," + seq;
    }

    private static List<String> dropped(Path late, List<String> arrivals) {
        List<String> dropped = new ArrayList<>();
        for (String[] row : DataRuns.rows(late, "line,time,key,value")) {
            // The line of a row counts from 1 and the header is the first.
            String event = arrivals.get(Integer.parseInt(row[0]) - 2);
            assertEquals(event.substring(event.indexOf(',') + 1), DataRuns.pick(row, 1, 2, 3));
            dropped.add(seq(event));
        }
        return dropped;
    }

    private static String seq(String event) {
        return event.substring(0, event.indexOf(','));
    }

    private Path write(List<String> events) {
        Path input = folder.resolve("arrivals.csv");
        try (BufferedWriter writer = Files.newBufferedWriter(input)) {
            writer.write("seq,ts,k,v\n");
            for (String event : events) {
                writer.write(event);
                writer.write('\n');
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return input;
    }
}
