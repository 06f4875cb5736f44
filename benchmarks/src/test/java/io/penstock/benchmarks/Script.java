package io.penstock.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs scripts as a user does, and says what they answered. */
final class Script {
    private static final long TIMEOUT_S = 120;

    /** Exit code, standard output, standard error. */
    record Answer(int code, String out, String err) {}

    private Script() {}

    /** Runs a command in a folder; its output goes through files there is room for anywhere. */
    static Answer run(Path folder, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile("script-", ".out");
        Path err = Files.createTempFile("script-", ".err");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        "still running after " + TIMEOUT_S + " s: " + List.of(command));
            }
            return new Answer(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }

    /** Runs a script with arguments from its own folder's parent. */
    static Answer run(Path script, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(script.toAbsolutePath().normalize().toString());
        command.addAll(List.of(arguments));
        try {
            return run(
                    script.toAbsolutePath().normalize().getParent().getParent(),
                    Map.of(),
                    command.toArray(new String[0]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Writes a script of the usual shell. */
    static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }
}
