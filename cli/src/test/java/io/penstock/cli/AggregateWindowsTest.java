package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.oracle.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of window and result that {@code aggregate} has, over rows that are worked out. */
final class AggregateWindowsTest {
    private static final String ROWS =
            """
            t,k,v,w
            1000,a,1,10
            2000,b,2,20
            3000,a,3,30
            12000,a,4,40
            5000,a,5,50
            25000,b,6,60
            11000,b,7,70
            40000,a,8,80
            """;

    @TempDir Path folder;

    private int runs;

    @Test
    void shouldWriteAllFiringsWithRetractionsAndLineage() {
        assertEquals(
                """
                kind,key,window_start,window_end,count,sum,trigger_seq,revision,watermark,first_sequence,last_sequence
                O,b,0,10000,1,2,,0,12000,1,1
                O,a,0,10000,2,4,,0,12000,0,2
                R,a,0,10000,2,4,4,0,12000,0,2
                L,a,0,10000,3,9,4,1,12000,0,4
                O,a,10000,20000,1,4,,0,25000,3,3
                L,b,10000,20000,1,7,6,0,25000,6,6
                O,b,20000,30000,1,6,,0,40000,5,5
                O,a,40000,50000,1,8,,0,,7,7
                """,
                run(
                        ROWS,
                        "key=k",
                        "value=v",
                        "window=tumbling:10s",
                        "lateness=20s",
                        "late=update",
                        "emit=firings",
                        "retract=yes",
                        "lineage=yes"));
    }

    @Test
    void shouldWriteTheLastResultOfEachWindowOnly() {
        assertEquals(
                """
                key,window_start,window_end,count,sum,min,max,first,last
                b,0,10000,1,2,2,2,2,2
                a,0,10000,3,9,1,5,1,5
                b,10000,20000,1,7,7,7,7,7
                a,10000,20000,1,4,4,4,4,4
                b,20000,30000,1,6,6,6,6,6
                a,40000,50000,1,8,8,8,8,8
                """,
                run(
                        ROWS,
                        "key=k",
                        "value=v",
                        "window=tumbling:10s",
                        "lateness=20s",
                        "late=update"));
    }

    @Test
    void shouldCumulateSeveralValues() {
        assertEquals(
                """
                window_start,window_end,count,sum_v,min_v,max_v,first_v,last_v,sum_w,min_w,max_w,first_w,last_w
                0,10000,3,6,1,3,1,3,60,10,30,10,30
                0,20000,5,15,1,5,1,4,150,10,50,10,40
                20000,30000,1,6,6,6,6,6,60,60,60,60,60
                20000,40000,1,6,6,6,6,6,60,60,60,60,60
                40000,50000,1,8,8,8,8,8,80,80,80,80,80
                40000,60000,1,8,8,8,8,8,80,80,80,80,80
                """,
                run(ROWS, "value=v,w", "window=cumulative:20s:10s"));
    }

    @Test
    void shouldCutTheDaysOfAZoneWithItsDaylightSaving() {
        // Berlin: 31 March 2024 has 23 hours, 27 October 2024 has 25.
        String rows =
                """
                t,v
                2024-03-30T22:59:59Z,1
                2024-03-30T23:00:00Z,2
                2024-03-31T21:59:59Z,3
                2024-03-31T22:00:00Z,4
                2024-10-26T22:00:00Z,5
                2024-10-27T22:59:59Z,6
                2024-10-27T23:00:00Z,7
                """;
        assertEquals(
                """
                window_start,window_end,count,sum,min,max,first,last
                2024-03-29T23:00:00Z,2024-03-30T23:00:00Z,1,1,1,1,1,1
                2024-03-30T23:00:00Z,2024-03-31T22:00:00Z,2,5,2,3,2,3
                2024-03-31T22:00:00Z,2024-04-01T22:00:00Z,1,4,4,4,4,4
                2024-10-26T22:00:00Z,2024-10-27T23:00:00Z,2,11,5,6,5,6
                2024-10-27T23:00:00Z,2024-10-28T23:00:00Z,1,7,7,7,7,7
                """,
                run(rows, "value=v", "window=tumbling:1d@Europe/Berlin", "time-unit=iso"));
    }

    @Test
    void shouldStartWindowsLaterByAnOffset() {
        assertEquals(
                """
                window_start,window_end,count,sum,min,max,first,last
                -5000,5000,3,6,1,3,1,3
                5000,15000,2,9,4,5,5,4
                25000,35000,1,6,6,6,6,6
                35000,45000,1,8,8,8,8,8
                """,
                run(ROWS, "value=v", "window=tumbling:10s", "offset=5s"));
    }

    @Test
    void shouldFindSessionsAndCountEvents() {
        assertEquals(
                """
                kind,key,window_start,window_end,count,sum,trigger_seq
                O,b,2000,5000,1,2,
                O,a,1000,6000,2,4,
                O,a,12000,15000,1,4,
                O,b,25000,28000,1,6,
                O,a,40000,43000,1,8,
                """,
                run(ROWS, "key=k", "value=v", "window=session:3s", "emit=firings"));
        assertEquals(
                """
                key,window_start,window_end,count,sum,min,max,first,last
                a,1000,12000,3,8,1,4,1,4
                b,2000,25000,3,15,2,7,2,6
                a,5000,40000,2,13,5,8,5,8
                """,
                run(ROWS, "key=k", "value=v", "window=count:3"));
    }

    @Test
    void shouldTellEarlyHowAWindowWithoutEndGoes() {
        assertEquals(
                """
                kind,window_start,window_end,count,sum,trigger_seq
                E,,,4,10,
                E,,,6,21,
                E,,,8,36,
                O,,,8,36,
                """,
                run(ROWS, "value=v", "window=global", "trigger=early:10s", "emit=firings"));
    }

    @Test
    void shouldCountDistinctValuesAndRankThem() {
        assertEquals(
                """
                window_start,window_end,count,sum,min,max,first,last,distinct
                0,100000,8,36,1,8,1,8,2
                """,
                run(ROWS, "value=v", "window=tumbling:100s", "distinct=k", "disorder=100s"));
        assertEquals(
                """
                window_start,window_end,rank,top,sum
                0,100000,1,a,21
                0,100000,2,b,15
                """,
                run(ROWS, "value=v", "window=tumbling:100s", "top=5:k", "disorder=100s"));
        assertEquals(
                """
                window_start,window_end,rank,top,count
                0,100000,1,1,1
                0,100000,2,2,1
                """,
                run(ROWS, "window=tumbling:100s", "top=2:v", "disorder=100s"));
    }

    @Test
    void shouldTakeAnEmptyFieldForNoValue() {
        String rows = "t,k,v\n0,a,x\n1,a,\n2,a,y\n3,b,\n";
        assertEquals(
                """
                key,window_start,window_end,count,sum,min,max,first,last,distinct
                b,0,10000,1,,,,,,0
                a,0,10000,3,,,,,,2
                """,
                run(rows, "key=k", "window=tumbling:10s", "distinct=v"));
        assertEquals(
                """
                window_start,window_end,rank,top,count
                0,10000,1,x,1
                0,10000,2,y,1
                """,
                run(rows, "window=tumbling:10s", "top=5:v"));
    }

    @Test
    void shouldRankEqualsByBytesOrByNumber() {
        String rows = "t,p\n0,22749\n1,9\n2,15056BL\n3,10\n";
        String header = "window_start,window_end,rank,top,count\n";
        assertEquals(
                header
                        + """
                        0,10000,1,10,1
                        0,10000,2,15056BL,1
                        0,10000,3,22749,1
                        0,10000,4,9,1
                        """,
                run(rows, "window=tumbling:10s", "top=4:p"));
        assertEquals(
                header
                        + """
                        0,10000,1,9,1
                        0,10000,2,10,1
                        0,10000,3,22749,1
                        0,10000,4,15056BL,1
                        """,
                run(rows, "window=tumbling:10s", "top=4:p:number"));
    }

    @Test
    void shouldNameNoTriggerOfAResultOnTime() {
        String rows = "t,v\n1,1\n2,2\n3,3\n";
        assertEquals(
                """
                kind,window_start,window_end,count,sum,trigger_seq
                O,1,2,2,3,
                O,3,3,1,3,
                """,
                run(rows, "value=v", "window=count:2", "emit=firings"));
    }

    @Test
    void shouldRefuseToWriteOverFilesThatAreNotItsOwn() throws IOException {
        Path directory = Files.createDirectories(folder.resolve("mine"));
        Files.writeString(directory.resolve("output.csv"), "precious\n");
        command(directory, write(ROWS), List.of(), "window=tumbling:1s")
                .expect(2)
                .says("is no directory of an engine");
        assertEquals("precious\n", Files.readString(directory.resolve("output.csv")));
        for (String output : List.of("-", "/dev/null", folder.resolve("no/x.csv").toString())) {
            command(
                            folder.resolve("none"),
                            write(ROWS),
                            List.of("--output", output),
                            "window=tumbling:1s")
                    .expect(2)
                    .says(output);
        }
    }

    @Test
    void shouldShowWhatWasBeforeARowThatCannotBeAdded() {
        Path directory = folder.resolve("overflow");
        String rows = "t,v\n1,0.000000000000000001\n" + "2,999999999999999999\n".repeat(200);
        command(directory, write(rows), List.of(), "value=v", "window=global")
                .expect(1)
                .says("a sum needs more than 128 bits");
        CommandRun.of("why", directory.toString()).expect(1).says("what was before it: --at");
    }

    @Test
    void shouldSayWhatIsNewInAPlan() {
        Path directory = folder.resolve("plan");
        command(directory, write(ROWS), List.of(), "window=tumbling:10s").expect(0);
        command(directory, write(ROWS), List.of(), "window=tumbling:10s", "key=k")
                .expect(4)
                .says("it has not 'parameter key=k'");
        command(directory, write(ROWS), List.of(), "window=tumbling:20s")
                .expect(4)
                .says("it has 'parameter window=tumbling:10s', now given")
                .says("'parameter window=tumbling:20s'");
    }

    @Test
    void shouldWriteLateEventsToTheDirectoryAndAccountForAll() throws IOException {
        Path directory = folder.resolve("side");
        CommandRun result =
                command(
                                directory,
                                write(ROWS),
                                List.of("--counts"),
                                "key=k",
                                "value=v",
                                "window=hopping:2s:5s",
                                "late=side")
                        .expect(0);

        assertTrue(result.out().contains("events: read 8 = rejected 0 + taken 8"), result.out());
        assertTrue(
                result.out().contains("windows: in 8 = aggregated 3 + late 2 + gap 3"),
                result.out());
        assertEquals(
                """
                line,time,key,value
                6,5000,a,5
                8,11000,b,7
                """,
                Files.readString(directory.resolve("late.csv")));
    }

    @Test
    void shouldWriteTheSameOnAnyNumberOfShards() throws IOException {
        String one = null;
        for (String shards : List.of("1", "2", "4", "8")) {
            Path directory = folder.resolve("shards" + shards);
            command(
                            directory,
                            write(ROWS),
                            List.of("--shards", shards),
                            "key=k",
                            "value=v",
                            "window=hopping:20s:10s",
                            "lateness=20s",
                            "late=update",
                            "emit=firings")
                    .expect(0);
            String output = Files.readString(directory.resolve("output.csv"));
            one = one == null ? output : one;
            assertEquals(one, output, shards);
        }
        for (String shards : List.of("0", "9", "two")) {
            command(
                            folder.resolve("none"),
                            write(ROWS),
                            List.of("--shards", shards),
                            "window=tumbling:1s")
                    .expect(2)
                    .says("option --shards must be an integer in 1..8");
        }
    }

    @Test
    void shouldRefuseWhatDoesNotGoTogether() {
        refused("parameter 'trigger' gives early results", "trigger=early:10s");
        refused("parameter 'retract' retracts earlier results", "retract=yes");
        refused("parameters 'top' and 'distinct' do not go together", "top=3:k", "distinct=k");
        refused("parameter 'top' must be N:COL", "top=0:k");
        refused("parameter 'lateness' must be a whole number", "lateness=2");
        refused("parameter 'late' must be one of drop, update, side", "late=keep");
        refused("parameter 'offset' needs windows that are aligned", "offset=5s", "window=count:3");
        refused("1d is none of 7h", "window=cumulative:1d:7h");
        refused(
                "has a zone, and then lengths must be whole days",
                "window=tumbling:1h@Europe/Berlin");
        refused("parameter 'lateness' is of windows in time", "window=count:3", "lateness=5s");
        refused("gives each event 3600000 windows", "window=hopping:1000h:1s");
        refused("'key' names window_start", "key=window_start,k");
        refused("parameter 'lateness' must be a multiple of the time unit", "lateness=5ms");
        refused("has no known zone", "window=tumbling:1d@Europe/Berlim");
        refused("N must be a whole number", "window=count:many");
        refused("parameter 'window' must be a multiple of the time unit", "window=session:1500ms");
    }

    private void refused(String message, String... parameters) {
        List<String> all = new ArrayList<>(List.of("time-unit=s"));
        all.addAll(List.of(parameters));
        if (all.stream().noneMatch(parameter -> parameter.startsWith("window="))) {
            all.add("window=tumbling:10s");
        }
        Path directory = folder.resolve("refused");
        command(directory, write(ROWS), List.of(), all.toArray(String[]::new))
                .expect(2)
                .says(message);
        assertFalse(Files.exists(directory), message);
    }

    @Test
    @EnabledIf(
            value = "io.penstock.cli.oracle.SharedData#isPresent",
            disabledReason = "the folder ../shared/data is not there")
    void shouldCountDistinctClientsAndRankPathsOfAWebLog() {
        Path log = SharedData.file("weblog-nasa/requests.csv");
        DataRuns data = new DataRuns(folder);
        List<String> perStatus =
                data.run(
                                "aggregate",
                                log,
                                "time=ts",
                                "key=status",
                                "value=bytes",
                                "window=tumbling:5m",
                                "distinct=client",
                                "disorder=1d")
                        .output(
                                "key,window_start,window_end,count,sum,min,max,first,last,distinct",
                                row -> DataRuns.pick(row, 0, 1, 2, 3, 4, 9));
        SharedData.assertSameRows(
                "weblog-nasa/expected/tumble_per_status.csv",
                "status,window_start,window_end,requests,bytes,clients",
                perStatus);
        List<String> terminals =
                data.run(
                                "aggregate",
                                SharedData.file("cards-simulated/transactions.csv"),
                                "time=ts",
                                "value=amount",
                                "window=tumbling:1d",
                                "top=10:terminal:number")
                        .output(
                                "window_start,window_end,rank,top,sum",
                                row -> DataRuns.pick(row, 0, 2, 3, 4));
        SharedData.assertSameRows(
                "cards-simulated/expected/topn_terminals.csv",
                "window_start,rank,terminal,total",
                terminals);
    }

    private String run(String rows, String... parameters) {
        Path directory = folder.resolve("run" + runs++);
        command(directory, write(rows), List.of(), parameters).expect(0);
        try {
            return Files.readString(directory.resolve("output.csv"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path write(String rows) {
        try {
            return Files.writeString(folder.resolve("rows.csv"), rows);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static CommandRun command(
            Path directory, Path input, List<String> options, String... parameters) {
        List<String> args =
                new ArrayList<>(
                        List.of(
                                "run",
                                "aggregate",
                                "--input",
                                input.toString(),
                                "--dir",
                                directory.toString(),
                                "--set",
                                "time=t"));
        args.addAll(options);
        for (String parameter : parameters) {
            args.add("--set");
            args.add(parameter);
        }
        return CommandRun.of(args.toArray(String[]::new));
    }
}
