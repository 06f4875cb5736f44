package io.penstock.cli;

import java.nio.file.Path;

/**
 * Arguments of {@code why}.
 *
 * @param directory the directory of an engine
 * @param at a sequence, or a time in ISO 8601; null for the journal's end
 */
record WhyRequest(Path directory, String at) {}
