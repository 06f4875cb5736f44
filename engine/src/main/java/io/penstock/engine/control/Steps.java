package io.penstock.engine.control;

import io.penstock.engine.core.Core;
import io.penstock.engine.core.Records;
import io.penstock.engine.core.Step;
import io.penstock.journal.RecordView;

/** How hosts without threads bring a core through a record. */
final class Steps {
    private Steps() {}

    /**
     * Makes all steps of records that follow each other.
     *
     * @param view of the caller's, for one record after the other
     */
    static void complete(
            Core core,
            Records records,
            RecordView view,
            long first,
            long last,
            Runnable makeSpace) {
        long next = first;
        while (next <= last) {
            next = core.run(records, view, next, last) + 1;
            if (next <= last) {
                complete(core, records.view(next, view), makeSpace);
                next++;
            }
        }
    }

    /**
     * Makes all steps of a record.
     *
     * @param makeSpace takes results out of the output ring when there is no space for more
     */
    static void complete(Core core, RecordView record, Runnable makeSpace) {
        Step step = core.stepInTurn(record);
        while (step != Step.COMPLETE) {
            if (step == Step.BLOCKED) {
                makeSpace.run();
            }
            step = core.stepInTurn(record);
        }
    }
}
