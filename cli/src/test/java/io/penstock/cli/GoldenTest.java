package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.builtin.Definition;
import io.penstock.cli.crash.DirectoryImage;
import io.penstock.cli.crash.ResultChecker;
import io.penstock.cli.crash.Workload;
import io.penstock.codecs.csv.CsvReader;
import io.penstock.codecs.system.FrameHeaderDecoder;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.ingress.CsvIngest;
import io.penstock.journal.Durability;
import io.penstock.journal.JournalKind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Finished directories of every release and format there was must open, and replay to the bytes and
 * the state they had, for ever. A packed directory is never replaced; a new release adds its own,
 * of each kind of journal, and their lines in {@code golden/directories.txt}, which are printed:
 *
 * <pre>
 *   ./mvnw test -pl cli -am -Dsurefire.failIfNoSpecifiedTests=false -Dtest=GoldenTest \
 *       -Dpenstock.golden=FOLDER -Dpenstock.golden.release=0.2.0
 * </pre>
 */
final class GoldenTest {
    private static final int ROWS = 1_600;
    private static final int KEYS = 300;
    private static final int MAX_PACKED_BYTES = 256 * 1024;
    private static final int SEGMENT_BYTES = 64 * 1024;
    private static final int CHRONICLE_SEGMENT_BYTES = 512 * 1024;
    private static final int SNAPSHOT_VERSION_OFFSET = 8;
    private static final int SNAPSHOT_CHECKSUM_OFFSET = 12;
    private static final int CHECKSUM_LINE_LENGTH = 16;
    private static final String IDENTITY = "identity";
    private static final List<String> RESULTS =
            List.of("output.csv", "late.csv", "dead-letters.csv");

    @TempDir Path folder;

    /** A packed directory, as a line of the list says. */
    private record Golden(
            String name, String workload, int shards, boolean isRestored, String stateHash) {
        static Golden parse(String line) {
            String[] words = line.split(" ", -1);
            return new Golden(
                    words[0],
                    words[1],
                    Integer.parseInt(words[2]),
                    words[3].equals("restored"),
                    words[4]);
        }

        String pipeline() {
            return workload.equals(Workload.SESSIONS) ? "aggregate" : workload;
        }

        DirectoryImage image() throws IOException {
            try (InputStream in = open(name + ".zip")) {
                return DirectoryImage.unpack(in);
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static InputStream open(String name) {
        InputStream in = GoldenTest.class.getResourceAsStream("/golden/" + name);
        assertNotNull(in, name);
        return in;
    }

    static List<Golden> directories() throws IOException {
        try (InputStream in = open("directories.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Golden::parse)
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("directories")
    void shouldOpenAndReplayToTheBytesAndStateItHad(Golden golden) throws IOException {
        Path recorded = folder.resolve("recorded");
        Path directory = folder.resolve("d");
        golden.image().writeTo(recorded);
        golden.image().writeTo(directory);
        for (String file : RESULTS) {
            assertTrue(Files.size(recorded.resolve(file)) > 100, file);
            Files.delete(directory.resolve(file));
        }

        Path again = Files.createDirectories(folder.resolve("again"));
        assertEquals(golden.stateHash(), replay(directory, again));
        run(golden, directory).expect(0);

        assertEquals(List.of(), ResultChecker.check(recorded, directory));
        Files.copy(recorded.resolve("dead-letters.csv"), again.resolve("dead-letters.csv"));
        assertEquals(List.of(), ResultChecker.check(recorded, again));
        System.out.println(
                "GUARANTEE R12 1 packed directories of all formats so far replayed to the recorded"
                        + " state hash and output bytes");
    }

    @ParameterizedTest
    @MethodSource("directories")
    void shouldRestoreTheSnapshotItHasOrReplayTheJournal(Golden golden) throws IOException {
        Path directory = folder.resolve("d");
        golden.image().writeTo(directory);
        EngineConfig config =
                EngineConfig.at(directory)
                        .maxMessageLength(Workload.definition(golden.workload()).maxMessageLength())
                        .shards(golden.shards());
        try (Engine engine =
                Engine.open(Workload.definition(golden.workload()).pipeline(), config)) {
            assertEquals(golden.isRestored(), engine.recovery().snapshotSequence() > 0);
            assertEquals(golden.isRestored(), engine.recovery().passedOver().isEmpty());
            assertEquals(golden.stateHash(), String.format("%016x", engine.stateHash()));
        }
        System.out.println(
                "GUARANTEE R12 1 packed snapshots "
                        + (golden.isRestored()
                                ? "restored"
                                : "of before the first release passed over, the journal replayed")
                        + " to the recorded state hash");
    }

    /** Who changes a format is reminded here to pack directories of it. */
    @Test
    void shouldHaveDirectoriesOfThePresentFormatsOfBothKinds() throws Exception {
        List<String> known = new ArrayList<>();
        for (Golden golden : directories()) {
            known.add(formats(golden.image()));
        }
        for (JournalKind kind : JournalKind.values()) {
            Path directory = folder.resolve(kind.name());
            make(kind, "aggregate", 1, directory);
            String present = formats(DirectoryImage.of(directory));
            assertTrue(present.contains("frame=" + FrameHeaderDecoder.SCHEMA_VERSION), present);
            assertTrue(known.contains(present), () -> "pack directories of " + present);
        }
    }

    @Test
    void shouldRefuseADirectoryOfANewerFormatAndChangeNothing() throws IOException {
        for (Golden golden : directories()) {
            DirectoryImage image = golden.image();
            byte[] identity = image.bytes(IDENTITY);
            String text = new String(identity, StandardCharsets.UTF_8);
            text = text.substring(0, text.length() - CHECKSUM_LINE_LENGTH);
            text = text.replace("penstock-directory=1", "penstock-directory=99");
            CRC32C crc = new CRC32C();
            crc.update(text.getBytes(StandardCharsets.UTF_8));
            text += String.format(Locale.ROOT, "crc32c %08x\n", crc.getValue());
            Path directory = folder.resolve(golden.name());
            image.writeTo(directory);
            Files.writeString(directory.resolve(IDENTITY), text);

            assertRefused(golden, directory, "directory format 99");
        }
    }

    @Test
    void shouldRefuseASnapshotOfANewerFormatAndChangeNothing() throws IOException {
        for (Golden golden : directories()) {
            DirectoryImage image = golden.image();
            Path directory = folder.resolve(golden.name());
            image.writeTo(directory);
            for (String name : image.names()) {
                if (name.startsWith("snapshots/")) {
                    ByteBuffer bytes =
                            ByteBuffer.wrap(image.bytes(name).clone())
                                    .order(ByteOrder.LITTLE_ENDIAN);
                    bytes.putInt(SNAPSHOT_VERSION_OFFSET, 99);
                    CRC32C crc = new CRC32C();
                    crc.update(bytes.array(), 0, SNAPSHOT_CHECKSUM_OFFSET);
                    bytes.putInt(SNAPSHOT_CHECKSUM_OFFSET, (int) crc.getValue());
                    Files.write(directory.resolve(name), bytes.array());
                }
            }

            assertRefused(golden, directory, "snapshot format");
        }
    }

    private void assertRefused(Golden golden, Path directory, String what) throws IOException {
        DirectoryImage before = DirectoryImage.of(directory);
        run(golden, directory).expect(2).says(what, "99", "use the", "that wrote it");
        DirectoryImage after = DirectoryImage.of(directory);
        assertEquals(before.names(), after.names());
        for (String name : before.names()) {
            if (!name.equals("counters.dat") && !name.equals("journal/MARK")) {
                assertTrue(Arrays.equals(before.bytes(name), after.bytes(name)), name);
            }
        }
        System.out.println(
                "GUARANTEE R12b 1 directories and snapshots of a newer format: refused with what to"
                        + " do, no file changed but counters and mark");
    }

    private static String replay(Path directory, Path target) {
        CommandRun run =
                CommandRun.of(
                                "replay",
                                "--dir",
                                directory.toString(),
                                "--output",
                                target.resolve("output.csv").toString(),
                                "--late",
                                target.resolve("late.csv").toString())
                        .expect(0);
        Matcher matcher = Pattern.compile("state hash ([0-9a-f]{16})").matcher(run.err());
        assertTrue(matcher.find(), run::err);
        return matcher.group(1);
    }

    private static CommandRun run(Golden golden, Path directory) {
        List<String> args =
                new ArrayList<>(
                        List.of(
                                "run",
                                golden.pipeline(),
                                "--input",
                                directory.resolve("input.csv").toString(),
                                "--dir",
                                directory.toString(),
                                "--late",
                                directory.resolve("late.csv").toString()));
        Workload.assignments(golden.workload())
                .forEach(value -> args.addAll(List.of("--set", value)));
        return CommandRun.of(args.toArray(String[]::new));
    }

    /** Versions of all formats in a directory, and the kind of its journal. */
    private static String formats(DirectoryImage image) {
        TreeMap<String, Object> formats = new TreeMap<>();
        for (String name : image.names()) {
            byte[] bytes = image.bytes(name);
            if (name.equals(IDENTITY)) {
                String text = new String(bytes, StandardCharsets.UTF_8);
                formats.put(IDENTITY, text.lines().findFirst().orElseThrow());
            } else if (name.equals("journal/MARK")) {
                formats.put("mark", bytes.length);
            } else if (name.startsWith("snapshots/")) {
                formats.put("snapshot", getInt(bytes, SNAPSHOT_VERSION_OFFSET));
            } else if (name.endsWith(".cq4") || name.endsWith(".segment")) {
                formats.merge("kind", name.substring(name.indexOf('.')), (a, b) -> a);
                formats.merge("frame", frameVersion(bytes), GoldenTest::higher);
            }
        }
        return formats.toString();
    }

    private static Object higher(Object a, Object b) {
        return Math.max((int) a, (int) b);
    }

    /** Of the first frame in a file; -1 when there is none. */
    private static int frameVersion(byte[] bytes) {
        int start = FrameHeaderDecoder.BLOCK_LENGTH | FrameHeaderDecoder.TEMPLATE_ID << 16;
        for (int at = 0; at < bytes.length - 8; at += 4) {
            if (getInt(bytes, at) == start
                    && (getInt(bytes, at + 4) & 0xffff) == FrameHeaderDecoder.SCHEMA_ID) {
                return getInt(bytes, at + 4) >>> 16;
            }
        }
        return -1;
    }

    private static int getInt(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }

    /** Makes the packed directories of a release, and prints the lines of the list. */
    @Test
    @EnabledIfSystemProperty(named = "penstock.golden", matches = ".+")
    void makeDirectories() throws Exception {
        Path target = Files.createDirectories(Path.of(System.getProperty("penstock.golden")));
        String release = System.getProperty("penstock.golden.release");
        assertNotNull(release, "which release? (-Dpenstock.golden.release=...)");
        for (JournalKind kind : JournalKind.values()) {
            for (String workload : List.of("card-velocity", Workload.SESSIONS)) {
                int shards = workload.equals(Workload.SESSIONS) ? 2 : 1;
                String name = release + "-" + kind.name().toLowerCase(Locale.ROOT) + "-" + workload;
                Path directory = folder.resolve(name);
                make(kind, workload, shards, directory);
                String hash = replay(directory, Files.createDirectories(folder.resolve("r")));
                pack(directory, target.resolve(name + ".zip"));
                System.out.println(name + " " + workload + " " + shards + " restored " + hash);
            }
        }
    }

    /** Two lives, each with a snapshot. */
    private static void make(JournalKind kind, String workload, int shards, Path directory)
            throws Exception {
        Path input = Files.createDirectories(directory).resolve("input.csv");
        Workload.write(input, ROWS, KEYS, 5);
        Definition definition = Workload.definition(workload);
        EngineConfig config =
                EngineConfig.at(directory)
                        .journal(kind)
                        .durability(
                                kind == JournalKind.SEGMENT ? Durability.POWER : Durability.PROCESS)
                        .segmentLengthBytes(
                                kind == JournalKind.SEGMENT
                                        ? SEGMENT_BYTES
                                        : CHRONICLE_SEGMENT_BYTES)
                        .maxMessageLength(definition.maxMessageLength())
                        .shards(shards)
                        .snapshotEvery(ROWS / 4);
        for (int life = 0; life < 2; life++) {
            try (CsvReader reader =
                    new CsvReader(
                            new BufferedInputStream(Files.newInputStream(input)), "input.csv")) {
                var mapper = definition.mapperFor(reader.readHeader());
                try (Engine engine = Engine.open(definition.pipeline(), config)) {
                    CsvIngest ingest =
                            new CsvIngest(
                                    engine.port(),
                                    0,
                                    reader,
                                    mapper,
                                    engine.resumePoint(Definition.SOURCE));
                    assertTrue(ingest.skipConsumed());
                    if (!ingest.publish(life == 0 ? ROWS * 2 / 3 : Integer.MAX_VALUE)) {
                        engine.endSource(
                                Definition.SOURCE, ingest.lastLine(), reader.sourceCheck());
                    }
                    engine.awaitIdle();
                    while (engine.lastSnapshot() < 0) {
                        assertEquals(0, engine.snapshotsGivenUp(), engine::lastSnapshotFailure);
                        Thread.onSpinWait();
                    }
                }
            }
        }
        try (Stream<Path> snapshots = Files.list(directory.resolve("snapshots"))) {
            assertTrue(snapshots.count() >= 1);
        }
    }

    private static void pack(Path directory, Path target) throws IOException {
        DirectoryImage image = DirectoryImage.of(directory);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(target))) {
            out.setLevel(9);
            for (String name : image.names()) {
                out.putNextEntry(new ZipEntry(name));
                out.write(image.bytes(name));
            }
        }
        assertTrue(Files.size(target) < MAX_PACKED_BYTES, () -> target + " is too large");
    }
}
