package io.penstock.cli.crash;

import io.penstock.cli.builtin.Definition;
import io.penstock.codecs.csv.CsvReader;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.Layout;
import io.penstock.engine.control.Retention;
import io.penstock.engine.ingress.CsvIngest;
import io.penstock.journal.Durability;
import io.penstock.journal.JournalKind;
import java.io.BufferedInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs a pipeline over an input from wherever an earlier life stopped, with segments and snapshot
 * distances so short that many lives end in a roll or a snapshot. Says on stdout what it is about
 * to do: {@code opening}, {@code open}, a line for every few rows, {@code done}.
 */
public final class CrashWorker {
    private static final int ROWS_PER_LINE = 64;
    private static final int RING_CAPACITY = 512;
    private static final long SNAPSHOT_EVERY = 2_000;
    private static final long SEGMENT_BYTES = 512 * 1024;
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private CrashWorker() {}

    /**
     * Arguments: pipeline, input, directory, shared or dedicated, slow or fast, shards, level of
     * durability, kind of journal, retention.
     */
    public static void main(String[] args) throws Exception {
        Definition definition = Workload.definition(args[0]);
        boolean slow = args[4].equals("slow");
        EngineConfig config =
                EngineConfig.at(Path.of(args[2]))
                        .layout(args[3].equals("shared") ? Layout.SHARED : Layout.DEDICATED)
                        .shards(Integer.parseInt(args[5]))
                        .durability(Durability.parse(args[6]))
                        .journal(JournalKind.valueOf(args[7]))
                        .retention(Retention.valueOf(args[8]))
                        .ringCapacity(RING_CAPACITY)
                        .maxMessageLength(definition.maxMessageLength())
                        .snapshotEvery(SNAPSHOT_EVERY)
                        .segmentLengthBytes(SEGMENT_BYTES);
        try (CsvReader reader =
                new CsvReader(
                        new BufferedInputStream(Files.newInputStream(Path.of(args[1]))), args[1])) {
            var mapper = definition.mapperFor(reader.readHeader());
            say("opening");
            try (Engine engine = Engine.open(definition.pipeline(), config)) {
                say("open");
                CsvIngest ingest =
                        new CsvIngest(
                                engine.port(),
                                0,
                                reader,
                                mapper,
                                engine.resumePoint(Definition.SOURCE));
                if (ingest.skipConsumed()) {
                    while (ingest.publish(ROWS_PER_LINE)) {
                        if (slow) {
                            say("rows");
                            LockSupport.parkNanos(PAUSE_NS);
                        }
                    }
                    engine.awaitDrained(
                            engine.endSource(
                                    Definition.SOURCE, ingest.lastLine(), reader.sourceCheck()));
                } else {
                    engine.awaitIdle();
                }
            }
        }
        say("done");
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
