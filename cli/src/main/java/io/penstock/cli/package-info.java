/**
 * The command line: reads arguments, prints results, maps faults to exit codes. It computes no
 * answer of the engine, and it is the only place that reads the environment.
 */
package io.penstock.cli;
