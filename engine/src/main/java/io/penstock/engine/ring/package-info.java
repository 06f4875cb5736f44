/**
 * The ring: where every record gets its sequence, and its slot from which all stages read it.
 *
 * <p>Rule: nothing here blocks, locks or reads a clock of its own; pressure is a negative status,
 * and a slot has exactly one writer between claim and publish.
 */
package io.penstock.engine.ring;
