package io.penstock.cli.safety;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.FuzzCommands;
import io.penstock.cli.builtin.Definition;
import io.penstock.cli.pipelines.BuiltinPipelines;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.SchemaIr;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.csv.CsvReader;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.control.EngineDirectory;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.snapshot.FileSnapshotStorage;
import io.penstock.engine.telemetry.CountersFile;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Journals;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordView;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, links, schemas, lengths and messages that are made to do harm; each does none. */
@Timeout(60)
final class SafeByDefaultTest {
    private static final String CANARY = "canary-7f3a";
    private static final String ESCAPE = "\u001b[2Jpwned\nsecond line";
    private static final List<String> PARAMETERS =
            List.of("key=k", "value=v", "time=t", "window=tumbling:10s", "time-unit=s");

    private int fixtures;

    @TempDir Path folder;

    static List<String> names() {
        return List.of(
                "../evil",
                "..",
                ".",
                ".hidden",
                "/etc/evil",
                "a/b",
                "a\\b",
                "",
                "a\0b",
                "a\nb",
                "Upper",
                "-option",
                "x".repeat(65),
                "%2e%2e",
                "c:evil");
    }

    static List<String> schemas() {
        String head = "<?xml version=\"1.0\"?>";
        return List.of(
                head + "<!DOCTYPE s [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><s>&e;</s>",
                head + "<!DOCTYPE s SYSTEM \"http://127.0.0.1:1/x.dtd\"><s/>",
                head + "<!DOCTYPE s [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]><s/>",
                head
                        + "<!DOCTYPE s [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">"
                        + "<!ENTITY c \"&b;&b;&b;&b;&b;&b;\">]><s>&c;&c;&c;&c;&c;</s>",
                head
                        + "<s xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include"
                        + " href=\"file:///etc/passwd\" parse=\"text\"/></s>");
    }

    @AfterEach
    void tell() {
        if (fixtures > 0) {
            System.out.println(
                    "GUARANTEE R20b "
                            + fixtures
                            + " fixtures (names, links, schemas, lengths, messages): all refused or"
                            + " harmless");
            fixtures = 0;
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldRefuseNamesThatCouldLeadOutOfTheDirectory(String name) {
        for (int what = 0; what < 4; what++) {
            int chosen = what;
            PenstockException refused =
                    assertThrows(PenstockException.class, () -> define(name, chosen));
            assertEquals(Category.CONFIGURATION, refused.category());
            assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
        }
        Path snapshots = folder.resolve("snapshots");
        FileSnapshotStorage storage = new FileSnapshotStorage(snapshots);
        assertThrows(IllegalArgumentException.class, () -> storage.create(name + "/"));
        assertThrows(IllegalArgumentException.class, () -> storage.open("../" + name));
        fixtures++;
    }

    /** A pipeline with one bad name: its own, or that of its source, stage or sink. */
    private static Pipeline define(String name, int what) {
        return Pipeline.define(
                what == 0 ? name : "fine",
                p ->
                        p.source(what == 1 ? name : "events", BuiltinMessages.KEYED_VALUE)
                                .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none())
                                .filter(what == 2 ? name : "all", e -> true)
                                .sink(
                                        what == 3 ? name : "out",
                                        Sinks.csv(
                                                Definition.of(
                                                                BuiltinPipelines.named("aggregate")
                                                                        .configure(PARAMETERS))
                                                        .formats()
                                                        .get(Definition.LATE))));
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void shouldNeverParseXmlWhereASchemaIsRead(String xml) throws IOException {
        byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
        PenstockException refused =
                assertThrows(PenstockException.class, () -> SchemaIr.fromBytes("given", bytes));
        assertEquals(Category.DAMAGE, refused.category());
        assertFalse(refused.getMessage().contains("root:"), refused.getMessage());
        Path directory = engine();
        Files.write(directory.resolve("schemas/802.sbeir"), bytes);
        assertEquals(5, command("journal", "cat", directory.toString()));
        fixtures++;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "identity",
                "plan.txt",
                "LOCK",
                "journal",
                "journal/MARK",
                "journal/LOCK",
                "schemas",
                "schemas/802.sbeir",
                "snapshots",
                "outputs.log",
                "output.csv",
                "dead-letters.csv",
                "counters.dat"
            })
    void shouldRefuseALinkInsideTheDirectory(String name) throws IOException {
        Path directory = engine();
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere")).resolve("target");
        Files.move(directory.resolve(name), elsewhere);
        Files.createSymbolicLink(directory.resolve(name), elsewhere);
        List<String> before = state(elsewhere);

        PenstockException refused = assertThrows(PenstockException.class, () -> open(directory));

        assertTrue(
                List.of(Category.CONFIGURATION, Category.STORAGE).contains(refused.category()),
                refused.getMessage());
        assertEquals(before, state(elsewhere), "written through the link");
        fixtures++;
    }

    @Test
    void shouldFollowALinkThatIsTheDirectoryItself() throws IOException {
        Path directory = engine();
        Path link = Files.createSymbolicLink(folder.resolve("link"), directory);

        open(link).close();

        assertTrue(Files.isSymbolicLink(link));
        assertThrows(
                PenstockException.class,
                () -> {
                    try (Engine first = open(directory)) {
                        assertEquals(-1, first.lastSnapshot());
                        open(link).close();
                    }
                },
                "one engine a directory, by whatever name");
        fixtures += 2;
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "plan.txt", "schemas/802.sbeir"})
    void shouldRefuseALongFileWithoutReadingIt(String name) throws IOException {
        Path directory = engine();
        lengthen(directory.resolve(name), 1L << 33);
        assertRefusedSmall(() -> open(directory).close());
        fixtures++;
    }

    @Test
    void shouldRefuseALongCountersFileWithoutReadingIt() throws IOException {
        Path directory = engine();
        lengthen(directory.resolve("counters.dat"), 1L << 33);
        assertRefusedSmall(() -> CountersFile.read(directory.resolve("counters.dat")));
        fixtures++;
    }

    @Test
    void shouldRefuseALongSchema() {
        byte[] bytes = new byte[SchemaIr.MAX_LENGTH_BYTES + 1];
        PenstockException refused =
                assertThrows(PenstockException.class, () -> SchemaIr.fromBytes("given", bytes));
        assertEquals(Category.LIMIT, refused.category());
        fixtures++;
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 1 << 30, (16 << 20) + 8, 7, 12})
    void shouldRefuseAFrameOfAnyLengthWithoutAllocatingIt(int length) throws IOException {
        Path directory = engine();
        Path journal = directory.resolve("journal");
        Path segment;
        try (Stream<Path> files = Files.walk(journal)) {
            segment = files.filter(f -> f.toString().endsWith(".cq4")).findFirst().orElseThrow();
        }
        lengthen(segment, 1L << 32);
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(0);
            file.writeInt(Integer.reverseBytes(length));
        }
        assertRefusedSmall(
                () -> {
                    try (JournalReader reader = Journals.read(journal)) {
                        if (reader.next(new RecordView()) != Outcome.OK) {
                            throw reader.damage().toException();
                        }
                    }
                });
        fixtures++;
    }

    @Test
    void shouldKeepNoMoreOfARowThanTheLongest() {
        byte[] input = ("a,b\n" + "x".repeat(1 << 20) + ",1\n").getBytes(StandardCharsets.UTF_8);
        try (CsvReader reader = new CsvReader(new ByteArrayInputStream(input), "input", 64)) {
            reader.readHeader();
            assertTrue(reader.next());
            assertEquals(64, reader.rowLength());
            assertTrue(reader.rejectCode() != 0);
        }
        fixtures++;
    }

    static List<List<String>> commands() {
        return List.of(
                List.of(ESCAPE),
                List.of("run", ESCAPE, "--input", "x", "--dir", "d"),
                List.of("run", "aggregate", "--" + ESCAPE),
                List.of("run", "ohlc", "--input", "x", "--dir", "d", "--set", ESCAPE),
                List.of("run", "ohlc", "--input", "x", "--dir", "d", "--set", "a=" + ESCAPE),
                List.of("journal", "verify", ESCAPE),
                List.of("state", "d", "--at", ESCAPE),
                List.of("stat", ESCAPE),
                List.of("replay", "--dir", ESCAPE),
                List.of("run", "ohlc", "--input", "x", "--dir", "d", "--durability", ESCAPE));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldNotLetArgumentsSpeakToTheTerminal(List<String> arguments) {
        assertOneLine(FuzzCommands.says(arguments.toArray(new String[0])));
        fixtures++;
    }

    @Test
    void shouldNotLetNamesOfFilesOrColumnsSpeakToTheTerminal() throws IOException {
        Path directory = engine();
        Files.writeString(directory.resolve("journal/" + ESCAPE.replace('/', '-') + ".cq4"), "x");
        assertOneLine(assertThrows(PenstockException.class, () -> open(directory)).getMessage());
        byte[] header = ("t,v," + "\u001b]0;kk\u0007\n").getBytes(StandardCharsets.UTF_8);
        try (CsvReader reader = new CsvReader(new ByteArrayInputStream(header), "in\r\nput")) {
            assertOneLine(
                    assertThrows(
                                    PenstockException.class,
                                    () -> reader.readHeader().indexOf("\u001b]0;k\u0007"))
                            .getMessage());
        }
        fixtures += 2;
    }

    @Test
    void shouldNotLetKeysOfEventsSpeakToTheTerminal() throws IOException {
        Path directory = folder.resolve("keys");
        FuzzCommands.aggregate("t,k,v\n1,\"" + ESCAPE + "\",1\n2,b,2\n", directory, PARAMETERS);
        String out = FuzzCommands.prints("state", directory.toString(), "--at", "1");
        assertFalse(out.contains("\u001b"), out);
        assertTrue(out.contains("key=0x1b5b324a70776e6564"), out);
        out = FuzzCommands.prints("journal", "cat", directory.toString());
        assertFalse(out.contains("\u001b"), out);
        fixtures += 2;
    }

    @Test
    void shouldNameNoEventInMessagesOfFaults() throws IOException {
        Path directory = folder.resolve("canary");
        FuzzCommands.aggregate("t,k,v\n1," + CANARY + ",1\n2,b,2\n", directory, PARAMETERS);
        try (Stream<Path> files = Files.walk(directory.resolve("journal"))) {
            Path segment =
                    files.filter(f -> f.toString().endsWith(".cq4")).findFirst().orElseThrow();
            byte[] bytes = Files.readAllBytes(segment);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            bytes[text.indexOf(CANARY)] ^= 1;
            Files.write(segment, bytes);
        }
        String message = assertThrows(PenstockException.class, () -> open(directory)).getMessage();
        assertFalse(message.contains(CANARY.substring(1)), message);
        fixtures++;
    }

    @Test
    void shouldKeepDirectoryAndPlanOfAnotherPipelineApart() throws IOException {
        Path directory = engine();
        Pipeline other =
                Definition.of(
                                BuiltinPipelines.named("ohlc")
                                        .configure(List.of("interval=1m", "time-unit=ms")))
                        .pipeline();
        PenstockException refused =
                assertThrows(
                        PenstockException.class,
                        () -> Engine.open(other, EngineConfig.at(directory)));
        assertEquals(Category.OTHER_PLAN, refused.category());
        assertTrue(EngineDirectory.inspect(directory).text().contains("aggregate"));
        fixtures++;
    }

    private static void assertOneLine(String said) {
        String line = said.endsWith("\n") ? said.substring(0, said.length() - 1) : said;
        assertTrue(line.chars().noneMatch(Character::isISOControl), line);
        assertFalse(line.isEmpty());
    }

    private interface Reading {
        void run() throws Exception;
    }

    /** Refused, and with no more on the heap than a file of honest length would take. */
    private static void assertRefusedSmall(Reading reading) {
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean)
                        java.lang.management.ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        PenstockException refused = assertThrows(PenstockException.class, reading::run);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertEquals(Category.DAMAGE, refused.category(), refused.getMessage());
        assertTrue(allocated < 64 << 20, allocated + " bytes");
    }

    private static void lengthen(Path file, long length) throws IOException {
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(length);
        }
    }

    private static List<String> state(Path target) throws IOException {
        try (Stream<Path> files = Files.walk(target)) {
            return files.map(
                            file -> {
                                try {
                                    return target.relativize(file)
                                            + " "
                                            + Files.size(file)
                                            + " "
                                            + Files.getLastModifiedTime(
                                                    file, LinkOption.NOFOLLOW_LINKS);
                                } catch (IOException e) {
                                    throw new java.io.UncheckedIOException(e);
                                }
                            })
                    .sorted()
                    .toList();
        }
    }

    private Path engine() {
        Path directory = folder.resolve("engine");
        FuzzCommands.aggregate("t,k,v\n1,a,1\n2,b,2\n12,a,3\n", directory, PARAMETERS);
        return directory;
    }

    private static Engine open(Path directory) {
        Definition definition =
                Definition.of(BuiltinPipelines.named("aggregate").configure(PARAMETERS));
        return Engine.open(
                definition.pipeline(),
                EngineConfig.at(directory).maxMessageLength(definition.maxMessageLength()));
    }

    private static int command(String... arguments) {
        return FuzzCommands.run(arguments);
    }
}
