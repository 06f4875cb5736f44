/** The real machine: kernels, file systems and processes; what cannot be made here is not run. */
package io.penstock.cli.machine;
