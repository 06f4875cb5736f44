/**
 * Small programs that show what the engine can do, each with an expected output.
 *
 * <p>Rule: ordinary users of the public API; nothing here is needed by anything else.
 */
package io.penstock.examples;
