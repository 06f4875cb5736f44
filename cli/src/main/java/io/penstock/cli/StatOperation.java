package io.penstock.cli;

import io.penstock.engine.telemetry.CountersFile;
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
        for (Map.Entry<String, Long> counter : counters.values().entrySet()) {
            terminal.out().printf(Locale.ROOT, "%-40s %d%n", counter.getKey(), counter.getValue());
        }
        terminal.out().flush();
    }

    private static boolean isAlive(CountersFile counters) {
        return ProcessHandle.of(counters.pid()).map(ProcessHandle::isAlive).orElse(false);
    }
}
