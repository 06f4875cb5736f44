/** The pipelines that come with the command line: ordinary users of the engine's API. */
package io.penstock.cli.builtin;
