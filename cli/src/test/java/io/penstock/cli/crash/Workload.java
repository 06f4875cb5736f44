package io.penstock.cli.crash;

import io.penstock.cli.builtin.Definition;
import io.penstock.cli.pipelines.BuiltinPipelines;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** One input for all built-in pipelines, with disorder, late rows and rows that cannot be read. */
public final class Workload {
    /** The pipelines, each with overlapping or plain windows, or with rules. */
    public static final List<String> PIPELINES = List.of("aggregate", "ohlc", "card-velocity");

    /**
     * Sessions that merge, take late events, retract and count distinct values: see all firings.
     */
    public static final String SESSIONS = "sessions";

    private static final int ROWS_PER_BAD_ROW = 500;
    private static final int LONG_ROW_LENGTH = 5_000;

    private Workload() {}

    /** A pipeline over the columns of {@link #write}. */
    public static Definition definition(String pipeline) {
        String name = pipeline.equals(SESSIONS) ? "aggregate" : pipeline;
        return Definition.of(BuiltinPipelines.named(name).configure(assignments(pipeline)));
    }

    /** The parameters of a pipeline, as the command line takes them. */
    public static List<String> assignments(String pipeline) {
        return switch (pipeline) {
            case "aggregate" ->
                    List.of(
                            "time=ts",
                            "key=symbol",
                            "value=price",
                            "window=hopping:4s:2s",
                            "disorder=500ms");
            case SESSIONS ->
                    List.of(
                            "time=ts",
                            "key=customer",
                            "value=amount,qty",
                            "window=session:300ms",
                            "disorder=500ms",
                            "lateness=2s",
                            "late=side",
                            "emit=firings",
                            "retract=yes",
                            "distinct=terminal");
            case "ohlc" -> List.of("interval=1s", "disorder=500ms");
            default -> List.of("velocity-window=10s", "disorder=500ms");
        };
    }

    /** Writes an input; equal arguments, equal bytes. */
    public static void write(Path file, int rows, int keys, long seed) throws IOException {
        Random random = new Random(seed);
        String longField = "x".repeat(LONG_ROW_LENGTH);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("seq,ts,tx_id,customer,terminal,amount,symbol,price,qty\n");
            for (int i = 0; i < rows; i++) {
                int delayMs = random.nextInt(100) < 97 ? random.nextInt(500) : random.nextInt(9000);
                long ts = 1_000_000 + i / 2L - delayMs;
                int key = random.nextInt(keys);
                out.write(i + "," + ts + "," + i + "," + key + "," + key % 7 + ",");
                out.write(random.nextInt(50_000) + ",S" + key + ",");
                out.write(random.nextInt(100_000) + "," + random.nextInt(1_000));
                out.write('\n');
                if (i % ROWS_PER_BAD_ROW == ROWS_PER_BAD_ROW - 1) {
                    out.write(i + ",never," + (i % 3 == 0 ? longField : "\"a\nb\"") + "\n");
                }
            }
        }
    }
}
