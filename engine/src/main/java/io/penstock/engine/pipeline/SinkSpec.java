package io.penstock.engine.pipeline;

import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.egress.Sink;
import java.nio.file.Path;

/** Where results go; says nothing about what they are, so the plan's hash leaves it out. */
public sealed interface SinkSpec {
    /**
     * A CSV file.
     *
     * @param path null: the sink's name with {@code .csv} in the engine's directory
     * @param format null: every field of the message by its name
     */
    record Csv(Path path, CsvFormat format) implements SinkSpec {}

    /**
     * A list in memory, for tests and embedding.
     *
     * @param sink collects copies
     */
    record Memory(MemorySink sink) implements SinkSpec {
        /** Refuses none. */
        public Memory {
            Names.given("a sink in memory", "a list", sink);
        }
    }

    /**
     * A sink of the caller's own.
     *
     * @param sink belongs to one engine at a time
     */
    record Custom(Sink sink) implements SinkSpec {
        /** Refuses none. */
        public Custom {
            Names.given("a sink of the caller's own", "an instance", sink);
        }
    }
}
