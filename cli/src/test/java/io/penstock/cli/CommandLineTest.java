package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.builtin.Definition;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the command line promises, sentence by sentence. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class CommandLineTest {
    private static final String HEADER =
            "key,window_start,window_end,count,sum,min,max,first,last\n";
    private static final String ROWS = "t,k,v\n1,a,1\n2,b,2\n12,a,3\n3,a,9\n25,a,4\n";
    private static final String RESULTS =
            HEADER
                    + "b,0,10,1,2,2,2,2,2\na,0,10,1,1,1,1,1,1\n"
                    + "a,10,20,1,3,3,3,3,3\na,20,30,1,4,4,4,4,4\n";

    @TempDir Path folder;

    @Test
    void shouldRunToTheEndAndPrintCounts() {
        run(input(ROWS)).expect(0).says("read 5, rejected 0, late 1, results 4");

        assertEquals(RESULTS, output());
        assertEquals("line,reason,row\n", read("d/dead-letters.csv"));
        assertFalse(Files.exists(folder.resolve("d/late.csv")));
    }

    @Test
    void shouldWriteLateEvents() {
        run(input(ROWS), "--late", path("l.csv")).expect(0);

        assertEquals("line,time,key,value\n5,3,a,9\n", read("l.csv"));
    }

    @Test
    void shouldRebuildWhatIsMissingOfAFinishedDirectory() throws IOException {
        run(input(ROWS), "--late", path("l.csv")).expect(0);
        Files.delete(folder.resolve("l.csv"));
        Files.delete(folder.resolve("d/output.csv"));
        Files.delete(folder.resolve("d/dead-letters.csv"));

        run(input(ROWS), "--late", path("l.csv")).expect(0);

        assertEquals(RESULTS, output());
        assertEquals("line,time,key,value\n5,3,a,9\n", read("l.csv"));
        assertEquals("line,reason,row\n", read("d/dead-letters.csv"));
        write("o.csv", "something else");
        run(input(ROWS), "--output", path("o.csv"), "--late", path("l2.csv")).expect(0);
        assertEquals(RESULTS, read("o.csv"));
        assertEquals("line,time,key,value\n5,3,a,9\n", read("l2.csv"));
        write("o.csv", RESULTS.substring(0, 70));
        run(input(ROWS), "--output", path("o.csv")).expect(0);
        assertEquals(RESULTS, read("o.csv"));
        write("o.csv", RESULTS.replace('1', '7') + "more\n");
        run(input(ROWS), "--output", path("o.csv")).expect(0);
        assertEquals(RESULTS, read("o.csv"));
    }

    @Test
    void shouldReplaceAFileOfAnotherRunOnANewDirectory() {
        write("o.csv", "x\n".repeat(10_000));

        run(input(ROWS), "--output", path("o.csv")).expect(0);

        assertEquals(RESULTS, read("o.csv"));
    }

    @Test
    void shouldRefuseOtherInputs() {
        run(input(ROWS)).expect(0);

        run(input(ROWS + "30,a,1\n")).expect(4).says("it goes on after line 6");
        run(input(ROWS.replace('9', '8'))).expect(4).says("content differs");
        run(input(ROWS.substring(0, ROWS.length() - 7))).expect(4);
        run(input(ROWS.replace("t,k,v", "t,k,v,w").replace("\n", ",\n"))).expect(4);
        assertEquals(RESULTS, output());
    }

    @Test
    void shouldRefuseOtherParametersAndNameThem() {
        run(input(ROWS)).expect(0);

        run(input(ROWS), "--set", "disorder=1s").expect(4).says("disorder=0s", "disorder=1s");
        runPipeline("ohlc", input("ts,symbol,price,qty\n")).expect(4).says("aggregate", "ohlc");
        run(input(ROWS), "--durability", "none", "--layout", "dedicated").expect(0);
        run(input(ROWS), "--durability", "process", "--layout", "shared").expect(0);
        assertEquals(RESULTS, output());
    }

    @Test
    void shouldRunAtEachLevelThatTheJournalCarriesAndSayWhatItMeans() {
        run(input(ROWS), "--durability", "power")
                .expect(2)
                .says("durability power needs", "segment");
        run(input(ROWS), "--durability", "periodic").expect(2).says("periodic:10ms");
        run(input(ROWS), "--journal", "files").expect(2).says("--journal");
        for (String level : List.of("power", "periodic:10ms", "process", "none")) {
            run(input(ROWS), "--durability", level, "--journal", "segment")
                    .expect(0)
                    .says("durability " + level + ": acknowledged when ");
            assertEquals(RESULTS, output());
        }
        run(input(ROWS), "--durability", "power").expect(0);
        run(input(ROWS), "--journal", "chronicle").expect(2).says("another kind");
    }

    @Test
    void shouldRefuseADirectoryInUseAtOnce() {
        Path input = input(ROWS);
        Definition definition = WholeRun.tumbling();
        try (Engine engine =
                Engine.open(
                        definition.pipeline(),
                        EngineConfig.at(folder.resolve("d"))
                                .maxMessageLength(definition.maxMessageLength()))) {
            assertEquals(-1, engine.resumePoint(Definition.SOURCE).position());
            run(input).expect(4).says("in use");
            long startNs = System.nanoTime();
            run(input).expect(4).says("in use");
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(1));
            command("journal", "info", path("d")).expect(0);
            command("stat", path("d")).expect(0);
        }
        run(input).expect(0);
        assertEquals(RESULTS, output());
    }

    @Test
    void shouldGoOnAfterATruncatedInput() throws IOException {
        StringBuilder rows = new StringBuilder("t,k,v\n");
        for (int i = 0; i < 50_000; i++) {
            rows.append(i)
                    .append(",k")
                    .append(i * 31 % 97)
                    .append(',')
                    .append(i % 1000)
                    .append('\n');
        }
        byte[] packed = gzip(rows.toString().getBytes(StandardCharsets.UTF_8));
        run(file("whole.csv.gz", packed), "--dir", path("whole")).expect(0);
        Path cut = file("cut.csv.gz", Arrays.copyOf(packed, packed.length / 2));
        run(cut).expect(3);
        String half = output();
        assertTrue(half.length() > HEADER.length());
        run(cut).expect(3);
        assertEquals(half, output());
        run(file("cut.csv.gz", Arrays.copyOf(packed, packed.length - 3))).expect(3);

        run(file("cut.csv.gz", packed)).expect(0);

        assertTrue(output().startsWith(half));
        assertEquals(read("whole/output.csv"), output());
        run(file("cut.csv.gz", Arrays.copyOf(packed, packed.length / 2))).expect(3);
        run(file("cut.csv.gz", Arrays.copyOf(packed, 5)), "--dir", path("x")).expect(3);
    }

    @Test
    void shouldTellEmptyInputsFromThoseWithAHeaderOnly() throws IOException {
        run(input("")).expect(3);
        run(file("empty.gz", gzip(new byte[0]))).expect(3);
        run(folder.resolve("missing.csv")).expect(3).says("missing.csv");
        run(folder).expect(3);
        assertFalse(Files.exists(folder.resolve("d")));

        run(input("t,k,v\n")).expect(0).says("read 0");
        assertEquals(HEADER, output());
        run(input("t,k,v"), "--dir", path("e")).expect(0);
        assertEquals(HEADER, read("e/output.csv"));
    }

    @Test
    void shouldReadBomCrLfAndQuotes() {
        run(input(
                        "\uFEFFt,\"k\",v\r\n1,\"a,\"\"b\"\"\",1\r\n2,\"x\ny\",2\r\n"
                                + "3,\"\",5\r\n4,\"a,\"\"b\"\"\",3"))
                .expect(0)
                .says("rejected 0");

        assertEquals(
                List.of(
                                "\"a,\"\"b\"\"\",0,10,2,4,1,3,1,3",
                                "\"x",
                                "y\",0,10,1,2,2,2,2,2",
                                ",0,10,1,5,5,5,5,5")
                        .stream()
                        .sorted()
                        .toList(),
                output().substring(HEADER.length()).lines().sorted().toList());
    }

    @Test
    void shouldNameColumnsThatAreMissingOrTwice() {
        run(input("t,kk,v\n1,a,1\n")).expect(2).says("'k'", "kk");
        run(input("t,k,v,v\n1,a,1,1\n")).expect(2).says("v");
        runPipeline("ohlc", input("ts,symbl,price,qty\n")).expect(2).says("symbol", "symbl");
        assertFalse(Files.exists(folder.resolve("d/identity")));
    }

    @Test
    void shouldKeepRowsThatCannotBeRead() {
        run(input(
                        "t,k,v\nx,a,1\n1,a,\n,a,1\n1,a,1e3\n1,a,1,2\n1,a\n"
                                + "99999999999999999999,a,1\n9223372036855,a,1\n"
                                + "1,a,1234567890123456789\n1,\"a\nb\",\"x\"\"y\"\n"
                                + "1,\"a\"b,1\n\n1,a,5\n1,\"open"))
                .expect(0);

        assertEquals(
                "line,reason,row\n"
                        + "2,bad-time,\"x,a,1\"\n"
                        + "3,empty-value,\"1,a,\"\n"
                        + "4,empty-time,\",a,1\"\n"
                        + "5,bad-number,\"1,a,1e3\"\n"
                        + "6,wrong-field-count,\"1,a,1,2\"\n"
                        + "7,wrong-field-count,\"1,a\"\n"
                        + "8,time-out-of-range,\"99999999999999999999,a,1\"\n"
                        + "9,time-out-of-range,\"9223372036855,a,1\"\n"
                        + "10,too-many-digits,\"1,a,1234567890123456789\"\n"
                        + "11,bad-number,\"1,\"\"a\nb\"\",\"\"x\"\"\"\"y\"\"\"\n"
                        + "13,bad-quote,\"1,\"\"a\"\"b,1\"\n"
                        + "16,unterminated-quote,\"1,\"\"open\"\n",
                read("d/dead-letters.csv").replace("14,wrong-field-count,\n", ""));
        assertEquals(HEADER + "a,0,10,1,5,5,5,5,5\n", output());
    }

    @Test
    void shouldKeepTheFirstMebibyteOfAnEndlessRow() throws IOException {
        String row = "1,a,\"" + "x\"\"y".repeat((2 << 20) / 4) + "\"";
        run(input("t,k,v\n1,a,1\n" + row + "\n2,a,2\n")).expect(0).says("rejected 1,");

        CRC32C crc = new CRC32C();
        crc.update(row.getBytes(StandardCharsets.US_ASCII));
        String expected =
                "line,reason,row\n3,row-too-long length="
                        + row.length()
                        + String.format(Locale.ROOT, " crc32c=%08x", crc.getValue())
                        + ",\""
                        + row.substring(0, 1 << 20).replace("\"", "\"\"")
                        + "\"\n";
        String actual = read("d/dead-letters.csv");
        assertEquals(expected.substring(0, 80), actual.substring(0, 80));
        assertTrue(expected.equals(actual));
        assertEquals(HEADER + "a,0,10,2,3,1,2,1,2\n", output());
        replayed(actual);
    }

    private void replayed(String deadLetters) throws IOException {
        Files.delete(folder.resolve("d/dead-letters.csv"));
        run(folder.resolve("in.csv")).expect(0);
        assertTrue(deadLetters.equals(read("d/dead-letters.csv")));
    }

    @Test
    void shouldTakeSeveralKeyColumnsOneOrNone() {
        Path input = input("t,k,l,v\n1,a,,1\n2,\"a,\",b,2\n11,a,x,3\n3,a,,4\n");
        runSet(input, "one", "time=t", "key=k,l", "value=v", "window=tumbling:10ms").expect(0);
        assertEquals("k,l," + HEADER.substring(4), firstLine("one/output.csv"));
        assertTrue(read("one/output.csv").contains("\na,,0,10,1,1,1,1,1,1\n"));
        assertTrue(read("one/output.csv").contains("\n\"a,\",b,0,10,1,2,2,2,2,2\n"));
        assertEquals("line,time,k,l,value\n5,3,a,,4\n", read("one/late"));

        runSet(input, "none", "time=t", "value=v", "window=tumbling:10ms").expect(0);
        assertEquals(
                HEADER.substring(4) + "0,10,2,3,1,2,1,2\n10,20,1,3,3,3,3,3\n",
                read("none/output.csv"));
        assertEquals("line,time,value\n5,3,4\n", read("none/late"));

        runSet(input, "count", "time=t", "key=k", "window=hopping:5ms:10ms").expect(0);
        assertTrue(read("count/output.csv").contains("\na,0,5,1,,,,,\n"));
        assertEquals("line,time,key,value\n5,3,a,\n", read("count/late"));
    }

    @Test
    void shouldKeepDecimalsExact() {
        assertEquals("2,0.3,0.1,0.2,0.1,0.2", sums("0.1", "0.2"));
        assertEquals("3,101.501,0.001,100,1.5,0.001", sums("1.50", "100", "0.0010"));
        assertEquals("2,0,0,0,0,0", sums("-0", "-0.00"));
        assertEquals("4,5.5,-0.5,5,5,0.5", sums("+5", "0.5", "-0.5", "+.5"));
        assertEquals(
                "2,1999999999999999998,999999999999999999,999999999999999999,"
                        + "999999999999999999,999999999999999999",
                sums("999999999999999999", "999999999999999999"));
        assertEquals(
                "2,100000000000000000.000000000000000001,0.000000000000000001,"
                        + "100000000000000000,100000000000000000,0.000000000000000001",
                sums("100000000000000000", "0.000000000000000001"));
    }

    private String sums(String... values) {
        StringBuilder rows = new StringBuilder("t,k,v\n");
        for (String value : values) {
            rows.append("1,a,").append(value).append('\n');
        }
        Path directory = folder.resolve("sums" + System.nanoTime());
        run(input(rows.toString()), "--dir", directory.toString()).expect(0).says("rejected 0");
        String row = read(directory.resolve("output.csv")).substring(HEADER.length());
        return row.substring("a,0,10,".length(), row.length() - 1);
    }

    @Test
    void shouldStopAndNameTheWindowWhenASumLeaves128Bits() {
        // 18 digits before the point, then scale 18: a common scale beyond 38 digits.
        StringBuilder rows = new StringBuilder("t,k,v\n1,a,0.000000000000000001\n");
        for (int i = 0; i < 400; i++) {
            rows.append("1,a,999999999999999999\n");
        }
        run(input(rows.toString())).expect(1).says("window", "0");
        run(input(rows.toString())).expect(1).says("window");
        command("replay", "--dir", path("d")).expect(1).says("window");
    }

    @Test
    void shouldReadAndWriteTimesInEveryUnit() {
        for (String[] unit :
                new String[][] {
                    {"s", "1s", "7", "7", "8"},
                    {"ms", "1s", "7000", "7000", "8000"},
                    {"us", "1s", "7000000", "7000000", "8000000"},
                    {"ns", "1s", "7000000000", "7000000000", "8000000000"},
                    {
                        "iso",
                        "1s",
                        "1970-01-01T00:00:07Z",
                        "1970-01-01T00:00:07Z",
                        "1970-01-01T00:00:08Z"
                    },
                    {
                        "iso",
                        "1s",
                        "1970-01-01T02:00:07.5+02:00",
                        "1970-01-01T00:00:07Z",
                        "1970-01-01T00:00:08Z"
                    },
                    {
                        "iso",
                        "500ms",
                        "1970-01-01T00:00:07.5",
                        "1970-01-01T00:00:07.5Z",
                        "1970-01-01T00:00:08Z"
                    },
                    {"ms", "1s", "-1", "-1000", "0"}
                }) {
            String name = "u" + System.nanoTime();
            runSet(
                            input("t,k,v\n" + unit[2] + ",a,1\n"),
                            name,
                            "time=t",
                            "key=k",
                            "value=v",
                            "window=tumbling:" + unit[1],
                            "time-unit=" + unit[0])
                    .expect(0);
            assertEquals(
                    HEADER + "a," + unit[3] + "," + unit[4] + ",1,1,1,1,1,1\n",
                    read(name + "/output.csv"));
        }
        Path input = input("t,k,v\n");
        runSet(input, "x", "time=t", "window=tumbling:1500ms", "time-unit=s")
                .expect(2)
                .says("multiple");
        runSet(input, "x", "time=t", "window=tumbling:2s", "disorder=1ms", "time-unit=s").expect(2);
        runSet(input, "x", "time=t", "window=tumbling:2").expect(2);
        runSet(input, "x", "time=t", "window=tumbling:0s").expect(2);
        runSet(input, "x", "time=t", "window=hopping:2s").expect(2);
        runSet(input, "x", "time=t").expect(2).says("window");
        runSet(input, "x", "time=t", "windw=tumbling:2s").expect(2).says("window");
        command("run", "agregate", "--input", "i", "--dir", "d").expect(2).says("aggregate");
        command("rum").expect(2).says("run");
        assertFalse(Files.exists(folder.resolve("x")));
    }

    @Test
    void shouldNotWriteOverItsInput() throws IOException {
        Path input = input(ROWS);
        Files.createSymbolicLink(folder.resolve("link.csv"), input);

        run(input, "--output", input.toString()).expect(2);
        run(input, "--late", input.toString()).expect(2);
        run(input, "--output", path("link.csv")).expect(2);
        run(input, "--output", path("o"), "--late", path("o")).expect(2);
        assertEquals(ROWS, read(input));
    }

    @Test
    void shouldReadStandardInput() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(ROWS.getBytes(StandardCharsets.UTF_8)));
        try {
            run(Path.of("-")).expect(0);
        } finally {
            System.setIn(before);
        }
        assertEquals(RESULTS, output());
    }

    @Test
    void shouldReplayToASequenceInclusiveWithoutTheFinalWatermark() {
        run(input(ROWS)).expect(0);

        assertEquals(RESULTS, command("replay", "--dir", path("d")).expect(0).out());
        // Sequence 0 is the row of time 1; the row of time 12 is sequence 2.
        assertEquals(HEADER, command("replay", "--dir", path("d"), "--to", "1").expect(0).out());
        assertEquals(
                HEADER + "b,0,10,1,2,2,2,2,2\na,0,10,1,1,1,1,1,1\n",
                command("replay", "--dir", path("d"), "--to", "2").expect(0).out());
        String to4 = command("replay", "--dir", path("d"), "--to", "4").expect(0).out();
        assertTrue(to4.endsWith("a,10,20,1,3,3,3,3,3\n"), to4);
        command("replay", "--dir", path("nothing")).expect(2);
        command(
                        "replay",
                        "--dir",
                        path("d"),
                        "--to",
                        "4",
                        "--output",
                        path("r"),
                        "--late",
                        path("rl"))
                .expect(0);
        assertEquals(to4, read("r"));
        assertEquals("line,time,key,value\n5,3,a,9\n", read("rl"));
    }

    @Test
    void shouldLookIntoAFinishedDirectory() {
        run(input(ROWS)).expect(0);

        assertTrue(
                command("journal", "info", path("d")).expect(0).out().contains("last sequence 5"));
        assertTrue(command("journal", "verify", path("d")).expect(0).out().contains("sound"));
        List<String> json = command("journal", "cat", path("d")).expect(0).out().lines().toList();
        assertEquals(6, json.size());
        assertTrue(json.get(0).startsWith("{\"sequence\":0,"), json.get(0));
        List<String> csv =
                command("journal", "cat", path("d"), "--from", "2", "--to", "3", "--format", "csv")
                        .expect(0)
                        .out()
                        .lines()
                        .toList();
        assertEquals(3, csv.size());
        assertTrue(csv.get(1).startsWith("2,"), csv.get(1));
        String stat = command("stat", path("d")).expect(0).out();
        assertTrue(stat.contains("engine closed"), stat);
        assertTrue(stat.contains("level process on a chronicle journal from sequence 0"), stat);
        assertTrue(stat.contains("snapshot none yet; 0 given up"), stat);
        String pipelines = command("pipelines").expect(0).out();
        for (String name :
                List.of(
                        "aggregate",
                        "ohlc",
                        "card-velocity",
                        "velocity-window",
                        "1h",
                        "disorder")) {
            assertTrue(pipelines.contains(name), name);
        }
        command("journal", "info", path("nothing")).expect(2);
        command("stat", path("nothing")).expect(2);
    }

    @Test
    void shouldNameDamageInTheJournal() throws IOException {
        run(input(ROWS)).expect(0);
        Path segment;
        try (var files = Files.walk(folder.resolve("d/journal"))) {
            segment = files.filter(f -> f.toString().endsWith(".cq4")).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(segment);
        // The key of the last row with its length before it: a lone 'a' may be of a digest or time
        // of the closing frame, whose damage loses nothing.
        int at = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("\1\0a");
        assertTrue(at > 0);
        bytes[at + 2] ^= 1;
        Files.write(segment, bytes);

        for (String[] args :
                new String[][] {
                    {"journal", "verify", path("d")},
                    {"journal", "cat", path("d")},
                    {"replay", "--dir", path("d")}
                }) {
            command(args).expect(5).says(segment.getFileName().toString(), "offset", "sequence");
        }
        run(input(ROWS)).expect(5).says(segment.getFileName().toString(), "offset", "sequence");
    }

    private CommandRun runSet(Path input, String directory, String... parameters) {
        List<String> args =
                new ArrayList<>(
                        List.of(
                                "run",
                                "aggregate",
                                "--input",
                                input.toString(),
                                "--dir",
                                path(directory),
                                "--late",
                                path(directory + "/late")));
        for (String parameter : parameters) {
            args.add("--set");
            args.add(parameter);
        }
        return command(args.toArray(String[]::new));
    }

    private CommandRun run(Path input, String... more) {
        return runPipeline(
                "aggregate",
                input,
                with(
                        more,
                        "--set",
                        "time=t",
                        "--set",
                        "key=k",
                        "--set",
                        "value=v",
                        "--set",
                        "window=tumbling:10ms"));
    }

    private CommandRun runPipeline(String pipeline, Path input, String... more) {
        String[] args = with(more, "run", pipeline, "--input", input.toString());
        return command(
                List.of(args).contains("--dir")
                        ? args
                        : with(new String[] {"--dir", path("d")}, args));
    }

    private static CommandRun command(String... args) {
        return CommandRun.of(args);
    }

    /** The arguments, then more of them. */
    private static String[] with(String[] last, String... first) {
        String[] all = Arrays.copyOf(first, first.length + last.length);
        System.arraycopy(last, 0, all, first.length, last.length);
        return all;
    }

    private Path input(String text) {
        return write("in.csv", text);
    }

    private Path write(String name, String text) {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private Path file(String name, byte[] bytes) {
        try {
            return Files.write(folder.resolve(name), bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private String output() {
        return read("d/output.csv");
    }

    private String firstLine(String name) {
        return read(name).lines().findFirst().orElseThrow() + "\n";
    }

    private String read(String name) {
        return read(folder.resolve(name));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
