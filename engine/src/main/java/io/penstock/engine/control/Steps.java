package io.penstock.engine.control;

import io.penstock.engine.core.Core;
import io.penstock.engine.core.Step;
import io.penstock.journal.RecordView;

/** How hosts without threads bring a core through a record. */
final class Steps {
    private Steps() {}

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
