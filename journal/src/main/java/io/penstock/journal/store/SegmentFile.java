package io.penstock.journal.store;

/**
 * A segment that was found.
 *
 * @param number its number by its name; 0 when the name is none of ours
 * @param epoch its writer's epoch by its place; 0 when the place is none of ours
 * @param name its path below the store, as messages show it
 * @param lengthBytes its length when it was found, unused space included
 */
public record SegmentFile(int number, int epoch, String name, long lengthBytes) {}
