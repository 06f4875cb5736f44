package io.penstock.cli;

import io.penstock.cli.builtin.Definition;
import io.penstock.codecs.MessageType;
import io.penstock.engine.control.EngineDirectory;
import io.penstock.engine.egress.FileLogStorage;
import io.penstock.engine.egress.LogStorage;
import io.penstock.engine.egress.OutputLog;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.engine.pipeline.PlanSource;
import io.penstock.engine.snapshot.FileSnapshotStorage;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.fault.PenstockException;
import io.penstock.journal.JournalInfo;
import io.penstock.journal.JournalProgress;
import io.penstock.journal.Journals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks at everything an engine has left in its directory, whatever recovery would have healed:
 * each file is one the engine makes, whole, and of this engine. Writes nothing.
 */
final class EngineDirectoryCheck {
    private static final String DEAD_LETTERS_HEADER = "line,reason,row\n";
    private static final Pattern NAMES =
            Pattern.compile(
                    "LOCK|identity|plan\\.txt|schemas|schemas/[0-9]+\\.sbeir|journal"
                            + "|journal/[^/]+|journal/e[0-9]+/[^/]+|snapshots|snapshots/[^/]+"
                            + "|outputs\\.log|counters\\.dat|dead-letters\\.csv");

    private final Path directory;
    private final JournalProgress progress;

    EngineDirectoryCheck(Path directory, JournalProgress progress) {
        this.directory = directory;
        this.progress = progress;
    }

    /**
     * Checks all of it.
     *
     * @param results how many results each sink must have, by its name
     * @throws DemoDifference naming the file
     */
    void run(Map<String, Integer> results) {
        try {
            checkNames();
            EngineDirectory.StoredPlan stored = EngineDirectory.inspect(directory);
            Definition definition = StoredPipelines.definitionOf(stored);
            checkSchemas(definition);
            JournalInfo journal = checkJournal(stored);
            checkSnapshots();
            checkOutputLog(definition, stored, journal, results);
            checkDeadLetters();
        } catch (PenstockException e) {
            throw new DemoDifference(e.getMessage(), e);
        } catch (IOException e) {
            throw new DemoDifference(directory + " cannot be read: " + e, e);
        }
    }

    private void checkNames() throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                String name = directory.relativize(path).toString();
                if (!name.isEmpty() && !NAMES.matcher(name).matches()) {
                    throw new DemoDifference(path + " is not the engine's");
                }
            }
        }
    }

    private void checkSchemas(Definition definition) throws IOException {
        Map<String, byte[]> expected = new TreeMap<>();
        Stream<MessageType<?, ?>> types =
                Stream.concat(
                        definition.pipeline().sources().stream().map(PlanSource::type),
                        definition.pipeline().sinks().stream().map(PlanSink::type));
        types.forEach(type -> expected.put(type.schemaId() + ".sbeir", type.irBytes()));
        Path schemas = directory.resolve("schemas");
        List<String> names;
        try (Stream<Path> files = Files.list(schemas)) {
            names = files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        }
        List<byte[]> stored = EngineDirectory.schemas(directory);
        boolean isEqual = names.equals(List.copyOf(expected.keySet()));
        for (int i = 0; isEqual && i < names.size(); i++) {
            isEqual = Arrays.equals(stored.get(i), expected.get(names.get(i)));
        }
        if (!isEqual) {
            throw new DemoDifference(schemas + " has other schemas than the pipeline's");
        }
    }

    private JournalInfo checkJournal(EngineDirectory.StoredPlan stored) {
        JournalInfo info = Journals.verify(directory.resolve("journal"), progress);
        if (!info.isSound()) {
            throw new DemoDifference(info.damages().get(0).toException().getMessage());
        }
        if (!stored.journalId().equals(info.id())) {
            throw new DemoDifference(directory.resolve("journal") + " is of another directory");
        }
        return info;
    }

    private void checkSnapshots() throws IOException {
        Path snapshots = directory.resolve("snapshots");
        List<Path> paths;
        try (Stream<Path> files = Files.list(snapshots)) {
            paths = files.sorted().toList();
        }
        FileSnapshotStorage storage = new FileSnapshotStorage(snapshots);
        List<String> names = storage.list();
        for (Path path : paths) {
            String name = String.valueOf(path.getFileName());
            if (!names.contains(name)) {
                throw new DemoDifference(path + " is not the engine's");
            }
            // Opening reads and checks all of it.
            new SnapshotReader(storage, name).close();
        }
    }

    private void checkOutputLog(
            Definition definition,
            EngineDirectory.StoredPlan stored,
            JournalInfo journal,
            Map<String, Integer> results) {
        Path file = directory.resolve("outputs.log");
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new DemoDifference(file + " is missing");
        }
        try (OutputLog log =
                new OutputLog(
                        new UncutLog(new FileLogStorage(file)),
                        stored.journalId(),
                        journal.lastSequence())) {
            if (log.cutBytes() > 0) {
                throw new DemoDifference(
                        file + " has " + log.cutBytes() + " bytes at its end that are not whole");
            }
            List<PlanSink> sinks = definition.pipeline().sinks();
            for (int i = 0; i < sinks.size(); i++) {
                long expected = results.getOrDefault(sinks.get(i).name(), 0);
                if (log.nextOrdinal(i) != expected) {
                    throw new DemoDifference(
                            file
                                    + " has "
                                    + log.nextOrdinal(i)
                                    + " results of sink "
                                    + sinks.get(i).name()
                                    + ", expected "
                                    + expected);
                }
            }
        }
    }

    private void checkDeadLetters() throws IOException {
        Path file = directory.resolve(Definition.DEAD_LETTERS + ".csv");
        byte[] expected = DEAD_LETTERS_HEADER.getBytes(StandardCharsets.UTF_8);
        if (!Files.isRegularFile(file)
                || Files.size(file) != expected.length
                || !Arrays.equals(Files.readAllBytes(file), expected)) {
            throw new DemoDifference(file + " must have its header and nothing else");
        }
    }

    /** A log that is only looked at: what does not check is not cut off. */
    private record UncutLog(LogStorage log) implements LogStorage {
        @Override
        public String name() {
            return log.name();
        }

        @Override
        public long size() {
            return log.size();
        }

        @Override
        public void read(long position, ByteBuffer target) {
            log.read(position, target);
        }

        @Override
        public void append(ByteBuffer source) {
            throw new IllegalStateException(log.name() + " is only read");
        }

        @Override
        public void truncate(long position) {
            // What would be cut off is reported instead.
        }

        @Override
        public void force() {
            // Nothing was written.
        }

        @Override
        public void close() {
            log.close();
        }
    }
}
