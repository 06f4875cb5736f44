/**
 * Native memory: raw access, blocks with a limit, and the undo log of a step.
 *
 * <p>Lowest rank of the engine: imports nothing of it. Every address is checked while assertions
 * are enabled and by nothing at all while they are not.
 */
package io.penstock.engine.memory;
