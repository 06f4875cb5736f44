package io.penstock.journal;

/**
 * What giving up the first records of a journal came to, or would come to.
 *
 * @param firstBefore sequence of the first record that was kept before
 * @param firstSequence sequence of the first record that is kept now
 * @param segments whole segments that are given up
 * @param lengthBytes of their files; some of these may be kept for segments to come
 */
public record RetentionReport(
        long firstBefore, long firstSequence, int segments, long lengthBytes) {
    /** Records that are given up. */
    public long records() {
        return firstSequence - firstBefore;
    }
}
