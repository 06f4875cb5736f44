/**
 * Pipelines under test: the production core and stages on one thread, a clock set by hand, stores
 * in memory.
 *
 * <p>Rule: nothing here decides an answer; what a pipeline gives here it gives in production.
 */
package io.penstock.testkit;
