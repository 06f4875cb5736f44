package io.penstock.testkit.simulation;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * What all stores share: space, directories, time that forces take, and whether anything failed.
 */
final class SimulatedDisk {
    private static final int FULL_ONE_IN = 200;
    private static final int FAILED_ONE_IN = 300;
    private static final int FAILED_FORCE_ONE_IN = 25;
    private static final int MAX_FULL_CALLS = 9;
    private static final int SLOW_ONE_IN = 4;
    private static final long MAX_SLOW_NS = 40_000_000;

    private final Faults faults;
    private final LongConsumer clock;
    private final TreeSet<String> unforcedEntries = new TreeSet<>();
    private final Consumer<String> directory;
    private int fullCalls;
    private boolean hasFailed;

    /**
     * Makes an empty disk.
     *
     * @param seams say what forces a directory, given the right way to do so
     * @param clock is moved on by the time that a force takes, ns
     */
    SimulatedDisk(Faults faults, Seams seams, LongConsumer clock) {
        this.faults = faults;
        this.clock = clock;
        this.directory = seams.directory(unforcedEntries::remove);
    }

    /** Takes space; refuses it while there is none. */
    void allocate(String what) throws IOException {
        if (fullCalls == 0 && faults.strike(Fault.FULL_DISK, FULL_ONE_IN)) {
            fullCalls = faults.random(Fault.FULL_DISK).nextInt(1, MAX_FULL_CALLS);
        }
        if (fullCalls > 0 && faults.isDeadly()) {
            fullCalls--;
            hasFailed = true;
            throw new IOException("No space left on device: " + what);
        }
    }

    /** Whether a write fails; space or not. */
    boolean failsWrite() {
        boolean fails = faults.strike(Fault.FAILED_WRITE, FAILED_ONE_IN);
        hasFailed |= fails;
        return fails;
    }

    /** Whether a force fails; takes its time either way. */
    boolean failsForce() {
        if (faults.strike(Fault.SLOW_DISK, SLOW_ONE_IN)) {
            clock.accept(faults.random(Fault.SLOW_DISK).nextLong(MAX_SLOW_NS));
        }
        boolean fails = faults.strike(Fault.FAILED_FORCE, FAILED_FORCE_ONE_IN);
        hasFailed |= fails;
        return fails;
    }

    /** Something else failed that the engine may stop for. */
    void noteFailure() {
        hasFailed = true;
    }

    /** As {@link #allocate}, and a write that may fail, of a store whose faults are ours. */
    void write(String what) {
        try {
            allocate(what);
            if (failsWrite()) {
                throw new IOException("Input/output error: " + what);
            }
        } catch (IOException e) {
            throw new PenstockException(Category.STORAGE, e.getMessage(), e);
        }
    }

    /** A force that may fail, of a store whose faults are ours. */
    void force(String what) {
        if (failsForce()) {
            throw new PenstockException(Category.STORAGE, "Input/output error: " + what);
        }
    }

    /** A file was made, and nobody has forced its directory. */
    void made(String name) {
        unforcedEntries.add(name);
    }

    /** Whoever says that a file will be found again has forced its directory. */
    void forceEntry(String name) {
        directory.accept(name);
    }

    /** Names of the files that a power cut takes. */
    List<String> losePower() {
        List<String> lost = new ArrayList<>();
        for (String name : unforcedEntries) {
            if (faults.strike(Fault.LOST_ENTRY, 1)) {
                lost.add(name);
            }
        }
        unforcedEntries.clear();
        return lost;
    }

    /** Whether something failed in this life, and the engine may have stopped for it. */
    boolean hasFailed() {
        return hasFailed;
    }

    /** A new process. */
    void newLife() {
        hasFailed = false;
        if (!faults.isDeadly()) {
            fullCalls = 0;
        }
    }

    /** Space is back. */
    void end() {
        fullCalls = 0;
    }
}
