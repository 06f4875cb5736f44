package io.penstock.engine.pipeline;

import io.penstock.codecs.MessageType;

/**
 * A source of a plan.
 *
 * @param name unique in the plan
 * @param type of its messages
 */
public record PlanSource(String name, MessageType<?, ?> type) {}
