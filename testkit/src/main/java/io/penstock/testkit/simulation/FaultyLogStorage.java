package io.penstock.testkit.simulation;

import io.penstock.engine.egress.LogStorage;
import io.penstock.engine.egress.MemoryLogStorage;
import io.penstock.fault.PenstockException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** An output log's bytes on a disk that may fail and be full. */
final class FaultyLogStorage implements LogStorage {
    private final MemoryLogStorage log;
    private final SimulatedDisk disk;
    private final SplittableRandom random;

    FaultyLogStorage(MemoryLogStorage log, SimulatedDisk disk, SplittableRandom random) {
        this.log = log;
        this.disk = disk;
        this.random = random;
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
        try {
            disk.write("output log");
        } catch (PenstockException e) {
            // A part of it found room.
            source.limit(source.position() + random.nextInt(source.remaining()));
            log.append(source);
            throw e;
        }
        log.append(source);
    }

    @Override
    public void truncate(long position) {
        log.truncate(position);
    }

    @Override
    public void force() {
        disk.force("output log");
        log.force();
    }

    @Override
    public void close() {
        log.close();
    }
}
