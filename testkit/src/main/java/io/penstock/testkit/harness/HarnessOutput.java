package io.penstock.testkit.harness;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * One result of a pipeline under test.
 *
 * @param sinkId number of the sink in the plan
 * @param kind one of those in {@link io.penstock.engine.egress.OutputDescriptor}
 * @param revision how often the result was given before
 * @param ordinal number of the result within its sink, from 0
 * @param input index of the input that caused it
 * @param message with its SBE header
 */
public record HarnessOutput(
        int sinkId, byte kind, int revision, long ordinal, int input, UnsafeBuffer message) {}
