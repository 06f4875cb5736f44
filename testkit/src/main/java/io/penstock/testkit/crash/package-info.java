/**
 * The crash kit: somebody's own pipeline, ended at every point at which it can end, and compared
 * with the run that nothing happened to.
 *
 * <p>Rule: everything follows from events, fault, point and seed, so that one line repeats a
 * failure; faults are those of the stores, and no stage knows of them.
 */
package io.penstock.testkit.crash;
