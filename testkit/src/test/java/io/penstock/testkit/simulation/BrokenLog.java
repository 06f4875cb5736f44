package io.penstock.testkit.simulation;

import io.penstock.engine.egress.LogStorage;
import io.penstock.fault.PenstockException;
import java.nio.ByteBuffer;

/** An output log's bytes with a bug. */
final class BrokenLog implements LogStorage {
    enum Bug {
        IGNORES_CUTS,
        LOSES_FRAMES,
        IGNORES_FAILED_APPENDS
    }

    private static final int LOST_EVERY = 7;

    private final LogStorage log;
    private final Bug bug;
    private int appends;

    BrokenLog(LogStorage log, Bug bug) {
        this.log = log;
        this.bug = bug;
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
        if (bug == Bug.LOSES_FRAMES && ++appends % LOST_EVERY == 0) {
            return;
        }
        try {
            log.append(source);
        } catch (PenstockException e) {
            if (bug != Bug.IGNORES_FAILED_APPENDS) {
                throw e;
            }
        }
    }

    @Override
    public void truncate(long position) {
        if (bug != Bug.IGNORES_CUTS) {
            log.truncate(position);
        }
    }

    @Override
    public void force() {
        log.force();
    }

    @Override
    public void close() {
        log.close();
    }
}
