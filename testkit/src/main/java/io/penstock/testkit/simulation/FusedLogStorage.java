package io.penstock.testkit.simulation;

import io.penstock.engine.egress.LogStorage;
import java.nio.ByteBuffer;

/** An output log's bytes behind a fuse. */
public final class FusedLogStorage implements LogStorage {
    private final LogStorage log;
    private final Fuse fuse;

    /** Puts a fuse before every call. */
    public FusedLogStorage(LogStorage log, Fuse fuse) {
        this.log = log;
        this.fuse = fuse;
    }

    @Override
    public String name() {
        return log.name();
    }

    @Override
    public long size() {
        return log.size();
    }

    @Override
    public void read(long position, ByteBuffer target) {
        log.read(position, target);
    }

    @Override
    public void append(ByteBuffer source) {
        fuse.call("append to the output log");
        log.append(source);
    }

    @Override
    public void truncate(long position) {
        fuse.call("cut of the output log");
        log.truncate(position);
    }

    @Override
    public void force() {
        fuse.call("force of the output log");
        log.force();
    }

    @Override
    public void close() {
        log.close();
    }
}
