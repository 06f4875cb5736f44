package io.penstock.engine.control;

import io.penstock.engine.egress.FileLogStorage;
import io.penstock.engine.egress.OutputLog;
import io.penstock.engine.pipeline.Plan;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.Journal;
import io.penstock.journal.JournalConfig;
import io.penstock.journal.Journals;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntToLongFunction;

/**
 * Trims the journal of a directory from outside: where an engine runs, it is asked and does it on a
 * thread of its own, beside its work; else it is done here, with the directory locked. Any thread.
 */
public final class Trim {
    private static final String JOURNAL = "journal";
    private static final String OUTPUTS = "outputs.log";
    private static final long PARK_NS = 5_000_000;
    private static final int PARKS_PER_LOCK = 20;

    private Trim() {}

    /**
     * Gives up whole segments that neither a snapshot nor a registered reader needs.
     *
     * @param directory of an engine, running or not
     * @param isDryRun whether to say only what that is
     * @param timeout how long to wait for a running engine's answer
     * @throws PenstockException LOCKED when a running engine does not answer; CONFIGURATION,
     *     DAMAGE, STORAGE
     */
    public static TrimReport run(Path directory, boolean isDryRun, Duration timeout) {
        EngineDirectory.StoredPlan stored = EngineDirectory.inspect(directory);
        TrimRequests requests = new TrimRequests(directory);
        TrimRequests.Request request = null;
        long beganNs = System.nanoTime();
        try {
            for (long round = 0; ; round++) {
                if (round % PARKS_PER_LOCK == 0) {
                    TrimReport done = tryHere(directory, stored, isDryRun);
                    if (done != null) {
                        return done;
                    }
                    request = askFor(requests, request, isDryRun);
                }
                TrimReport answer = requests.answerTo(request);
                if (answer != null) {
                    return answer;
                }
                if (System.nanoTime() - beganNs > timeout.toNanos()) {
                    throw new PenstockException(
                            Category.LOCKED,
                            "the engine that has "
                                    + directory
                                    + " has not answered within "
                                    + timeout.toMillis()
                                    + " ms (it may be opening, or making a snapshot: ask again)");
                }
                LockSupport.parkNanos(PARK_NS);
            }
        } finally {
            if (request != null) {
                requests.withdraw(request);
            }
        }
    }

    private static TrimRequests.Request askFor(
            TrimRequests requests, TrimRequests.Request request, boolean isDryRun) {
        if (request == null) {
            return requests.ask(isDryRun);
        }
        requests.askAgain(request);
        return request;
    }

    /** What trimming came to; null if an engine has the directory. */
    private static TrimReport tryHere(
            Path directory, EngineDirectory.StoredPlan stored, boolean isDryRun) {
        DirectoryLock lock;
        try {
            lock = DirectoryLock.lock(directory);
        } catch (PenstockException e) {
            if (e.category() == Category.LOCKED) {
                return null;
            }
            throw e;
        }
        try (lock) {
            return isDryRun ? tried(directory, stored) : trimmed(directory, stored);
        }
    }

    private static TrimReport tried(Path directory, EngineDirectory.StoredPlan stored) {
        Path journal = directory.resolve(JOURNAL);
        long last = Journals.info(journal).appendedSequence();
        return trim(
                directory,
                stored,
                last,
                (sequence, isDryRun) -> Journals.tryTrimBefore(journal, sequence),
                true);
    }

    private static TrimReport trimmed(Path directory, EngineDirectory.StoredPlan stored) {
        JournalConfig config =
                JournalConfig.at(directory.resolve(JOURNAL)).withJournalId(stored.journalId());
        try (Journal journal = Journals.open(config)) {
            return trim(directory, stored, journal.lastSequence(), journal::trimBefore, false);
        }
    }

    private static TrimReport trim(
            Path directory,
            EngineDirectory.StoredPlan stored,
            long last,
            Trimmer.Segments segments,
            boolean isDryRun) {
        Path journal = directory.resolve(JOURNAL);
        return new Trimmer(
                        stored.journalId(),
                        Plan.hashHexOf(stored.text()),
                        () -> Journals.read(journal),
                        () -> last,
                        segments,
                        StateView.snapshots(directory),
                        resultsOut(directory.resolve(OUTPUTS), stored.journalId(), last),
                        () -> ReaderHold.of(directory))
                .trim(isDryRun);
    }

    /** How many results of each sink the output log has, which is only looked at. */
    private static IntToLongFunction resultsOut(Path file, UUID journalId, long last) {
        if (!Files.exists(file)) {
            return sink -> 0;
        }
        try (OutputLog log = OutputLog.uncut(new FileLogStorage(file), journalId, last)) {
            return log::nextOrdinal;
        }
    }
}
