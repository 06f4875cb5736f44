package io.penstock.engine.control;

import com.lmax.disruptor.Sequence;
import io.penstock.engine.core.Core;
import io.penstock.engine.core.Records;
import io.penstock.engine.egress.FrameChecksums;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.egress.OutputStage;
import io.penstock.engine.stage.AcceptedRecords;
import io.penstock.journal.JournalReader;
import io.penstock.journal.RecordView;

/**
 * Brings a restored core to the journal's end, and what it says out: the same core as the engine's,
 * fed by frames, so that events are taken in runs as they are in the ring.
 *
 * <p>One thread, the one that opens.
 */
final class TailReplay {
    private static final long PROGRESS_MASK = 0xFFFF;

    private final Core core;
    private final OutputRing outputs;
    private final OutputStage outputStage;
    private final FrameChecksums checksums;
    private final AcceptedRecords accepted;
    private final Sequence processed;

    /**
     * Names the parts.
     *
     * @param checksums that the output stage takes
     * @param accepted is told of each record
     * @param processed the operators' cursor
     */
    TailReplay(
            Core core,
            OutputRing outputs,
            OutputStage outputStage,
            FrameChecksums checksums,
            AcceptedRecords accepted,
            Sequence processed) {
        this.core = core;
        this.outputs = outputs;
        this.outputStage = outputStage;
        this.checksums = checksums;
        this.accepted = accepted;
        this.processed = processed;
    }

    /**
     * Makes all steps of the records behind a sequence.
     *
     * @param from sequence that the core stands behind
     * @param last of the journal
     */
    void run(JournalReader reader, long from, long last, Assembly.RecoveryProgress progress) {
        if (from < last) {
            Restoration.requireOk(reader.seek(from + 1), reader);
        }
        Runnable makeSpace = this::drainCompleted;
        Records records = reader::view;
        RecordView view = new RecordView();
        long done = from;
        while (done < last) {
            int ahead = reader.ahead();
            if (ahead == 0) {
                Restoration.requireOk(reader.next(view), reader);
            }
            long end = Math.min(last, done + ahead);
            publish(reader, view, done + 1, end);
            Steps.complete(core, records, view, done + 1, end, makeSpace);
            reader.pass((int) (end - done));
            processed.set(end);
            long milestone = end & ~PROGRESS_MASK;
            if (milestone > done) {
                progress.onProgress(milestone - from, last - from);
            }
            done = end;
        }
        accepted.publish();
        while (!outputs.isEmpty()) {
            outputStage.doWork();
        }
        outputStage.doWork();
    }

    /** Says what is known of records of one frame before the core sees them. */
    private void publish(JournalReader reader, RecordView view, long first, long end) {
        while (!checksums.hasSpace()) {
            outputStage.doWork();
        }
        int epoch = reader.epoch();
        for (long sequence = first; sequence <= end; sequence++) {
            accepted.note(reader.view(sequence, view), epoch);
        }
        checksums.publish(end, view.frameChecksum());
    }

    /**
     * Sends out what there is. The cursor first: a marker among the results waits for it, and the
     * record that has no space now may come behind that barrier in the same run.
     */
    private void drainCompleted() {
        processed.set(core.lastSequence());
        outputStage.doWork();
    }
}
