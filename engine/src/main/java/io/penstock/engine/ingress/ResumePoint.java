package io.penstock.engine.ingress;

/**
 * How much of a source is in the journal.
 *
 * @param position of its last record; -1 when there is none
 * @param check running CRC32C over its bytes up to that record
 * @param partialBytes of the next row that are in the journal already: a rejected row's first parts
 * @param hasEnded whether it was said that no record follows
 */
public record ResumePoint(long position, int check, long partialBytes, boolean hasEnded) {
    /** Nothing is in the journal. */
    public static final ResumePoint START = new ResumePoint(-1, 0, 0, false);
}
