package io.penstock.journal.store;

/**
 * Bytes that were moved aside.
 *
 * @param name where they are now, below the store
 * @param lengthBytes how many, without the zeros at their end
 */
public record Quarantined(String name, long lengthBytes) {}
