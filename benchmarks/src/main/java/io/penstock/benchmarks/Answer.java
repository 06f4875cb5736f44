package io.penstock.benchmarks;

/**
 * What a contender computed: the same for all contenders of a workload, or one of them is wrong.
 *
 * @param count results, or events where every event is a result
 * @param checksum sum over all results, whatever their order
 */
public record Answer(long count, long checksum) {
    private static final long PRIME_1 = 0x9E3779B97F4A7C15L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_3 = 0x165667B19E3779F9L;

    /** Share of one window result in a checksum. */
    public static long mix(long key, long windowStart, long sum, long count, long max) {
        long hash = key * PRIME_1 + windowStart;
        hash = finish(hash) + sum * PRIME_2;
        hash = finish(hash) + count * PRIME_3;
        return finish(hash + max);
    }

    /** Spreads all bits over all others; MurmurHash3's finalizer. */
    static long finish(long value) {
        long hash = value;
        hash ^= hash >>> 33;
        hash *= 0xFF51AFD7ED558CCDL;
        hash ^= hash >>> 33;
        hash *= 0xC4CEB9FE1A85EC53L;
        return hash ^ (hash >>> 33);
    }

    /** What {@link #toString} wrote. */
    public static Answer parse(String text) {
        int slash = text.indexOf('/');
        return new Answer(
                Long.parseLong(text.substring(0, slash)),
                Long.parseUnsignedLong(text.substring(slash + 1), 16));
    }

    @Override
    public String toString() {
        return count + "/" + Long.toHexString(checksum);
    }
}
