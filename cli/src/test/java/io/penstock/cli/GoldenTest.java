package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.crash.CrashWorker;
import io.penstock.cli.crash.DirectoryImage;
import io.penstock.cli.crash.ResultChecker;
import io.penstock.cli.crash.Workload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Finished directories of every format version there was must open, and replay to the bytes they
 * had, for ever. A packed directory is never replaced; a new format version adds new ones:
 *
 * <pre>
 *   ./mvnw test -pl cli -am -Dtest=GoldenTest -Dpenstock.golden=FOLDER
 * </pre>
 */
final class GoldenTest {
    private static final int ROWS = 2_300;
    private static final int KEYS = 300;
    private static final int MAX_PACKED_BYTES = 256 * 1024;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"v1-aggregate", "v1-ohlc", "v1-card-velocity"})
    void shouldOpenAndReplayToTheBytesItHad(String name) throws IOException {
        Path recorded = folder.resolve("recorded");
        Path directory = folder.resolve("d");
        try (InputStream in = GoldenTest.class.getResourceAsStream("/golden/" + name + ".zip")) {
            assertNotNull(in, name);
            DirectoryImage.unpack(in).writeTo(recorded);
        }
        DirectoryImage.of(recorded).writeTo(directory);
        for (String file : List.of("output.csv", "late.csv", "dead-letters.csv")) {
            assertTrue(Files.size(recorded.resolve(file)) > 100, file);
            Files.delete(directory.resolve(file));
        }
        String pipeline = name.substring(name.indexOf('-') + 1);

        Path again = Files.createDirectories(folder.resolve("again"));
        CommandRun.of(
                        "replay",
                        "--dir",
                        directory.toString(),
                        "--output",
                        again.resolve("output.csv").toString(),
                        "--late",
                        again.resolve("late.csv").toString())
                .expect(0);
        List<String> args =
                new ArrayList<>(
                        List.of(
                                "run",
                                pipeline,
                                "--input",
                                directory.resolve("input.csv").toString(),
                                "--dir",
                                directory.toString(),
                                "--late",
                                directory.resolve("late.csv").toString()));
        Workload.assignments(pipeline).forEach(value -> args.addAll(List.of("--set", value)));
        CommandRun.of(args.toArray(String[]::new)).expect(0);

        assertEquals(List.of(), ResultChecker.check(recorded, directory));
        Files.copy(recorded.resolve("dead-letters.csv"), again.resolve("dead-letters.csv"));
        assertEquals(List.of(), ResultChecker.check(recorded, again));
    }

    /** Makes the packed directories of the present format version. */
    @Test
    @EnabledIfSystemProperty(named = "penstock.golden", matches = ".+")
    void makeDirectories() throws Exception {
        Path target = Files.createDirectories(Path.of(System.getProperty("penstock.golden")));
        for (String pipeline : Workload.PIPELINES) {
            Path directory = Files.createDirectories(folder.resolve(pipeline));
            Path input = directory.resolve("input.csv");
            Workload.write(input, ROWS, KEYS, 5);
            CrashWorker.main(
                    new String[] {
                        pipeline, input.toString(), directory.toString(), "shared", "fast"
                    });
            Path packed = target.resolve("v1-" + pipeline + ".zip");
            DirectoryImage image = DirectoryImage.of(directory);
            try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(packed))) {
                out.setLevel(9);
                for (String name : image.names()) {
                    out.putNextEntry(new ZipEntry(name));
                    out.write(image.bytes(name));
                }
            }
            assertTrue(Files.size(packed) < MAX_PACKED_BYTES, () -> packed + " is too large");
        }
    }
}
