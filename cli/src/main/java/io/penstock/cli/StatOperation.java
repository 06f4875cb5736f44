package io.penstock.cli;

import io.penstock.engine.control.FileStores;
import io.penstock.engine.telemetry.CountersFile;
import io.penstock.fault.Printable;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Shows an engine's counters, once or until it is interrupted or the engine has ended. */
final class StatOperation {
    private static final long EVERY_NS = TimeUnit.SECONDS.toNanos(1);
    private static final String[] STATES = {
        "starting", "recovering", "running", "failed", "closed"
    };
    private static final int RUNNING = 2;
    private static final String[] LEVELS = {"none", "process", "periodic", "power"};
    private static final int PERIODIC = 2;
    private static final long NS_PER_MS = 1_000_000;
    private static final long MS_PER_S = 1_000;

    private final StatRequest request;
    private final Terminal terminal;

    StatOperation(StatRequest request, Terminal terminal) {
        this.request = request;
        this.terminal = terminal;
    }

    int run() {
        CountersFile counters = read();
        print(counters);
        while (request.isWatching() && isAlive(counters)) {
            LockSupport.parkNanos(EVERY_NS);
            if (Thread.interrupted()) {
                break;
            }
            counters = read();
            print(counters);
        }
        return ExitCode.OK;
    }

    private CountersFile read() {
        return CountersFile.read(request.directory().resolve("counters.dat"));
    }

    private void print(CountersFile counters) {
        String state =
                counters.state() >= 0 && counters.state() < STATES.length
                        ? STATES[counters.state()]
                        : "unknown";
        if (counters.state() <= RUNNING && !isAlive(counters)) {
            state += ", but its process is gone";
        }
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "engine %s, process %d, started %s%n",
                        state,
                        counters.pid(),
                        Instant.ofEpochMilli(counters.startTimeMs()));
        printStores(counters.values());
        for (Map.Entry<String, Long> counter : counters.values().entrySet()) {
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%-40s %d%n",
                            Printable.of(counter.getKey()),
                            counter.getValue());
        }
        terminal.out().flush();
    }

    /** What happens to events, and when, in words; an older engine's counters say nothing of it. */
    private void printStores(Map<String, Long> values) {
        Long level = values.get("durability.level");
        if (level == null || level < 0 || level >= LEVELS.length) {
            return;
        }
        String kind = FileStores.kindIn(request.directory(), null).name().toLowerCase(Locale.ROOT);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "level %s on a %s journal from sequence %d: acknowledged %d, durable %s,"
                                + " journaled %d%n",
                        LEVELS[level.intValue()]
                                + (level == PERIODIC
                                        ? ":" + values.get("durability.periodNs") / NS_PER_MS + "ms"
                                        : ""),
                        kind,
                        values.get("journal.firstSequence"),
                        values.get("acknowledged.sequence"),
                        level < PERIODIC ? "unknown" : values.get("durable.sequence").toString(),
                        values.get("journaled.sequence"));
        long snapshot = values.get("snapshot.sequence");
        long timeMs = values.get("snapshot.timeMs");
        String age =
                timeMs == 0
                        ? "from before this opening"
                        : (System.currentTimeMillis() - timeMs) / MS_PER_S + " s ago";
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "snapshot %s; %d given up; recovery would take about %d ms%n",
                        snapshot < 0 ? "none yet" : "at sequence " + snapshot + ", " + age,
                        values.get("snapshot.givenUp"),
                        values.get("recovery.predictedNs") / NS_PER_MS);
    }

    private static boolean isAlive(CountersFile counters) {
        return ProcessHandle.of(counters.pid()).map(ProcessHandle::isAlive).orElse(false);
    }
}
