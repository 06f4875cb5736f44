package io.penstock.cli;

import java.nio.file.Path;

/**
 * Arguments of {@code stat}.
 *
 * @param directory the directory of an engine
 * @param isWatching whether to go on until interrupted
 */
record StatRequest(Path directory, boolean isWatching) {}
