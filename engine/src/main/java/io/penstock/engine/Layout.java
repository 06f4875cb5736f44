package io.penstock.engine;

/** How the stages share threads; never decides an answer. */
public enum Layout {
    /** Journal, operators and outputs take turns on one thread. */
    SHARED,
    /** Journal, operators and outputs have a thread each; with shards, each shard another one. */
    DEDICATED
}
