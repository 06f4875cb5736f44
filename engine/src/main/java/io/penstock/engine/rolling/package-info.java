/**
 * Look-backs: for each event, aggregates of its key over the rows before it.
 *
 * <p>Everything is exact integer arithmetic that can be taken back row by row, so an event costs
 * what it adds and what it makes leave, however long the look-back is.
 */
package io.penstock.engine.rolling;
