/**
 * The production stages stepped from a seed, with crashes, lost tails and damage, against
 * invariants.
 *
 * <p>Rule: everything that happens follows from the seed; no clock, thread, identity or iteration
 * order of hashes is asked.
 */
package io.penstock.testkit.simulation;
