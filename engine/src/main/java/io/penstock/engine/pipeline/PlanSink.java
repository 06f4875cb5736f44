package io.penstock.engine.pipeline;

import io.penstock.codecs.MessageType;

/**
 * A sink of a plan.
 *
 * @param name unique in the plan
 * @param type of its messages
 * @param spec where they go
 */
public record PlanSink(String name, MessageType<?, ?> type, SinkSpec spec) {}
