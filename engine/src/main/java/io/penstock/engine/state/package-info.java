/**
 * Keyed state outside the heap: tables, queues per key, timers, and a buffer that orders events.
 *
 * <p>Every write passes the undo log, every order of iteration is defined, everything can be saved
 * and restored, and the hash of the content does not depend on how it came to be. Knows memory and
 * snapshots, and nothing of time, windows or handlers.
 */
package io.penstock.engine.state;
