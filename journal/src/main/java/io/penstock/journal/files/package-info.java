/**
 * What every journal in a directory of files has: its lock, its mark, its quarantine, and forcing.
 *
 * <p>Knows no format of segments. Everything that changes a file passes {@link
 * io.penstock.journal.files.Disk}, so that a test can let each call fail.
 */
package io.penstock.journal.files;
