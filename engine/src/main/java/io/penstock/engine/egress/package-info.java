/**
 * The way out: output ring, output log, sinks, and the stage that moves results between them.
 *
 * <p>A result leaves only when its cause is journaled; what is in the output log is never sent
 * again. Nothing here decides an answer.
 */
package io.penstock.engine.egress;
