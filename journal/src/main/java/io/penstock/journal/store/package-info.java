/**
 * What a journal needs of the place that holds its bytes: segments of opaque frames, a mark, a
 * lock.
 *
 * <p>Nothing here knows records, sequences or checksums; everything that judges bytes stands above.
 */
package io.penstock.journal.store;
