package io.penstock.cli;

import io.penstock.cli.builtin.Definition;
import io.penstock.cli.demo.ExpectedFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares what a finished demo has left with a replay of its journal in a fresh process and with
 * the oracle.
 */
final class DemoProof {
    private static final Set<String> ADDED =
            Set.of(DemoDirectory.REPLAYED_ALERTS, DemoDirectory.REPLAYED_LATE);
    private static final int POLL_MS = 50;

    private final DemoDirectory directory;
    private final DemoRequest request;
    private final Progress progress;
    private final Runnable beforeComparison;

    /**
     * Names the parts.
     *
     * @param beforeComparison runs when everything is there and nothing has been compared
     */
    DemoProof(
            DemoDirectory directory,
            DemoRequest request,
            Progress progress,
            Runnable beforeComparison) {
        this.directory = directory;
        this.request = request;
        this.progress = progress;
        this.beforeComparison = beforeComparison;
    }

    /** What the files must be, in heap. */
    ExpectedFiles expected() {
        return ExpectedFiles.of(request.events(), request.seed(), DirectoryDigest::sha256);
    }

    /** Replays in a fresh process, and asks the oracle meanwhile. */
    ExpectedFiles replay() {
        try (ChildJvm replay =
                ChildJvm.start(
                        "replay",
                        "--dir",
                        directory.engine().toString(),
                        "--output",
                        directory.file(DemoDirectory.REPLAYED_ALERTS).toString(),
                        "--late",
                        directory.file(DemoDirectory.REPLAYED_LATE).toString())) {
            progress.update(() -> "[4/4] replaying, and asking the oracle");
            ExpectedFiles expected = expected();
            while (!replay.isEndedAfter(POLL_MS)) {
                progress.update(() -> "[4/4] replaying the journal in a fresh process");
            }
            int exitCode = replay.awaitEnd();
            if (exitCode != ExitCode.OK) {
                replay.errLines().forEach(progress::note);
                List<String> lines = replay.errLines();
                throw new DemoDifference(
                        "the replay ended with exit code "
                                + exitCode
                                + (lines.isEmpty() ? "" : ": " + lines.get(lines.size() - 1)));
            }
            return expected;
        }
    }

    /**
     * Compares.
     *
     * @param finished the directory when its engine had finished
     * @throws DemoDifference naming the first thing that is not as it must be
     */
    void compare(DirectoryDigest finished, ExpectedFiles expected) {
        beforeComparison.run();
        progress.update(() -> "[4/4] comparing");
        new EngineDirectoryCheck(
                        directory.engine(),
                        (done, total) -> progress.update(() -> "[4/4] verifying the journal"))
                .run(
                        Map.of(
                                Definition.OUTPUT,
                                expected.alerts().size(),
                                Definition.LATE,
                                expected.late().size()));
        DirectoryDigest now = directory.digest();
        finished.difference(now, ADDED)
                .ifPresent(
                        difference -> {
                            throw new DemoDifference(difference);
                        });
        requireNames(now);
        require(now, DemoDirectory.INPUT, expected.inputSha256(), "the generator's");
        requireRows(now, DemoDirectory.ALERTS, expected.alertsSha256(), expected.alerts());
        requireRows(now, DemoDirectory.LATE, expected.lateSha256(), expected.late());
        require(now, DemoDirectory.REPLAYED_ALERTS, expected.alertsSha256(), "the oracle's");
        require(now, DemoDirectory.REPLAYED_LATE, expected.lateSha256(), "the oracle's");
    }

    private void requireNames(DirectoryDigest now) {
        Set<String> known =
                Set.of(
                        DemoDirectory.MARKER,
                        DemoDirectory.LOCK,
                        DemoDirectory.INPUT,
                        DemoDirectory.ALERTS,
                        DemoDirectory.LATE,
                        DemoDirectory.REPLAYED_ALERTS,
                        DemoDirectory.REPLAYED_LATE,
                        DemoDirectory.ENGINE);
        for (String name : now.names()) {
            // Below the engine's directory its own check has looked.
            if (!known.contains(Path.of(name).getName(0).toString())) {
                throw new DemoDifference(name + " is not the demo's");
            }
        }
    }

    private static void require(DirectoryDigest now, String name, String sha256, String whose) {
        if (!now.sha256(name).equals(sha256)) {
            throw new DemoDifference(name + " is not " + whose);
        }
    }

    private void requireRows(
            DirectoryDigest now, String name, String sha256, List<String> expected) {
        if (now.sha256(name).equals(sha256)) {
            return;
        }
        Map<String, Integer> counts = new HashMap<>();
        expected.forEach(row -> counts.merge(row, 1, Integer::sum));
        long duplicated = 0;
        long others = 0;
        for (String row : rows(name)) {
            Integer left = counts.get(row);
            if (left == null) {
                others++;
            } else {
                duplicated += left <= 0 ? 1 : 0;
                counts.put(row, left - 1);
            }
        }
        long lost = counts.values().stream().filter(left -> left > 0).mapToLong(n -> n).sum();
        throw new DemoDifference(
                name
                        + " is not the oracle's: lost="
                        + lost
                        + " duplicated="
                        + duplicated
                        + " unknown="
                        + others);
    }

    private List<String> rows(String name) {
        try {
            String text =
                    new String(
                            Files.readAllBytes(directory.file(name)), StandardCharsets.ISO_8859_1);
            List<String> lines = text.lines().toList();
            return lines.subList(Math.min(1, lines.size()), lines.size());
        } catch (IOException e) {
            throw new DemoDifference(name + " cannot be read: " + e, e);
        }
    }
}
