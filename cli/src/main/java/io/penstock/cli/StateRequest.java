package io.penstock.cli;

import java.nio.file.Path;

/**
 * Arguments of {@code state}.
 *
 * @param directory the directory of an engine
 * @param at a sequence, or a time in ISO 8601; null for the journal's end
 * @param stage the only stage that is wanted; null for all
 * @param state the only state of the stages that is wanted; null for all
 * @param key the only key that is wanted; null for all
 * @param limit most entries that are printed
 */
record StateRequest(
        Path directory, String at, String stage, String state, String key, long limit) {}
