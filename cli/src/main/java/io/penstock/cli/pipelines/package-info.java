/**
 * The built-in pipelines as the command line offers them: their parameters, columns and typed
 * settings. Describes, and runs nothing.
 */
package io.penstock.cli.pipelines;
