/** Workers that are killed, and a checker that knows only the files they leave. */
package io.penstock.cli.crash;
