/**
 * How users say what is to be computed, and the immutable plan that comes of it.
 *
 * <p>Nothing runs here: a plan is built once, printed, hashed, and handed to a host's core.
 */
package io.penstock.engine.pipeline;
