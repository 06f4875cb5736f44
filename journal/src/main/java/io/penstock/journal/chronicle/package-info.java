/**
 * A journal's bytes in the files of Chronicle Queue, with its clock, lock and sync replaced.
 *
 * <p>Chronicle appends and does nothing else: it never opens a file that it did not create in the
 * same opening, and reading walks the files without it. Nothing but the factory of this module
 * imports this package, and nothing but this package imports Chronicle.
 */
package io.penstock.journal.chronicle;
