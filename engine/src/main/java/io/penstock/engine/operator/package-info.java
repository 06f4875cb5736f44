/**
 * What a plan is made of: operators that push events to the next operator, all in one thread.
 *
 * <p>No thread, clock, file or randomness here: everything an operator knows comes with the event
 * or from its state, and every write of state passes the undo log.
 */
package io.penstock.engine.operator;
