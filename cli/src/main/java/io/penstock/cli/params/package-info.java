/**
 * Named parameters given as text: declared once, parsed and checked together. Knows no pipeline and
 * no command.
 */
package io.penstock.cli.params;
