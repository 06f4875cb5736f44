package io.penstock.cli.safety;

import io.penstock.cli.builtin.Definition;
import io.penstock.cli.pipelines.BuiltinPipelines;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.journal.Durability;
import io.penstock.journal.JournalKind;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A program of a user's that embeds an engine, at level power; run as a process of its own. */
public final class EmbeddedStart {
    private EmbeddedStart() {}

    /** Feeds two rows to the pipeline in the directory that the argument names. */
    public static void main(String[] args) {
        Definition definition =
                Definition.of(
                        BuiltinPipelines.named("ohlc")
                                .configure(List.of("interval=1m", "time-unit=ms")));
        byte[] rows =
                "ts,symbol,price,qty\n1,A,10,1\n90000,A,11,2\n".getBytes(StandardCharsets.UTF_8);
        try (Engine engine =
                Engine.open(
                        definition.pipeline(),
                        EngineConfig.at(Path.of(args[0]))
                                .journal(JournalKind.SEGMENT)
                                .segmentLengthBytes(1 << 20)
                                .durability(Durability.POWER)
                                .maxMessageLength(definition.maxMessageLength()))) {
            engine.ingestCsv(
                    Definition.SOURCE, definition.mapper(), new ByteArrayInputStream(rows), "rows");
            engine.snapshot();
            engine.awaitIdle();
        }
    }
}
