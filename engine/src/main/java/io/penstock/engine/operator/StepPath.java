package io.penstock.engine.operator;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where one of several cores stands in the order of one thread.
 *
 * <p>Common steps are those that all cores of an engine make: taking a record, and each firing of a
 * stage that all of them run. They are numbered, so equal numbers are the same step. Within it,
 * visits of partitioned stages are numbered in the same way. Between common steps partitioned
 * stages fire, each core those of its own keys: a firing has words that all its operators would
 * have ordered it by on one thread.
 *
 * <p>{@link #common()}, {@link #behind} and {@link #done()} give places as numbers that only grow.
 * Used by one core's thread.
 */
public final class StepPath {
    /** Place of what happens in a common step. */
    public static final int COMMON = -1;

    private final long stride;
    private long step;
    private long visits;
    private long markedStep;
    private long markedVisits;
    private int place = COMMON;
    private boolean isTold;
    private boolean hasLatest;
    private long first;
    private long second;
    private long third;
    private long fourth;
    private int keyLength;
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[Key.MAX_LENGTH_BYTES]);
    private boolean hadLatest;
    private final long[] markedWords = new long[4];
    private int markedKeyLength;
    private final UnsafeBuffer markedKey = new UnsafeBuffer(new byte[Key.MAX_LENGTH_BYTES]);

    /**
     * Creates the path of a core that has done nothing.
     *
     * @param places how many stages the plan has
     */
    public StepPath(int places) {
        this.stride = places + 1L;
    }

    /** Begins a common step. */
    public void nextStep() {
        step++;
        place = COMMON;
    }

    /** Makes so many common steps in which nothing is given on. */
    public void nextSteps(int count) {
        step += count;
        place = COMMON;
    }

    /** Notes where {@link #reset()} goes back to. */
    public void mark() {
        markedStep = step;
        markedVisits = visits;
    }

    /** The common steps since {@link #mark()} were taken back and will be made again. */
    public void reset() {
        step = markedStep;
        visits = markedVisits;
        place = COMMON;
    }

    /** Number of the latest common step. */
    public long step() {
        return step;
    }

    /** Counts a visit of a partitioned stage; its number. */
    public long nextVisit() {
        return ++visits;
    }

    /** Counts visits of a partitioned stage that nothing comes of. */
    public void nextVisits(int count) {
        visits += count;
    }

    /** Number of the latest visit. */
    public long visit() {
        return visits;
    }

    /** Begins the sweep of a partitioned stage: none of its firings was before. */
    public void beginSweep() {
        hasLatest = false;
        isTold = false;
        first = Long.MIN_VALUE;
        second = Long.MIN_VALUE;
        third = Long.MIN_VALUE;
        fourth = Long.MIN_VALUE;
        keyLength = 0;
    }

    /** Begins a firing of a partitioned stage. */
    public void beginFiring(int stage) {
        place = stage;
        isTold = false;
    }

    /** Notes the firing that {@link #resetFirings()} goes back to. */
    public void markFirings() {
        hadLatest = hasLatest;
        markedWords[0] = first;
        markedWords[1] = second;
        markedWords[2] = third;
        markedWords[3] = fourth;
        markedKeyLength = keyLength;
        if (keyLength > 0) {
            markedKey.putBytes(0, key, 0, keyLength);
        }
    }

    /** The firings since {@link #markFirings()} were taken back and will be made again. */
    public void resetFirings() {
        hasLatest = hadLatest;
        first = markedWords[0];
        second = markedWords[1];
        third = markedWords[2];
        fourth = markedWords[3];
        keyLength = markedKeyLength;
        key.putBytes(0, markedKey, 0, keyLength);
        isTold = false;
    }

    /** The stage that fires, or {@link #COMMON}. */
    public int place() {
        return place;
    }

    /** The number of the latest common step as a place. */
    public long common() {
        return common(step);
    }

    /** The number of a common step as a place. */
    public long common(long number) {
        return number * stride;
    }

    /** The place behind the sweep of a stage that followed the latest common step. */
    public long behind(int stage) {
        return step * stride + stage + 1;
    }

    /** The place behind all sweeps that followed the latest common step. */
    public long done() {
        return done(step);
    }

    /** The place behind all sweeps that followed a common step. */
    public long done(long number) {
        return number * stride + stride - 1;
    }

    /** Number of the last common step of which all is done, for whoever has come to a place. */
    public long stepsDone(long reached) {
        return reached == Long.MAX_VALUE ? Long.MAX_VALUE : (reached + 1) / stride - 1;
    }

    /**
     * Says what orders a firing. One that comes after a greater one of the same core, because that
     * one caused it, keeps that one's words: on one thread too it would have followed at once.
     */
    void firing(long newFirst, long newSecond, long newThird, long newFourth) {
        isTold = true;
        if (!hasLatest || compare(newFirst, newSecond, newThird, newFourth, key, 0, 0) > 0) {
            set(newFirst, newSecond, newThird, newFourth);
            keyLength = 0;
        }
    }

    /** As {@link #firing(long, long, long, long)}, with a binary key behind the words. */
    void firing(
            long newFirst,
            long newSecond,
            long newThird,
            long newFourth,
            DirectBuffer newKey,
            int offset,
            int length) {
        isTold = true;
        if (!hasLatest
                || compare(newFirst, newSecond, newThird, newFourth, newKey, offset, length) > 0) {
            set(newFirst, newSecond, newThird, newFourth);
            key.putBytes(0, newKey, offset, length);
            keyLength = length;
        }
    }

    private void set(long newFirst, long newSecond, long newThird, long newFourth) {
        hasLatest = true;
        first = newFirst;
        second = newSecond;
        third = newThird;
        fourth = newFourth;
    }

    private int compare(
            long newFirst,
            long newSecond,
            long newThird,
            long newFourth,
            DirectBuffer newKey,
            int offset,
            int length) {
        if (newFirst != first) {
            return newFirst < first ? -1 : 1;
        }
        if (newSecond != second) {
            return newSecond < second ? -1 : 1;
        }
        if (newThird != third) {
            return newThird < third ? -1 : 1;
        }
        if (newFourth != fourth) {
            return newFourth < fourth ? -1 : 1;
        }
        return compareKeys(newKey, offset, length, key, 0, keyLength);
    }

    /** Order of binary keys: as unsigned bytes, a prefix first. */
    public static int compareKeys(
            DirectBuffer left,
            int leftOffset,
            int leftLength,
            DirectBuffer right,
            int rightOffset,
            int rightLength) {
        int common = Math.min(leftLength, rightLength);
        for (int i = 0; i < common; i++) {
            int order =
                    Integer.compare(
                            left.getByte(leftOffset + i) & 0xFF,
                            right.getByte(rightOffset + i) & 0xFF);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(leftLength, rightLength);
    }

    /** Whether the firing's words have been told. */
    public boolean isTold() {
        return isTold;
    }

    /** The first word of the firing, or of the one before it that was greater. */
    public long first() {
        return first;
    }

    /** The second word. */
    public long second() {
        return second;
    }

    /** The third word. */
    public long third() {
        return third;
    }

    /** The fourth word. */
    public long fourth() {
        return fourth;
    }

    /** The binary key behind the words. */
    public DirectBuffer key() {
        return key;
    }

    /** Bytes of the binary key; 0 if there is none. */
    public int keyLength() {
        return keyLength;
    }
}
