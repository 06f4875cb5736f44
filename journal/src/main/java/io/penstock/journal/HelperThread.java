package io.penstock.journal;

import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prepares a journal's segments until it is stopped. */
final class HelperThread implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(HelperThread.class);
    private static final long IDLE_NS = 500_000;
    private static final long IDLE_AFTER_PROBLEM_NS = 1_000_000_000;

    private final Journal journal;
    private final Thread thread = new Thread(this, "journal-ahead");
    private volatile boolean isStopped;

    HelperThread(Journal journal) {
        this.journal = journal;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Returns when the thread has ended. */
    void stop() {
        isStopped = true;
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            LockSupport.unpark(thread);
            try {
                thread.join(1);
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        String told = null;
        while (!isStopped) {
            if (journal.prepareAhead() == 0) {
                String problem = journal.aheadProblem();
                if (problem != null && !problem.equals(told)) {
                    LOG.warn(
                            "the journal's next segment cannot be prepared: {} (make room before"
                                    + " the present one is full)",
                            problem);
                    told = problem;
                }
                LockSupport.parkNanos(problem == null ? IDLE_NS : IDLE_AFTER_PROBLEM_NS);
            }
        }
    }
}
