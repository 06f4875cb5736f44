/**
 * Benchmarks beside their baselines: the same events, the same machine, the same run.
 *
 * <p>Rule: no figure is shown for an answer that was not checked, and a ratio compares only what
 * ran interleaved in one process or, where other systems are compared, in processes of their own
 * one after the other.
 */
package io.penstock.benchmarks;
