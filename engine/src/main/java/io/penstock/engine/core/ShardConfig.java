package io.penstock.engine.core;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;

/**
 * How many cores share the work of a plan's keyed stages; never decides an answer.
 *
 * @param shards from 1, for one core that does everything, to {@value #MAX_SHARDS}
 * @param exchangeBytes of what a shard has made and the core behind it has not taken; a power of
 *     two
 */
public record ShardConfig(int shards, int exchangeBytes) {
    /** Most shards there can be. */
    public static final int MAX_SHARDS = 8;

    /** One core that does everything. */
    public static final ShardConfig NONE = of(1);

    private static final int DEFAULT_EXCHANGE_BYTES = 8 << 20;
    private static final int MIN_EXCHANGE_BYTES = 1 << 10;

    /** Refuses what is out of range. */
    public ShardConfig {
        if (shards < 1 || shards > MAX_SHARDS) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "shards must be 1 to " + MAX_SHARDS + ": shards=" + shards);
        }
        if (Integer.bitCount(exchangeBytes) != 1 || exchangeBytes < MIN_EXCHANGE_BYTES) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "exchange must be a power of two from "
                            + MIN_EXCHANGE_BYTES
                            + " bytes: exchangeBytes="
                            + exchangeBytes);
        }
    }

    /** So many shards, with exchanges of 8 MiB: a burst of some 50,000 results. */
    public static ShardConfig of(int shards) {
        return new ShardConfig(shards, DEFAULT_EXCHANGE_BYTES);
    }
}
