package io.penstock.cli;

import io.penstock.cli.builtin.Definition;
import io.penstock.cli.pipelines.BuiltinPipelines;
import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.CsvReader;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.ingress.CsvIngest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A whole input through an engine, for tests that set it up as the command line does not. */
final class WholeRun {
    private static final int ROWS_AT_ONCE = 100;

    private WholeRun() {}

    /** The built-in aggregate over columns t, k and v, in windows of ten milliseconds. */
    static Definition tumbling() {
        return Definition.of(
                BuiltinPipelines.named("aggregate")
                        .configure(List.of("time=t", "key=k", "value=v", "window=tumbling:10ms")));
    }

    /** Takes all of a file, to the end of the source, and closes the engine. */
    static void of(Path input, Definition definition, EngineConfig config) throws IOException {
        try (CsvReader reader = new CsvReader(Files.newInputStream(input), "input")) {
            CsvMapper mapper = definition.mapperFor(reader.readHeader());
            try (Engine engine = Engine.open(definition.pipeline(), config)) {
                CsvIngest ingest =
                        new CsvIngest(
                                engine.port(),
                                0,
                                reader,
                                mapper,
                                engine.resumePoint(Definition.SOURCE));
                while (ingest.publish(ROWS_AT_ONCE)) {
                    engine.awaitIdle();
                }
                engine.awaitDrained(
                        engine.endSource(
                                Definition.SOURCE, ingest.lastLine(), reader.sourceCheck()));
            }
        }
    }
}
