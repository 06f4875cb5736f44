/**
 * CSV at the edge, byte by byte: rows in, mapped to SBE messages by field name, and rows out.
 *
 * <p>Rule: what arrives is never trusted and never thrown about: a row that cannot be read gets a
 * {@link io.penstock.codecs.csv.RejectReason}; only an input that cannot be read at all is a fault.
 */
package io.penstock.codecs.csv;
