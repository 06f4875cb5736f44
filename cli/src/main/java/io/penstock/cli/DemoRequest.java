package io.penstock.cli;

import java.nio.file.Path;

/**
 * Arguments of {@code demo}.
 *
 * @param events transactions to generate
 * @param seed what they are made of
 * @param directory where everything is kept; null for the default
 */
record DemoRequest(long events, long seed, Path directory) {}
