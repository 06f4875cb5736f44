/** What the project does not do unless it is told to, shown on fixtures and on traced starts. */
package io.penstock.cli.safety;
