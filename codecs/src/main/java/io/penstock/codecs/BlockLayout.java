package io.penstock.codecs;

/**
 * What follows what in a message or in a group's entry: a block of fixed fields, then groups, then
 * variable data. Immutable; compiled from tokens by {@link LayoutCompiler}.
 */
final class BlockLayout {
    /** Versions at which the block grew, ascending. */
    private final int[] versions;

    /** Bytes that the fields need from the version of the same index on. */
    private final int[] minLengths;

    final int declaredLength;
    final GroupLayout[] groups;
    final DataLayout[] data;

    BlockLayout(
            int[] versions,
            int[] minLengths,
            int declaredLength,
            GroupLayout[] groups,
            DataLayout[] data) {
        this.versions = versions;
        this.minLengths = minLengths;
        this.declaredLength = declaredLength;
        this.groups = groups;
        this.data = data;
    }

    /** Bytes that a block written by {@code actingVersion} has at least. */
    int minLength(int actingVersion) {
        for (int i = versions.length - 1; i >= 0; i--) {
            if (versions[i] <= actingVersion) {
                return minLengths[i];
            }
        }
        return 0;
    }

    /** An unsigned integer inside dimensions or before variable data. */
    record UnsignedField(int offset, int size) {}

    /** A repeating group: its dimensions, then its entries. */
    record GroupLayout(
            int sinceVersion,
            int dimensionLength,
            UnsignedField blockLength,
            UnsignedField count,
            long minCount,
            long maxCount,
            BlockLayout entry) {}

    /** A field of variable length: its length, then its bytes. */
    record DataLayout(int sinceVersion, int headerLength, UnsignedField length, long maxLength) {}
}
