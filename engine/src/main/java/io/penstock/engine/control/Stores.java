package io.penstock.engine.control;

import io.penstock.engine.egress.LogStorage;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.journal.Journal;
import java.nio.file.Path;

/** Where an assembly keeps what must survive: files in production, memory in tests. */
public interface Stores {
    /** Opens the journal for writing. */
    Journal openJournal();

    /** The bytes of the output log. */
    LogStorage openOutputLog();

    /** The snapshots. */
    SnapshotStorage snapshots();

    /**
     * The directory in which other processes ask, and register as readers; null where there are no
     * others.
     */
    default Path directory() {
        return null;
    }

    /** A sink of the plan, not opened. */
    Sink sink(PlanSink sink);
}
