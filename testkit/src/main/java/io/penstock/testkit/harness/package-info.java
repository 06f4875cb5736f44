/**
 * A pipeline under hostile schedules: whatever the batches, restores, full output rings, repeated
 * ticks and failed writes, its results and its state must be the same.
 *
 * <p>Rule: a schedule changes how a core is driven, never what it is given; every choice follows
 * from the seed.
 */
package io.penstock.testkit.harness;
