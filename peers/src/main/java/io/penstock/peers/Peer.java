package io.penstock.peers;

import io.penstock.benchmarks.Workload;

/** A system that runs a session's workload, again and again, in this JVM. */
interface Peer extends AutoCloseable {
    /** Whether it can do a workload at all. */
    boolean does(Workload workload);

    /**
     * Feeds all events of a session and returns when its last result has been tallied. What is done
     * before the first event is taken is not timed.
     */
    void run(Session session) throws Exception;

    @Override
    void close();
}
