package io.penstock.journal;

import io.penstock.journal.files.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** A disk of which one call fails, or that call and all after it. */
final class FaultyDisk extends Disk {
    enum Fault {
        /** One call, of any kind. */
        ONE_CALL,
        /** From a call on, every one that takes room. */
        FULL,
        /** One call that brings something to the medium. */
        ONE_FORCE,
        /** From a call on, every one that changes anything. */
        READ_ONLY
    }

    private final Fault fault;
    private int callsUntilFault;
    private int faults;
    private int forces;

    FaultyDisk(Fault fault, int callsUntilFault) {
        this.fault = fault;
        this.callsUntilFault = callsUntilFault;
    }

    synchronized int faults() {
        return faults;
    }

    synchronized int forces() {
        return forces;
    }

    private synchronized void call(boolean takesRoom, boolean isForce) throws IOException {
        boolean counts =
                switch (fault) {
                    case ONE_CALL, READ_ONLY -> true;
                    case FULL -> takesRoom;
                    case ONE_FORCE -> isForce;
                };
        boolean isOnce = fault == Fault.ONE_CALL || fault == Fault.ONE_FORCE;
        forces += isForce ? 1 : 0;
        if (counts && callsUntilFault-- <= 0 && (faults == 0 || !isOnce)) {
            faults++;
            throw new IOException("injected: " + fault);
        }
    }

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        call(true, false);
        return super.open(file, options);
    }

    @Override
    public void write(FileChannel channel, ByteBuffer content, long position) throws IOException {
        try {
            call(true, false);
        } catch (IOException e) {
            // As a file system does it: what fits is written.
            super.write(channel, content.slice(0, content.remaining() / 2), position);
            throw e;
        }
        super.write(channel, content, position);
    }

    @Override
    public void force(FileChannel channel, boolean withMetadata) throws IOException {
        call(false, true);
    }

    @Override
    public void force(MappedByteBuffer mapping) throws IOException {
        call(false, true);
    }

    @Override
    public MappedByteBuffer map(FileChannel channel, long lengthBytes) throws IOException {
        call(false, false);
        return super.map(channel, lengthBytes);
    }

    @Override
    public void truncate(FileChannel channel, long lengthBytes) throws IOException {
        call(false, false);
        super.truncate(channel, lengthBytes);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        call(true, false);
        super.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        call(false, false);
        super.delete(path);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        call(true, false);
        super.createDirectories(directory);
    }
}
