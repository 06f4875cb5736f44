package io.penstock.engine.state;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.BooleanSupplier;

/**
 * A thread beside the one that restores: it does what it is given, in turn, and something else
 * while there is nothing to do.
 *
 * <p>What a task throws is thrown again by {@link #finish}. Whoever makes one closes it, and the
 * thread is gone then.
 */
final class RestoreHelper implements AutoCloseable {
    private static final int TASKS = 2;

    private final BlockingQueue<Runnable> tasks = new ArrayBlockingQueue<>(TASKS);
    private final BooleanSupplier spare;
    private final Thread thread;

    /** Of the thread alone. */
    private boolean hasSpare = true;

    private volatile boolean isEnding;
    private volatile Throwable failure;

    /**
     * Starts the thread.
     *
     * @param spare does a little of what can be done at any time; false when there is no more
     */
    RestoreHelper(BooleanSupplier spare) {
        this.spare = spare;
        thread = new Thread(this::run, "penstock-helper");
        thread.setDaemon(true);
        thread.start();
    }

    /** Gives it something to do, behind what it has; waits for room. */
    void submit(Runnable task) {
        uninterrupted(() -> tasks.put(task));
    }

    /** Waits until all is done. */
    void finish() {
        close();
        if (failure instanceof Error e) {
            throw e;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
    }

    /** Waits for the thread, which does no more than what it was given. */
    @Override
    public void close() {
        if (!isEnding) {
            isEnding = true;
            submit(() -> {});
        }
        uninterrupted(thread::join);
    }

    private void run() {
        while (!isEnding || !tasks.isEmpty()) {
            Runnable task = tasks.poll();
            if (task != null) {
                attempt(task);
            } else if (hasSpare && !isEnding) {
                attempt(this::useSpareTime);
            } else {
                uninterrupted(() -> attempt(tasks.take()));
            }
        }
    }

    private void useSpareTime() {
        hasSpare = false; // if it fails
        hasSpare = spare.getAsBoolean();
    }

    private void attempt(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            failure = failure == null ? e : failure;
        }
    }

    /** Something that waits. */
    interface Waiting {
        void run() throws InterruptedException;
    }

    /** Waits, whoever interrupts; the interrupt is kept. */
    static void uninterrupted(Waiting waiting) {
        boolean isInterrupted = false;
        boolean isDone = false;
        while (!isDone) {
            try {
                waiting.run();
                isDone = true;
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
