package io.penstock.cli.demo;

/**
 * Numbers that look random and are the same for a seed on every JVM: the SplitMix64 of Steele, Lea
 * and Flood (Fast Splittable Pseudorandom Number Generators, 2014). One thread.
 */
final class SplitMix64 {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private long state;

    SplitMix64(long seed) {
        state = seed;
    }

    /** All 64 bits. */
    long next() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** A number in {@code [0, bound)}; the bias of less than bound / 2^32 does not matter here. */
    int below(int bound) {
        return (int) (((next() >>> 32) * bound) >>> 32);
    }

    /** True once in {@code times}, on average. */
    boolean onceIn(int times) {
        return below(times) == 0;
    }

    /** The bits of a number, well mixed. */
    static long mix(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
