package io.penstock.cli;

import io.penstock.cli.builtin.Definition;
import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.CsvReader;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.Layout;
import io.penstock.engine.control.Assembly;
import io.penstock.engine.control.StageAccount;
import io.penstock.engine.ingress.CsvIngest;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs a pipeline over a CSV input to its end, from wherever an earlier run stopped. */
final class RunOperation {
    private static final Duration TICK_EVERY = Duration.ofMillis(10);
    private static final String NOT_CONSERVED = "  NOT CONSERVED";
    private static final int ROWS_PER_UPDATE = 4096;
    private static final int SNAPSHOT_EVERY = 250_000;
    private static final int RING_BYTES = 8 << 20;
    private static final int MIN_RING_CAPACITY = 256;
    private static final int MAX_RING_CAPACITY = 16 * 1024;
    private static final int CORES_FOR_DEDICATED = 4;

    private final RunRequest request;
    private final Terminal terminal;
    private final Definition definition;

    RunOperation(RunRequest request, Terminal terminal) {
        this.request = request;
        this.terminal = terminal;
        this.definition = Definition.of(request.settings());
    }

    int run() {
        checkPaths();
        Map<String, Long> counts;
        List<StageAccount> accounts;
        try (CsvReader reader =
                        new CsvReader(Inputs.open(request.input()), Inputs.name(request.input()));
                Progress progress = new Progress(terminal)) {
            CsvMapper mapper = definition.mapperFor(reader.readHeader());
            progress.note(
                    "durability " + request.durability() + ": " + request.durability().meaning());
            try (Engine engine =
                    Engine.open(
                            definition.pipeline(),
                            config(),
                            (done, total) ->
                                    progress.update(() -> "recovering " + done + " of " + total))) {
                report(engine.recovery(), progress);
                feed(engine, reader, mapper, progress);
                counts = engine.counters();
                accounts = engine.accounts();
            }
        }
        printCounts(counts);
        if (request.counts()) {
            printAccounts(counts, accounts);
        }
        return ExitCode.OK;
    }

    private void feed(Engine engine, CsvReader reader, CsvMapper mapper, Progress progress) {
        CsvIngest ingest =
                new CsvIngest(
                        engine.port(), 0, reader, mapper, engine.resumePoint(Definition.SOURCE));
        if (!ingest.skipConsumed()) {
            engine.awaitIdle();
            engine.publishCounters();
            return;
        }
        try {
            while (ingest.publish(ROWS_PER_UPDATE)) {
                progress.update(() -> ingest.rows() + " rows read");
            }
        } catch (PenstockException e) {
            if (e.category() == Category.INPUT) {
                engine.awaitIdle();
            }
            throw e;
        }
        engine.awaitDrained(
                engine.endSource(Definition.SOURCE, ingest.lastLine(), reader.sourceCheck()));
        engine.publishCounters();
    }

    private static void report(Assembly.RecoverySummary recovery, Progress progress) {
        if (recovery.lastSequence() >= 0) {
            progress.note(
                    String.format(
                            Locale.ROOT,
                            "recovered to sequence %d: snapshot at %d, %d records replayed;"
                                    + " took %.3f s, predicted were %.3f s",
                            recovery.lastSequence(),
                            recovery.snapshotSequence(),
                            recovery.replayed(),
                            recovery.time().takenNs() / 1e9,
                            recovery.time().predictedNs() / 1e9));
        }
        recovery.passedOver().forEach(name -> progress.note("snapshot passed over: " + name));
        if (recovery.outputBytesCut() > 0) {
            progress.note(
                    "output log: "
                            + recovery.outputBytesCut()
                            + " bytes were not whole; made again from the journal");
        }
        if (recovery.journal().isCut()) {
            progress.note("journal: " + recovery.journal());
        }
    }

    private void printCounts(Map<String, Long> counters) {
        terminal.err()
                .printf(
                        Locale.ROOT,
                        "read %d, rejected %d, late %d, results %d%n",
                        counters.get(Definition.SOURCE + ".read"),
                        counters.get(Definition.SOURCE + ".rejected"),
                        counters.get("late-row.in"),
                        counters.get("sink/" + Definition.OUTPUT + ".out"));
        terminal.err().flush();
    }

    /** A line a stage: what came is what became of it, to the event. */
    private void printAccounts(Map<String, Long> counts, List<StageAccount> accounts) {
        long read = counts.get(Definition.SOURCE + ".read");
        long rejected = counts.get(Definition.SOURCE + ".rejected");
        long taken = accounts.isEmpty() ? read - rejected : accounts.get(0).in();
        boolean isTaken = read == rejected + taken;
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%s: read %d = rejected %d + taken %d%s%n",
                        Definition.SOURCE,
                        read,
                        rejected,
                        taken,
                        isTaken ? "" : NOT_CONSERVED);
        for (StageAccount account : accounts) {
            StringBuilder outcomes = new StringBuilder();
            account.outcomes().forEach((label, n) -> outcomes.append(plus(outcomes, label, n)));
            if (account.held() > 0) {
                outcomes.append(plus(outcomes, "held", account.held()));
            }
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%s: in %d = %s%s%n",
                            account.stage(),
                            account.in(),
                            outcomes,
                            account.isConserved() ? "" : NOT_CONSERVED);
        }
        terminal.out().flush();
        if (!isTaken || !accounts.stream().allMatch(StageAccount::isConserved)) {
            throw new PenstockException(
                    Category.FAILED, "events were lost or counted twice: see the counts above");
        }
    }

    private static String plus(CharSequence before, String label, long n) {
        return (before.length() == 0 ? "" : " + ") + label + " " + n;
    }

    private EngineConfig config() {
        int stride = definition.maxMessageLength();
        int capacity = MAX_RING_CAPACITY;
        while (capacity > MIN_RING_CAPACITY && (long) capacity * stride > RING_BYTES) {
            capacity /= 2;
        }
        EngineConfig config =
                EngineConfig.at(request.directory())
                        .durability(request.durability())
                        .journal(request.journal())
                        .layout(layout())
                        .shards(request.shards())
                        .retention(request.retention())
                        .ringCapacity(capacity)
                        .snapshotEvery(SNAPSHOT_EVERY)
                        .maxMessageLength(definition.maxMessageLength());
        if (!definition.pipeline().needsTicks().isEmpty()) {
            config.tickEvery(TICK_EVERY);
        }
        if (request.output() != null) {
            config.sinkPath(Definition.OUTPUT, request.output());
        }
        if (request.late() != null) {
            config.sinkPath(Definition.LATE, request.late());
        } else if (!request.settings().keepsLate()) {
            config.withoutFile(Definition.LATE);
        }
        return config;
    }

    private Layout layout() {
        if (request.layout() == null) {
            if (request.shards() > 1) {
                return Layout.DEDICATED; // who asks for threads is given them
            }
            return Runtime.getRuntime().availableProcessors() >= CORES_FOR_DEDICATED
                    ? Layout.DEDICATED
                    : Layout.SHARED;
        }
        return request.layout() == RunRequest.Layout.SHARED ? Layout.SHARED : Layout.DEDICATED;
    }

    private void checkPaths() {
        Path output =
                request.output() != null
                        ? request.output()
                        : request.directory().resolve(Definition.OUTPUT + ".csv");
        Path deadLetters = request.directory().resolve(Definition.DEAD_LETTERS + ".csv");
        requireOther("--output", output, "--input", request.input());
        requireOther("--late", request.late(), "--input", request.input());
        requireOther("--late", request.late(), "--output", output);
        requireOther("the dead letters", deadLetters, "--input", request.input());
        requireOther("--output", output, "the dead letters", deadLetters);
        requireOther("--late", request.late(), "the dead letters", deadLetters);
        OutputPaths.requireNoEngineFile("--output", request.output(), request.directory());
        OutputPaths.requireNoEngineFile("--late", request.late(), request.directory());
        for (PlanSink sink : definition.pipeline().sinks()) {
            requireWritable(
                    sink.name().equals(Definition.LATE) ? request.late() : request.output());
        }
        requireOwnFiles();
    }

    /** Files of a folder that is no engine's yet are somebody's, and would be written over. */
    private void requireOwnFiles() {
        Path directory = request.directory();
        if (Files.exists(directory.resolve("identity"))
                || Files.exists(directory.resolve("journal"))) {
            return;
        }
        for (PlanSink sink : definition.pipeline().sinks()) {
            Path file = directory.resolve(sink.name() + ".csv");
            if (Files.exists(file)) {
                throw new PenstockException(
                        Category.CONFIGURATION,
                        file
                                + " is there, and "
                                + directory
                                + " is no directory of an engine: it would be written over (name"
                                + " another --dir, or move the file away)");
            }
        }
    }

    private static void requireOther(String name, Path path, String otherName, Path other) {
        if (path != null && other != null && isSame(path, other)) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    name + " and " + otherName + " must be different files: " + path);
        }
    }

    private static boolean isSame(Path path, Path other) {
        try {
            return path.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize())
                    || (Files.exists(path) && Files.exists(other) && Files.isSameFile(path, other));
        } catch (IOException e) {
            return false;
        }
    }

    private void requireWritable(Path path) {
        if (path == null) {
            return;
        }
        if (Files.isDirectory(path)) {
            throw new PenstockException(
                    Category.CONFIGURATION, "an output must be a file, not a directory: " + path);
        }
        if (path.toString().equals("-") || (Files.exists(path) && !Files.isRegularFile(path))) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "an output must be a file that can be cut and written again after a crash: "
                            + path
                            + " (name a file, and show it when the run is done)");
        }
        Path parent = path.toAbsolutePath().getParent();
        boolean isOurs = request.directory().toAbsolutePath().equals(parent);
        if (parent != null && !isOurs && !Files.isDirectory(parent)) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "the folder of an output must exist: " + path + " (make it, or name another)");
        }
    }
}
