/**
 * Makes one page of what the benches kept: reads their files, measures nothing.
 *
 * <p>Rule: a page needs nothing but itself, no network and no script; nothing here knows a
 * workload.
 */
package io.penstock.benchmarks.report;
