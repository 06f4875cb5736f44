package io.penstock.engine.ring;

import io.penstock.fault.PenstockException;
import java.util.ArrayList;
import java.util.List;

/**
 * Size and sharing of a ring.
 *
 * @param capacity slots, a power of two
 * @param strideBytes bytes from one slot to the next, header included; a multiple of {@link
 *     SlotLayout#STRIDE_ALIGNMENT} that is longer than the header
 * @param producers threads that claim; 1 spares the compare-and-set, and then only that one thread
 *     may claim, the engine's own records included
 */
public record RingConfig(int capacity, int strideBytes, int producers) {
    /** The most memory a ring may take. */
    public static final long MAX_RING_BYTES = 1L << 30;

    private static final int MAX_CAPACITY = 1 << 24;

    /** Memory of all slots, bytes. */
    public long totalBytes() {
        return (long) capacity * strideBytes;
    }

    /** The longest message a slot holds, SBE header included, bytes. */
    public int maxMessageLength() {
        return strideBytes - SlotLayout.HEADER_LENGTH;
    }

    /** Everything that is wrong, each with rule, value and remedy; empty when nothing is. */
    public List<String> violations() {
        List<String> violations = new ArrayList<>();
        boolean validCapacity =
                capacity > 0 && capacity <= MAX_CAPACITY && Integer.bitCount(capacity) == 1;
        if (!validCapacity) {
            violations.add(
                    "ring capacity must be a power of two"
                            + (capacity > MAX_CAPACITY ? " up to " + MAX_CAPACITY : "")
                            + ": capacity="
                            + capacity
                            + " (use "
                            + nearestCapacity()
                            + ")");
        }
        boolean validStride =
                strideBytes >= leastStride()
                        && strideBytes <= MAX_RING_BYTES
                        && strideBytes % SlotLayout.STRIDE_ALIGNMENT == 0;
        if (!validStride) {
            violations.add(
                    "ring slot stride must be a multiple of "
                            + SlotLayout.STRIDE_ALIGNMENT
                            + " from "
                            + leastStride()
                            + " up to "
                            + MAX_RING_BYTES
                            + " bytes: strideBytes="
                            + strideBytes
                            + " (use "
                            + nearestStride()
                            + ")");
        }
        if (validCapacity && validStride && totalBytes() > MAX_RING_BYTES) {
            violations.add(
                    "ring memory must be at most "
                            + MAX_RING_BYTES
                            + " bytes: capacity="
                            + capacity
                            + " times strideBytes="
                            + strideBytes
                            + " is "
                            + totalBytes()
                            + " (use capacity="
                            + Long.highestOneBit(MAX_RING_BYTES / strideBytes)
                            + ")");
        }
        if (producers < 1) {
            violations.add(
                    "ring needs a producer: producers=" + producers + " (use 1, or more threads)");
        }
        return violations;
    }

    RingConfig validated() {
        List<String> violations = violations();
        if (!violations.isEmpty()) {
            throw new PenstockException(
                    PenstockException.Category.CONFIGURATION, String.join("; ", violations));
        }
        return this;
    }

    private int nearestCapacity() {
        if (capacity <= 0) {
            return 1024;
        }
        return capacity > MAX_CAPACITY
                ? MAX_CAPACITY
                : Integer.highestOneBit(capacity) == capacity
                        ? capacity
                        : Integer.highestOneBit(capacity) << 1;
    }

    private static int leastStride() {
        return SlotLayout.strideFor(1);
    }

    private long nearestStride() {
        long alignment = SlotLayout.STRIDE_ALIGNMENT;
        long aligned = (strideBytes + alignment - 1) / alignment * alignment;
        return Math.max(leastStride(), Math.min(MAX_RING_BYTES, aligned));
    }
}
