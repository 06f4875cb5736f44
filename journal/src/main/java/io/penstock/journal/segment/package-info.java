/**
 * A journal's bytes in files of one length that are made ahead and used again.
 *
 * <p>The appending thread copies into pages that were touched before and calls no file system;
 * whatever takes time or can run out is done ahead of it. Nothing here judges what bytes are worth.
 */
package io.penstock.journal.segment;
