package io.penstock.engine.core;

import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.operator.EventBatch;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.SourceOperator;
import io.penstock.engine.operator.StepContext;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;

/**
 * How a core takes many events at once: {@link Core#run}.
 *
 * <p>Between two commits nothing becomes due: a commit, and a sweep, stand behind each event that
 * moves a watermark or gives a stage something to do. Events that only change state of stages which
 * can take a batch are handed to them together. Others are looked at together, so that stages find
 * what they will touch at once, and then pushed one by one, in rows that end where something is
 * due.
 *
 * <p>The core's thread.
 */
@HotPath
final class EventRuns {
    private static final int LEAST_REACH = 8;

    private final Core core;
    private final Sources sources;
    private final StepContext context;
    private final UndoLog undo;
    private final Link link;
    private final boolean isAlone;

    /** The last record taken. */
    private long done;

    /** The last record that the attempt at hand would take. */
    private long attemptedTo;

    // How everything stood at the last commit.
    private long committed;
    private long committedOrdinal;
    private long committedTimeNs;

    /** Up to here records are made step by step: one of them failed among others. */
    private long singlesTo = RecordView.NULL_SEQUENCE;

    private long together;
    private long inRows;

    /**
     * Events to look at together: not many more than were lately taken before something was due.
     */
    private int reach = EventBatch.CAPACITY;

    EventRuns(Core core, Sources sources, StepContext context, UndoLog undo, Link link) {
        this.core = core;
        this.sources = sources;
        this.context = context;
        this.undo = undo;
        this.link = link;
        this.isAlone = link.isAlone();
    }

    /** How many events were taken in batches. */
    long together() {
        return together;
    }

    /** How many events were taken in rows. */
    long inRows() {
        return inRows;
    }

    /** As {@link Core#run}, for a core that has not failed and nobody else watches. */
    long run(Records records, RecordView view, long first, long last) {
        done = first - 1;
        if (first <= singlesTo) {
            return done;
        }
        markCommitted();
        try {
            runAll(records, view, last);
        } catch (StepFailure e) {
            throw e;
        } catch (Throwable t) {
            takeBack();
            if (t instanceof Error) {
                link.beginAccept();
                // It may not come again, and must not be forgotten.
                core.fail(records.view(attemptedTo, view), t);
            }
            return done;
        }
        settle();
        return done;
    }

    /** Ends the step of what was taken so far. */
    private void settle() {
        if (committed < done) {
            core.commit();
            markCommitted();
            core.completed(done);
            link.completed();
        }
    }

    private void runAll(Records records, RecordView view, long last) {
        boolean isGoing = true;
        while (isGoing && done < last && link.canAccept()) {
            attemptedTo = done + 1;
            RecordView next = records.view(attemptedTo, view);
            if (next.kind() != RecordKind.DATA || !sources.has(next.sourceId())) {
                return;
            }
            int sourceId = next.sourceId();
            boolean isTogether =
                    sources.takesBatches(sourceId) && core.clockHorizonNs() != Long.MIN_VALUE;
            if (!isAlone && (!isTogether || core.usesClock())) {
                return; // step by step, as the others do
            }
            if (!sources.gathers(sourceId)) {
                isGoing = takeOne(next);
                continue;
            }
            SourceOperator<?> source = sources.get(sourceId);
            long before = done;
            int most = link.canTake((int) Math.min(last - done, reach));
            int count = most > 0 ? gather(source, records, next, done + most) : 0;
            if (count <= 1) {
                isGoing = takeOne(records.view(done + 1, next));
            } else if (isTogether) {
                isGoing = takeBatch(sourceId, records, next, count);
            } else {
                isGoing = takeRows(source, records, next, count);
            }
            adapt(count, (int) (done - before));
        }
    }

    private void markCommitted() {
        link.mark();
        committed = done;
        committedOrdinal = core.ordinal;
        committedTimeNs = core.timeNs;
    }

    private void takeBack() {
        undo.rollback();
        link.abort();
        core.ordinal = committedOrdinal;
        core.timeNs = committedTimeNs;
        done = committed;
        singlesTo = attemptedTo;
    }

    /** Takes the next record; false if it has steps left. */
    private boolean takeOne(RecordView record) {
        if (!isAlone) {
            return takeByStep(record);
        }
        attemptedTo = done + 1;
        core.ordinal++;
        boolean hasClockMoved = record.timeNs() > core.timeNs;
        core.timeNs = Math.max(core.timeNs, record.timeNs());
        context.record(record.sequence(), core.timeNs, record.sourcePosition(), core.ordinal);
        sources.begin();
        sources.onData(record);
        if (hasClockMoved) {
            core.clockMoved(core.timeNs);
        }
        done++;
        return !(sources.haveMoved() || context.isDue()) || sweep(record);
    }

    /** Others are told of each step: it has to be one of its own. */
    private boolean takeByStep(RecordView record) {
        settle();
        if (core.step(record) != Step.COMPLETE) {
            return false;
        }
        done++;
        markCommitted();
        return true;
    }

    private void adapt(int count, int taken) {
        if (taken < count) {
            reach = Math.max(LEAST_REACH, 2 * taken);
        } else if (count >= reach) {
            reach = Math.min(EventBatch.CAPACITY, 2 * reach);
        }
    }

    /** Takes gathered records of one source, some together; false if one has steps left. */
    private boolean takeBatch(int sourceId, Records records, RecordView view, int count) {
        SourceOperator<?> source = sources.get(sourceId);
        int at = 0;
        while (at < count) {
            int end = source.takenTogether(at, core.horizonNs(sourceId));
            end = source.beforeClock(at, end, core.clockHorizonNs());
            if (end > at && !takeTogether(source, records, view, at, end)) {
                return false;
            }
            if (end < count && (!link.canAccept() || !takeOne(records.view(done + 1, view)))) {
                return false;
            }
            at = end + 1;
        }
        return true;
    }

    /** Takes gathered records of one source, one by one; false if one has steps left. */
    private boolean takeRows(
            SourceOperator<?> source, Records records, RecordView view, int count) {
        if (!source.foreseeBatch()) {
            reach = LEAST_REACH; // up to the event that fails
        }
        int at = 0;
        while (at < count && link.canAccept()) {
            long watermark = source.clock().watermark();
            boolean wasIdle = source.clock().isIdle();
            at = takeRow(source, at, source.rowEnd(at));
            boolean hasMoved = wasIdle || source.clock().watermark() != watermark;
            if ((hasMoved || context.isDue()) && !sweep(records.view(done, view))) {
                return false;
            }
        }
        return true;
    }

    /** Takes events up to the first behind which something is due, or there is no space. */
    private int takeRow(SourceOperator<?> source, int from, int to) {
        long beforeNs = core.timeNs;
        context.clockHorizon(core.clockHorizonNs());
        int at = from;
        do {
            long recordNs = source.recordTimeNs(at);
            boolean hasClockMoved = recordNs > core.timeNs;
            core.timeNs = Math.max(core.timeNs, recordNs);
            attemptedTo = done + 1;
            core.ordinal++;
            context.record(attemptedTo, core.timeNs, source.position(at), core.ordinal);
            source.onNext(at);
            if (hasClockMoved && core.timeNs >= context.clockHorizonNs()) {
                core.clockMoved(core.timeNs);
            }
            done = attemptedTo;
            at++;
        } while (at < to && !context.isDue() && link.canAccept());
        source.onTaken(from, at, beforeNs);
        inRows += at - from;
        return at;
    }

    private int gather(SourceOperator<?> source, Records records, RecordView view, long last) {
        int sourceId = view.sourceId();
        long first = done + 1;
        source.beginBatch(core.ordinal + 1);
        RecordView next = view;
        while (next.kind() == RecordKind.DATA
                && next.sourceId() == sourceId
                && source.gather(next)
                && first + source.gathered() <= last) {
            next = records.view(first + source.gathered(), view);
        }
        return source.gathered();
    }

    private boolean takeTogether(
            SourceOperator<?> source, Records records, RecordView view, int from, int to) {
        attemptedTo = done + (to - from);
        RecordView last = records.view(attemptedTo, view);
        long watermark = source.clock().watermark();
        core.ordinal += to - from;
        context.record(attemptedTo, core.timeNs, last.sourcePosition(), core.ordinal);
        core.timeNs = source.onBatch(from, to, core.timeNs);
        link.taken(to - from);
        together += to - from;
        done = attemptedTo;
        return source.clock().watermark() == watermark || sweep(last);
    }

    /** Commits, and sweeps behind the record that was taken last; false if it has steps left. */
    private boolean sweep(RecordView record) {
        core.commit();
        markCommitted();
        if (core.sweepBehind(record) == Step.COMPLETE) {
            return true;
        }
        done--;
        return false;
    }
}
