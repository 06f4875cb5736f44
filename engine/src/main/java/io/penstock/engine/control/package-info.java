/**
 * What surrounds the stages: the directory, recovery, snapshots, the engine's state.
 *
 * <p>Knows files and threads; never decides an answer.
 */
package io.penstock.engine.control;
