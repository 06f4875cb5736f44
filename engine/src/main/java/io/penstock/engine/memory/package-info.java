/**
 * Native memory: raw access, blocks with a limit, the undo log of a step, and what an arena was
 * like at a moment.
 *
 * <p>Whoever changes bytes of an arena that were there before the step does so behind the undo log,
 * or tells the arena first: so a snapshot can be written beside it.
 *
 * <p>Lowest rank of the engine: imports nothing of it. Every address is checked while assertions
 * are enabled and by nothing at all while they are not.
 */
package io.penstock.engine.memory;
