/**
 * The agents on the ring: journal and operators; outputs leave through the egress package's stage.
 *
 * <p>An agent owns a duty cycle and nothing else: the same agents get a thread each, share one, or
 * are stepped by a simulator.
 */
package io.penstock.engine.stage;
