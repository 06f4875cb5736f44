/**
 * Windows over panes: assignment, aggregates, firing.
 *
 * <p>Windows are aligned to the epoch, start inclusive, end exclusive. A window fires when the
 * watermark reaches its end; an event is too late when the watermark had reached the end of every
 * window it belongs to.
 */
package io.penstock.engine.window;
