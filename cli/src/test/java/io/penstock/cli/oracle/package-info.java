/** Slow second opinions on plain collections, and the shared data they are checked with. */
package io.penstock.cli.oracle;
