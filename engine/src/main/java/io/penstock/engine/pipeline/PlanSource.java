package io.penstock.engine.pipeline;

import io.penstock.codecs.MessageType;

/**
 * A source of a plan.
 *
 * @param name unique in the plan
 * @param type of its messages
 * @param needsTicks whether its event time depends on the engine's clock, so that it needs ticks
 */
public record PlanSource(String name, MessageType<?, ?> type, boolean needsTicks) {}
