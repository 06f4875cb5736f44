package io.penstock.cli.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.builtin.Definition;
import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.CsvReader;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.Idling;
import io.penstock.engine.Layout;
import io.penstock.engine.control.EngineState;
import io.penstock.engine.ingress.CsvIngest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Results and state are the same whatever the engine's settings, its recoveries and the JDK: the
 * hashes below hold for all of them, and for ever.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
@SuppressWarnings("EnumOrdinal") // settings are numbered for the pairs
final class DeterminismTest {
    private static final int ROWS = 200_000;
    private static final int FEW_ROWS = 5_000;
    private static final int SOME_ROWS = 40_000;
    private static final int FEW_KEYS = 300;
    private static final int KEYS = 10_000;
    private static final String HASH =
            "32663f5a06d7ae3ff826d39431a067d05b4dd74d40cf4fae663ee0a5473b19b1";
    private static final String HASH_OF_FEW =
            "97ac4a462f2255f880de0852f4aafca7b7427c0e5a1d79bc08ed5da86e716cba";

    private static final int[] BATCHES = {7, 64, 1, 1024};
    private static final int[] RINGS = {4, 64, 16 * 1024};

    @TempDir Path folder;

    /** How a run comes to its end. */
    private enum Course {
        /** From a state that replay rebuilt from the first record on. */
        COLD,
        /** From a snapshot and what came after it. */
        WARM,
        /** In one go, with three snapshots. */
        SNAPSHOTS,
        /** In one go. */
        STRAIGHT
    }

    /** Settings of a run. */
    private record Settings(
            String pipeline,
            int shards,
            int batch,
            Layout layout,
            Idling idling,
            int ring,
            Course course) {
        /** Threads that never sleep and have no core each would take minutes. */
        int rows() {
            int threads = (layout == Layout.SHARED ? 1 : 3) + 1;
            boolean tooMany = threads > Runtime.getRuntime().availableProcessors();
            if (pipeline.equals(Workload.SESSIONS)) {
                return SOME_ROWS;
            }
            return idling == Idling.BUSY_SPIN && tooMany ? FEW_ROWS : ROWS;
        }
    }

    @Test
    void shouldGiveOneResultOverAllPairsOfSettings() throws Exception {
        Workload.write(folder.resolve(ROWS + ".csv"), ROWS, KEYS, 11);
        Workload.write(folder.resolve(FEW_ROWS + ".csv"), FEW_ROWS, KEYS, 11);
        Idling[] idlings = Idling.values();
        List<int[]> combinations =
                Pairs.cover(
                        BATCHES.length,
                        Layout.values().length,
                        idlings.length,
                        RINGS.length,
                        Course.values().length);
        assertTrue(combinations.size() >= 16);
        for (int[] values : combinations) {
            Settings settings =
                    new Settings(
                            "aggregate",
                            1,
                            BATCHES[values[0]],
                            Layout.values()[values[1]],
                            idlings[values[2]],
                            RINGS[values[3]],
                            Course.values()[values[4]]);
            assertEquals(
                    settings.rows() == ROWS ? HASH : HASH_OF_FEW,
                    hashOf(settings),
                    settings::toString);
        }
        Settings few =
                new Settings(
                        "aggregate", 1, 1024, Layout.SHARED, Idling.BACKOFF, 1024, Course.STRAIGHT);
        assertEquals(HASH_OF_FEW, hash(few, FEW_ROWS));
        assertEquals(HASH, hash(few, ROWS));
    }

    @Test
    void shouldGiveOneResultOverAnyNumberOfShards() throws Exception {
        Workload.write(folder.resolve(SOME_ROWS + ".csv"), SOME_ROWS, FEW_KEYS, 12);
        String one = null;
        for (int shards : new int[] {1, 2, 4}) {
            for (Course course : Course.values()) {
                Layout layout =
                        (shards + course.ordinal()) % 2 == 0 ? Layout.SHARED : Layout.DEDICATED;
                Settings settings =
                        new Settings(
                                Workload.SESSIONS,
                                shards,
                                BATCHES[course.ordinal()],
                                layout,
                                Idling.BACKOFF,
                                1024,
                                course);
                String hash = hashOf(settings);
                one = one == null ? hash : one;
                assertEquals(one, hash, settings::toString);
            }
        }
    }

    private String hashOf(Settings settings) throws Exception {
        return hash(settings, settings.rows());
    }

    private String hash(Settings settings, int rows) throws Exception {
        Path directory = folder.resolve("run");
        long states;
        if (settings.course() == Course.COLD || settings.course() == Course.WARM) {
            states = run(settings, rows, directory, rows / 2);
            if (settings.course() == Course.COLD) {
                delete(directory.resolve("snapshots"));
            }
            states = run(settings, rows, directory, -1);
        } else {
            states = run(settings, rows, directory, -1);
        }
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (String file : List.of("output.csv", "late.csv", "dead-letters.csv")) {
            byte[] bytes = Files.readAllBytes(directory.resolve(file));
            assertTrue(bytes.length > 100, file);
            digest.update(bytes);
        }
        digest.update(Long.toHexString(states).getBytes(StandardCharsets.US_ASCII));
        delete(directory);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Runs to a row, or to the end; returns the hash of the state before the final watermark. */
    private long run(Settings settings, int rows, Path directory, int toRow) throws IOException {
        Definition definition = Workload.definition(settings.pipeline());
        // Snapshots are asked for at rows, and waited for: how many there are hangs on no speed.
        int every = settings.course() == Course.STRAIGHT ? 0 : rows / 4;
        EngineConfig config =
                EngineConfig.at(directory)
                        .shards(settings.shards())
                        .batchLimit(settings.batch())
                        .layout(settings.layout())
                        .idling(settings.idling())
                        .ringCapacity(settings.ring())
                        .maxMessageLength(definition.maxMessageLength())
                        .snapshotEvery(0);
        Path input = folder.resolve(rows + ".csv");
        try (CsvReader reader =
                new CsvReader(
                        new BufferedInputStream(Files.newInputStream(input)), input.toString())) {
            CsvMapper mapper = definition.mapperFor(reader.readHeader());
            try (Engine engine = Engine.open(definition.pipeline(), config)) {
                return feed(settings, engine, reader, mapper, toRow, every);
            }
        }
    }

    private static long feed(
            Settings settings,
            Engine engine,
            CsvReader reader,
            CsvMapper mapper,
            int toRow,
            int every) {
        boolean isFirst = engine.recovery().lastSequence() < 0;
        if (!isFirst) {
            boolean isWarm = engine.recovery().snapshotSequence() >= 0;
            assertEquals(settings.course() == Course.WARM, isWarm);
        }
        CsvIngest ingest =
                new CsvIngest(
                        engine.port(), 0, reader, mapper, engine.resumePoint(Definition.SOURCE));
        assertTrue(ingest.skipConsumed());
        int limit = toRow < 0 ? Integer.MAX_VALUE : toRow;
        if (isFirst && every > 0) {
            for (int row = every; row < Math.min(limit, settings.rows()); row += every) {
                assertTrue(ingest.publish(every));
                snapshot(engine);
                limit -= every;
            }
        }
        boolean hasMore = ingest.publish(limit);
        long hash = engine.stateHash();
        if (!hasMore) {
            engine.awaitDrained(
                    engine.endSource(Definition.SOURCE, ingest.lastLine(), reader.sourceCheck()));
            if (settings.course() == Course.SNAPSHOTS) {
                assertTrue(engine.lastSnapshot() >= 3L * every, settings.toString());
            }
        }
        return hash;
    }

    private static void snapshot(Engine engine) {
        long before = engine.lastSnapshot();
        engine.snapshot();
        while (engine.lastSnapshot() == before) {
            assertEquals(EngineState.Phase.RUNNING, engine.phase());
            LockSupport.parkNanos(100_000);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
