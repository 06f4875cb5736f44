/**
 * SBE messages seen from outside their classes: descriptors, schema IR, validation and printing.
 *
 * <p>Rule: nothing here knows a journal, a ring or a thread; it depends on faults, Agrona and
 * sbe-tool only.
 */
package io.penstock.codecs;
