package io.penstock.cli.fuzz;

import io.penstock.cli.FuzzCommands;
import io.penstock.cli.builtin.Definition;
import io.penstock.cli.pipelines.BuiltinPipelines;
import io.penstock.engine.pipeline.Pipeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What an engine leaves in its directory, made once a process; file by file, in memory. */
final class EngineFiles {
    static final List<String> PARAMETERS =
            List.of("key=k", "value=v", "time=t", "window=tumbling:10s", "time-unit=s");

    private static final int ROWS = 200;

    private static Map<String, byte[]> files;

    private EngineFiles() {}

    /** The pipeline that the directory was made with. */
    static Pipeline pipeline() {
        return Definition.of(BuiltinPipelines.named("aggregate").configure(PARAMETERS)).pipeline();
    }

    /** The bytes of a file, by its name below the directory. */
    static byte[] bytes(String name) {
        return all().get(name).clone();
    }

    /** Name of the snapshot. */
    static String snapshot() {
        return all().keySet().stream()
                .filter(name -> name.startsWith("snapshots/"))
                .findFirst()
                .orElseThrow();
    }

    /** Writes all files to a directory. */
    static void writeTo(Path directory) {
        all().forEach((name, bytes) -> FuzzFiles.write(directory.resolve(name), bytes));
    }

    private static synchronized Map<String, byte[]> all() {
        if (files == null) {
            Path directory = FuzzFiles.directory("engine-files");
            StringBuilder rows = new StringBuilder("t,k,v\n");
            for (int i = 0; i < ROWS; i++) {
                rows.append(i).append(",k").append(i % 7).append(',').append(i * 3).append(".5\n");
            }
            FuzzCommands.aggregate(rows.toString(), directory.resolve("d"), PARAMETERS);
            files = read(directory.resolve("d"));
            FuzzFiles.delete(directory);
        }
        return files;
    }

    private static Map<String, byte[]> read(Path directory) {
        Map<String, byte[]> read = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String name = directory.relativize(file).toString();
                boolean isWhole = !name.endsWith(".cq4");
                read.put(name, isWhole ? Files.readAllBytes(file) : FuzzFiles.content(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return read;
    }
}
