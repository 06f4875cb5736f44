package io.penstock.engine.pipeline;

import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.egress.Sink;
import java.nio.file.Path;

/** The sinks that come with the engine. */
public final class Sinks {
    private Sinks() {}

    /** A CSV file with every field of the message by its name. */
    public static SinkSpec csv(Path path) {
        return new SinkSpec.Csv(path, null);
    }

    /** A CSV file with columns of the caller's choice. */
    public static SinkSpec csv(Path path, CsvFormat format) {
        return new SinkSpec.Csv(path, format);
    }

    /** A CSV file named after the sink, in the engine's directory. */
    public static SinkSpec csv(CsvFormat format) {
        return new SinkSpec.Csv(null, format);
    }

    /** A list in memory. */
    public static SinkSpec memory(MemorySink sink) {
        return new SinkSpec.Memory(sink);
    }

    /** A sink of the caller's own, for one engine at a time. */
    public static SinkSpec custom(Sink sink) {
        return new SinkSpec.Custom(sink);
    }
}
