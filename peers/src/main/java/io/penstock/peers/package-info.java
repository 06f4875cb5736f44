/**
 * Other systems doing the common workloads on the common events, each in a JVM of its own.
 *
 * <p>Rule: each peer is set up as its own users would for this job, with nothing durable, and
 * answers what the loop by hand answers; nothing here is ever published or used by another module.
 */
package io.penstock.peers;
