/**
 * The write-ahead journal: frames, marks, typed outcomes.
 *
 * <p>Nothing here knows an engine. Chronicle Queue stands in a package of its own that nothing but
 * this module's factory imports.
 */
package io.penstock.journal;
