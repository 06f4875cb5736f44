package io.penstock.engine.core;

import io.penstock.journal.RecordView;

/** Where a core finds records that follow each other. */
@FunctionalInterface
public interface Records {
    /** Points a view at the record of a sequence; returns the view. */
    RecordView view(long sequence, RecordView view);
}
