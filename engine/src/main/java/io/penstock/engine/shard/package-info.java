/**
 * How the shards of a plan's keyed stages hand their results to the core that runs the rest, in the
 * order of one thread.
 *
 * <p>Nothing here decides an answer: what a shard computes is what one thread would have computed
 * for the same keys.
 */
package io.penstock.engine.shard;
