package io.penstock.engine.control;

import io.penstock.journal.Durability;

/**
 * An acknowledgement: every record up to a sequence survives what a level says.
 *
 * @param epoch of the journal's writer that gives it; higher after each opening
 * @param sequence of the last record that is acknowledged; -1 when none is
 * @param level what the records up to it survive
 */
public record Ack(int epoch, long sequence, Durability level) {}
