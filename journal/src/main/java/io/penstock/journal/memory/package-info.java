/**
 * A journal's bytes in memory, with faults to order: for simulation and tests.
 *
 * <p>Deterministic from a seed; knows the store interface alone.
 */
package io.penstock.journal.memory;
