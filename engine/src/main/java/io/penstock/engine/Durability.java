package io.penstock.engine;

/** What an output waits for before it leaves, and so what can be lost. */
public enum Durability {
    /**
     * Nothing: outputs may leave before their cause is journaled. The journal is still written;
     * after a crash of the process its tail, and with it outputs that were seen, may be gone.
     */
    NONE,
    /**
     * The input is in the journal's mapped file: survives an exception, kill -9 and a crash of the
     * JVM; a power loss takes what the kernel had not written back.
     */
    PROCESS
}
