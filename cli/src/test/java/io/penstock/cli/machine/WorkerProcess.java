package io.penstock.cli.machine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process with a {@link MachineWorker}, and what it has said. For one thread. */
final class WorkerProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader said;
    private final PrintStream commands;
    private long acknowledged = -1;
    private long recovered = -1;
    private long lastSnapshot = -1;
    private long snapshotsGivenUp;
    private long ownPid;
    private String end;

    private WorkerProcess(Process process) {
        this.process = process;
        this.said =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** Starts one that waits for commands. */
    static WorkerProcess start(String pipeline, Path input) throws IOException {
        return start(List.of(), pipeline, input);
    }

    /** The same below another command, such as one that makes a namespace for it. */
    static WorkerProcess start(List<String> prefix, String pipeline, Path input)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(Machine.java(MachineWorker.class, List.of(pipeline, input.toString())));
        return new WorkerProcess(
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** A run's directory, level, kind of journal and pace; one shard, one thread. */
    static String run(Path directory, String level, String kind, String pace) {
        return run(directory, level, kind, pace, 1, "SHARED", "-");
    }

    /** A run with all there is to say. */
    static String run(
            Path directory,
            String level,
            String kind,
            String pace,
            int shards,
            String layout,
            String output) {
        return String.join(
                " ",
                "run",
                directory.toString(),
                level,
                kind,
                pace,
                String.valueOf(shards),
                layout,
                output);
    }

    void send(String command) {
        acknowledged = -1;
        recovered = -1;
        lastSnapshot = -1;
        snapshotsGivenUp = 0;
        end = null;
        commands.println(command);
    }

    /**
     * Reads on until it has said a number of acknowledgements; false if it ended its run before.
     */
    boolean awaitAcks(int count) throws IOException {
        int left = count;
        while (left > 0) {
            String line = next();
            if (line == null || line.equals("ready")) {
                return false;
            }
            left -= line.startsWith("ack ") ? 1 : 0;
        }
        return true;
    }

    /** Reads on until it says a word; false if it ended its run before. */
    boolean await(String word) throws IOException {
        while (true) {
            String line = next();
            if (line == null || line.equals("ready")) {
                return false;
            }
            if (line.equals(word) || line.startsWith(word + " ")) {
                return true;
            }
        }
    }

    /** Lets it go on behind the first half. */
    void goOn() {
        commands.println("on");
    }

    /** Reads on to the end of the run; how that was: {@code done}, or {@code failed ...}. */
    String awaitEnd() throws IOException {
        String line = next();
        while (line != null && !line.equals("ready")) {
            line = next();
        }
        return end == null ? "(the process is gone)" : end;
    }

    /** Sends a command and waits for its end. */
    String obey(String command) throws IOException {
        send(command);
        return awaitEnd();
    }

    private String next() throws IOException {
        String line = said.readLine();
        if (line == null) {
            return null;
        }
        String[] words = line.split(" ", -1);
        switch (words[0]) {
            case "ack" -> acknowledged = Math.max(acknowledged, Long.parseLong(words[1]));
            case "opening" -> ownPid = Long.parseLong(words[1]);
            case "open" -> recovered = Long.parseLong(words[1]);
            case "snapshots" -> {
                lastSnapshot = Long.parseLong(words[1]);
                snapshotsGivenUp = Long.parseLong(words[2]);
            }
            case "done", "failed", "fault" -> end = line;
            default -> {
                // What says how far it is.
            }
        }
        return line;
    }

    /** Highest sequence that it said is acknowledged in this run; -1: none. */
    long acknowledged() {
        return acknowledged;
    }

    /** Last sequence of the journal when this run was open; -1: none, or not opened. */
    long recovered() {
        return recovered;
    }

    /** Sequence of the newest snapshot of this run; -1: none. */
    long lastSnapshot() {
        return lastSnapshot;
    }

    /** Its process id as it sees it, which in a namespace is another. */
    long ownPid() {
        return ownPid;
    }

    long snapshotsGivenUp() {
        return snapshotsGivenUp;
    }

    Process process() {
        return process;
    }

    /** Sends a signal to the process. */
    void signal(String name) throws IOException, InterruptedException {
        Machine.require("kill", "-" + name, String.valueOf(process.pid()));
    }

    /** Kills it, with all that are below it, and waits until they are gone. */
    void kill() throws InterruptedException {
        List<ProcessHandle> below = process.descendants().toList();
        process.toHandle().destroyForcibly();
        below.forEach(ProcessHandle::destroyForcibly);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("cannot be killed: " + process.pid());
        }
        below.forEach(handle -> handle.onExit().join());
    }

    @Override
    public void close() throws IOException {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        commands.close();
        said.close();
    }
}
