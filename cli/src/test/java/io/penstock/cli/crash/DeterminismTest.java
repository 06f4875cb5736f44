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
import io.penstock.journal.Durability;
import io.penstock.journal.JournalKind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Results and state are the same whatever the engine's settings, its recoveries and the JDK: the
 * hashes below hold for all of them, and for ever.
 *
 * <p>{@code -Dpenstock.determinism=full}: not pairs, but all of batch, idling, layout, cold or from
 * a snapshot, over a million rows, with every kind of journal and level in turn: half an hour on
 * each JDK. Spinning threads without a processor each get fewer rows also then.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
@SuppressWarnings("EnumOrdinal") // settings are numbered for the pairs
final class DeterminismTest {
    private static final boolean IS_FULL =
            "full".equals(System.getProperty("penstock.determinism"));
    private static final int ROWS = 200_000;
    private static final int MANY_ROWS = 1_000_000;
    private static final int FEW_ROWS = 5_000;
    private static final int SOME_ROWS = 40_000;
    private static final int FEW_KEYS = 300;
    private static final int KEYS = 10_000;
    private static final String HASH =
            "32663f5a06d7ae3ff826d39431a067d05b4dd74d40cf4fae663ee0a5473b19b1";
    private static final String HASH_OF_FEW =
            "97ac4a462f2255f880de0852f4aafca7b7427c0e5a1d79bc08ed5da86e716cba";

    private static final String HASH_OF_SOME =
            "06b1afaf7e656cac53f78268bafc9073f4b4d9303e80c7e5842686ceee5578e9";
    private static final String HASH_OF_MANY =
            "402ac218b37dbbb46a52899c0d15b3427c93ab4050f6e9cf2127fc97c03d6cf8";

    private static final Map<Integer, String> HASHES =
            Map.of(
                    FEW_ROWS, HASH_OF_FEW,
                    SOME_ROWS, HASH_OF_SOME,
                    ROWS, HASH,
                    MANY_ROWS, HASH_OF_MANY);

    private static final int[] BATCHES = {7, 64, 1, 1024};
    private static final int LARGE_RING = 16 * 1024;
    private static final int MEDIUM_RING = 64;
    private static final int[] RINGS = {4, MEDIUM_RING, LARGE_RING};
    private static final int[] SHARDS = {1, 2, 4};
    private static final long SEGMENT_BYTES = 4L << 20;
    private static final List<Storage> STORAGES =
            List.of(
                    new Storage(JournalKind.CHRONICLE, Durability.NONE),
                    new Storage(JournalKind.CHRONICLE, Durability.PROCESS),
                    new Storage(JournalKind.SEGMENT, Durability.PROCESS),
                    new Storage(JournalKind.SEGMENT, Durability.parse("periodic:5ms")),
                    new Storage(JournalKind.SEGMENT, Durability.POWER));

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

    /** How events are kept. */
    private record Storage(JournalKind kind, Durability level) {}

    /** Settings of a run. */
    private record Settings(
            String pipeline,
            int shards,
            int batch,
            Layout layout,
            Idling idling,
            int ring,
            Course course,
            Storage storage) {
        /**
         * Threads that never sleep and have no core each would take minutes, and so would a force
         * for every few events; threads that wait for each other every four events, half of one.
         */
        int rows() {
            if (pipeline.equals(Workload.SESSIONS)) {
                return SOME_ROWS;
            }
            int threads = layout == Layout.SHARED ? 1 : shards == 1 ? 3 : 3 + shards;
            threads += storage.level().isForced() ? 2 : 1;
            boolean tooMany = threads > Runtime.getRuntime().availableProcessors();
            boolean isSlow =
                    (idling == Idling.BUSY_SPIN && tooMany)
                            || (ring < LARGE_RING
                                    && storage.level().kind() == Durability.Kind.POWER);
            return isSlow ? FEW_ROWS : ring < MEDIUM_RING ? SOME_ROWS : IS_FULL ? MANY_ROWS : ROWS;
        }
    }

    @Test
    @Timeout(value = 4, unit = TimeUnit.HOURS)
    void shouldGiveOneResultOverAllPairsOfSettings() throws Exception {
        for (int rows : new int[] {FEW_ROWS, SOME_ROWS, IS_FULL ? MANY_ROWS : ROWS}) {
            Workload.write(folder.resolve(rows + ".csv"), rows, KEYS, 11);
            Settings plain =
                    new Settings(
                            "aggregate",
                            1,
                            1024,
                            Layout.SHARED,
                            Idling.BACKOFF,
                            1024,
                            Course.STRAIGHT,
                            STORAGES.get(1));
            assertEquals(HASHES.get(rows), hash(plain, rows));
        }
        List<Settings> combinations = IS_FULL ? all() : pairs();
        for (Settings settings : combinations) {
            assertEquals(HASHES.get(settings.rows()), hashOf(settings), settings::toString);
        }
        System.out.println(
                "GUARANTEE R13a "
                        + combinations.size()
                        + " combinations of batch, layout, shards, idling, ring, recovery, kind of"
                        + " journal and level: one hash of results and state, on each JDK");
    }

    private static List<Settings> pairs() {
        List<Settings> pairs = new ArrayList<>();
        for (int[] values :
                Pairs.cover(
                        BATCHES.length,
                        Layout.values().length,
                        Idling.values().length,
                        RINGS.length,
                        Course.values().length,
                        STORAGES.size(),
                        SHARDS.length)) {
            pairs.add(
                    new Settings(
                            "aggregate",
                            SHARDS[values[6]],
                            BATCHES[values[0]],
                            Layout.values()[values[1]],
                            Idling.values()[values[2]],
                            RINGS[values[3]],
                            Course.values()[values[4]],
                            STORAGES.get(values[5])));
        }
        return pairs;
    }

    /** Three layouts: with shards on threads of their own as well. */
    private static List<Settings> all() {
        List<Settings> all = new ArrayList<>();
        for (int batch : BATCHES) {
            for (Idling idling : Idling.values()) {
                for (int layout = 0; layout < 3; layout++) {
                    for (Course course : List.of(Course.COLD, Course.WARM)) {
                        all.add(
                                new Settings(
                                        "aggregate",
                                        layout == 2 ? 2 : 1,
                                        batch,
                                        layout == 0 ? Layout.SHARED : Layout.DEDICATED,
                                        idling,
                                        RINGS[1 + all.size() % 2],
                                        course,
                                        STORAGES.get(all.size() % STORAGES.size())));
                    }
                }
            }
        }
        return all;
    }

    @Test
    void shouldGiveOneResultOverAnyNumberOfShards() throws Exception {
        Workload.write(folder.resolve(SOME_ROWS + ".csv"), SOME_ROWS, FEW_KEYS, 12);
        String one = null;
        int runs = 0;
        for (int shards : SHARDS) {
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
                                course,
                                STORAGES.get(runs % STORAGES.size()));
                runs++;
                String hash = hashOf(settings);
                one = one == null ? hash : one;
                assertEquals(one, hash, settings::toString);
            }
        }
        System.out.println(
                "GUARANTEE R13b "
                        + runs
                        + " runs of sessions that merge, retract and count distinct values, over"
                        + " shards and recoveries: one hash of results and state");
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
                        .journal(settings.storage().kind())
                        .durability(settings.storage().level())
                        .maxMessageLength(definition.maxMessageLength())
                        .snapshotEvery(0);
        if (settings.storage().kind() == JournalKind.SEGMENT) {
            config.segmentLengthBytes(SEGMENT_BYTES);
        }
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
