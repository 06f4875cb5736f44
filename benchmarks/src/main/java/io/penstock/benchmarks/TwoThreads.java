package io.penstock.benchmarks;

/**
 * A contender of two threads that spin: the caller of {@link #run} produces, a thread of its own
 * consumes. If one of them fails, the other stops too.
 */
abstract class TwoThreads implements Contender {
    private final String name;
    private final long events;
    private Thread consumer;
    private volatile boolean isGo;
    private volatile boolean isDone;
    private volatile Throwable failure;

    TwoThreads(String name, long events) {
        this.name = name;
        this.events = events;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final long events() {
        return events;
    }

    /** Makes everything that is not to be measured. Caller's thread. */
    abstract void open();

    /** Produces all events. Caller's thread. */
    abstract void produce();

    /** Consumes all events. Consumer's thread. */
    abstract void consume();

    /** Gives everything back, whatever happened. Caller's thread. */
    abstract void close();

    /** What was computed; both threads have ended, nothing has been given back. */
    abstract Answer answer();

    @Override
    public final void prepare() {
        isGo = false;
        isDone = false;
        failure = null;
        open();
        consumer = new Thread(this::consumeWhenTold, "bench-consumer");
        consumer.setDaemon(true);
        consumer.start();
    }

    @Override
    public final void run() {
        isGo = true;
        try {
            produce();
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        }
        while (!isDone) {
            pause();
        }
    }

    @Override
    public final Answer finish() {
        try {
            consumer.join();
            checkFailure();
            return answer();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            close();
        }
    }

    /** To be called by both threads in each turn of a loop that waits for the other. */
    final void pause() {
        checkFailure();
        Thread.onSpinWait();
    }

    private void checkFailure() {
        Throwable cause = failure;
        if (cause != null) {
            throw new IllegalStateException(name + " failed: " + cause, cause);
        }
    }

    private void consumeWhenTold() {
        try {
            while (!isGo) {
                pause();
            }
            consume();
        } catch (RuntimeException | Error e) {
            failure = e;
        } finally {
            isDone = true;
        }
    }
}
