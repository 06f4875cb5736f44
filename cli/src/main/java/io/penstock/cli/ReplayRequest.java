package io.penstock.cli;

import java.nio.file.Path;

/**
 * Arguments of {@code replay}.
 *
 * @param directory the directory of an engine
 * @param toSequence last sequence to replay, included; -1 for all
 * @param output where the results go; null for standard output
 * @param late where late events go; null when they are only counted
 * @param isVerify whether to compare with what is recorded, and give no results
 * @param isHolding whether the journal is kept from being trimmed before what is still to read
 */
record ReplayRequest(
        Path directory,
        long toSequence,
        Path output,
        Path late,
        boolean isVerify,
        boolean isHolding) {}
