package io.penstock.testkit.crash;

import io.penstock.testkit.simulation.Fuse;
import io.penstock.testkit.simulation.SimulatedCrash;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Counts the points of a run, and lets something happen at one of them. */
final class PointFuse extends Fuse {
    /** What happens at the point; also asked at all points behind it. */
    interface Trap {
        /** The point is reached; throws what the call throws, or lets it go on. */
        void spring(CrashPoint point);

        /** A call behind the point. */
        void later(CrashPoint point);
    }

    private static final int NOWHERE = -1;

    private final Function<String, String> files;
    private final LongSupplier journaled;
    private final List<CrashPoint> points = new ArrayList<>();
    private boolean isRecording;
    private int calls;
    private int trapAt = NOWHERE;
    private Trap trap;
    private CrashPoint sprung;

    /**
     * A fuse without a trap.
     *
     * @param files the file that a call of the journal is about
     * @param journaled sequence of the last record in the journal
     */
    PointFuse(Function<String, String> files, LongSupplier journaled) {
        this.files = files;
        this.journaled = journaled;
    }

    /** Keeps a list of all points. */
    void record() {
        isRecording = true;
    }

    List<CrashPoint> points() {
        return points;
    }

    /** Calls so far, those in recoveries included. */
    int calls() {
        return calls;
    }

    /** Sets the trap at a point: the number of a call. */
    void set(int number, Trap newTrap) {
        trapAt = number;
        trap = newTrap;
    }

    /** The point at which the trap was sprung; null if it was not. */
    CrashPoint sprung() {
        return sprung;
    }

    @Override
    public void call(String what) {
        if (isDead()) {
            throw new SimulatedCrash(what);
        }
        calls++;
        if (isRecording) {
            points.add(point(what));
        }
        if (calls == trapAt) {
            sprung = point(what);
            trap.spring(sprung);
        } else if (trapAt != NOWHERE && calls > trapAt) {
            trap.later(point(what));
        }
    }

    private CrashPoint point(String what) {
        return new CrashPoint(calls, what, files.apply(what), journaled.getAsLong());
    }
}
