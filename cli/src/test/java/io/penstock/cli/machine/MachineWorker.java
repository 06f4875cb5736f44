package io.penstock.cli.machine;

import io.penstock.cli.builtin.Definition;
import io.penstock.cli.crash.Workload;
import io.penstock.codecs.csv.CsvReader;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.Layout;
import io.penstock.engine.ingress.CsvIngest;
import io.penstock.fault.PenstockException;
import io.penstock.journal.Durability;
import io.penstock.journal.JournalKind;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.LogManager;

/**
 * Runs engines as it is told on stdin, one after the other, and says on stdout what comes of them;
 * whatever happens to the storage below it, the process stays.
 *
 * <p>Commands: {@code run DIR LEVEL KIND PACE SHARDS LAYOUT OUTPUT}, where the pace is {@code slow}
 * or {@code fast}, {@code halves} to wait for {@code on} behind some rows, {@code open} to recover
 * only, or {@code hold} to keep the engine open until {@code release}; the output is a file, or
 * {@code -} for that of the directory. Says {@code opening PID}, {@code open LAST-SEQUENCE}, {@code
 * ack SEQUENCE} for whatever is acknowledged, {@code half}, {@code snapshots MADE GIVEN-UP REASON},
 * and at last {@code done}, {@code failed CATEGORY MESSAGE} or {@code fault}, each with {@code
 * ready} behind it.
 */
public final class MachineWorker {
    private static final int ROWS_A_TURN = 64;
    private static final int TURNS_OF_HALF = 150;
    private static final int RING_CAPACITY = 512;
    private static final long SNAPSHOT_EVERY = 2_000;
    private static final long SEGMENT_BYTES = 256 * 1024;
    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(500);

    private final Definition definition;
    private final Path input;
    private final BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private Engine held;

    private MachineWorker(String pipeline, String input) {
        this.definition = Workload.definition(pipeline);
        this.input = Path.of(input);
    }

    /** Arguments: pipeline, input, and a first command if there is to be one. */
    public static void main(String[] args) throws IOException {
        LogManager.getLogManager().getLogger("").setLevel(Level.OFF);
        MachineWorker worker = new MachineWorker(args[0], args[1]);
        if (args.length > 2) {
            worker.obey(args[2].split(" "));
        }
        for (String line = worker.command(); line != null; line = worker.command()) {
            worker.obey(line.split(" "));
        }
    }

    private String command() throws IOException {
        return commands.readLine();
    }

    private void obey(String[] command) {
        try {
            if (command[0].equals("release")) {
                held.close();
                say("done");
            } else if (command[0].equals("run")) {
                run(command);
            } else {
                throw new IllegalArgumentException("no command: " + command[0]);
            }
        } catch (PenstockException e) {
            say("failed " + e.category() + " " + e.getMessage().replace('\n', ' '));
        } catch (Exception | Error e) {
            e.printStackTrace();
            say("fault " + e);
        }
        say("ready");
    }

    private void run(String[] command) throws IOException {
        EngineConfig config =
                EngineConfig.at(Path.of(command[1]))
                        .durability(Durability.parse(command[2]))
                        .journal(JournalKind.valueOf(command[3]))
                        .shards(Integer.parseInt(command[5]))
                        .layout(Layout.valueOf(command[6]))
                        .ringCapacity(RING_CAPACITY)
                        .maxMessageLength(definition.maxMessageLength())
                        .snapshotEvery(SNAPSHOT_EVERY)
                        .segmentLengthBytes(SEGMENT_BYTES);
        if (!command[7].equals("-")) {
            config.sinkPath(Definition.OUTPUT, Path.of(command[7]));
        }
        say("opening " + ProcessHandle.current().pid());
        Engine engine = Engine.open(definition.pipeline(), config);
        try {
            say("open " + engine.recovery().lastSequence());
            switch (command[4]) {
                case "open" -> engine.awaitIdle();
                case "hold" -> held = engine;
                default -> feed(engine, command[4]);
            }
        } finally {
            say("ack " + engine.acknowledgedSequence());
            if (engine != held) {
                sayOfSnapshots(engine);
                engine.close();
            }
        }
        say("done");
    }

    private void feed(Engine engine, String pace) throws IOException {
        try (CsvReader reader =
                new CsvReader(
                        new BufferedInputStream(Files.newInputStream(input)), input.toString())) {
            var mapper = definition.mapperFor(reader.readHeader());
            CsvIngest ingest =
                    new CsvIngest(
                            engine.port(),
                            0,
                            reader,
                            mapper,
                            engine.resumePoint(Definition.SOURCE));
            if (!ingest.skipConsumed()) {
                engine.awaitIdle();
                return;
            }
            int turns = 0;
            while (ingest.publish(ROWS_A_TURN)) {
                say("ack " + engine.acknowledgedSequence());
                if (pace.equals("slow")) {
                    LockSupport.parkNanos(PAUSE_NS);
                } else if (pace.equals("halves") && ++turns == TURNS_OF_HALF) {
                    engine.awaitIdle();
                    sayOfSnapshots(engine);
                    say("half");
                    command();
                }
            }
            engine.awaitDrained(
                    engine.endSource(Definition.SOURCE, ingest.lastLine(), reader.sourceCheck()));
            engine.awaitIdle();
        }
    }

    private static void sayOfSnapshots(Engine engine) {
        say(
                "snapshots "
                        + engine.lastSnapshot()
                        + " "
                        + engine.snapshotsGivenUp()
                        + " "
                        + engine.lastSnapshotFailure());
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
