package io.penstock.cli;

import java.nio.file.Path;

/**
 * Arguments of {@code journal verify --deep} and {@code journal checkpoint}.
 *
 * @param directory the directory of an engine, or of a journal
 * @param compared file of an earlier checkpoint; null for none
 * @param givenUpBefore records below this sequence were given up on purpose
 * @param isExport whether a checkpoint is wanted
 * @param output where the checkpoint goes; null for standard output
 */
record AuditRequest(
        Path directory, Path compared, long givenUpBefore, boolean isExport, Path output) {}
