package io.penstock.testkit.crash;

import io.penstock.engine.egress.LogStorage;
import io.penstock.engine.egress.MemoryLogStorage;
import io.penstock.testkit.simulation.SimulatedCrash;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** An output log in memory whose writes tear, and whose bytes turn over. */
final class WeakLog implements LogStorage {
    private final MemoryLogStorage log = new MemoryLogStorage();
    private long forced;
    private SplittableRandom tearing;

    /** The next append is done in part, and the process ends. */
    void tear(SplittableRandom random) {
        tearing = random;
    }

    /** What was not forced is there up to somewhere. */
    void losePower(SplittableRandom random) {
        long end = random.nextLong(forced, log.size() + 1);
        log.truncate(end);
        forced = end;
    }

    /** Turns a bit over. */
    void flip(long bit) {
        ByteBuffer bytes = ByteBuffer.allocate((int) log.size());
        log.read(0, bytes);
        bytes.array()[(int) (bit >>> 3)] ^= (byte) (1 << (bit & 7));
        log.truncate(0);
        log.append(bytes.flip());
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
        if (tearing != null) {
            source.limit(source.position() + tearing.nextInt(source.remaining() + 1));
            tearing = null;
            log.append(source);
            throw new SimulatedCrash("append to the output log");
        }
        log.append(source);
    }

    @Override
    public void truncate(long position) {
        log.truncate(position);
        forced = Math.min(forced, position);
    }

    @Override
    public void force() {
        forced = log.size();
    }

    @Override
    public void close() {
        log.close();
    }
}
