package io.penstock.engine.core;

import io.penstock.codecs.system.EndOfSourceDecoder;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.operator.SourceOperator;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.time.SourceClock;
import io.penstock.journal.RecordView;
import java.util.List;

/**
 * The sources of a running plan: what takes their records, and how far event time has come.
 *
 * <p>The core's thread.
 */
@HotPath
final class Sources {
    private static final int TEMPLATE_OFFSET = 2;

    private final StepContext context;
    private final SourceOperator<?>[] sources;
    private final boolean[] takesBatches;
    private final boolean[] gathers;
    private boolean haveMoved;

    Sources(StepContext context, List<SourceOperator<?>> sources) {
        this.context = context;
        this.sources = sources.toArray(new SourceOperator<?>[0]);
        this.takesBatches = new boolean[this.sources.length];
        this.gathers = new boolean[this.sources.length];
        for (int i = 0; i < takesBatches.length; i++) {
            gathers[i] = this.sources[i].gathers();
            takesBatches[i] = this.sources[i].takesBatches();
        }
    }

    SourceOperator<?> get(int sourceId) {
        return sources[sourceId];
    }

    /** Whether there is a source of that number. */
    boolean has(int sourceId) {
        return sourceId < sources.length;
    }

    /** Whether events of a source can ever be taken together. */
    boolean takesBatches(int sourceId) {
        return takesBatches[sourceId];
    }

    /** Whether events of a source can be looked at together before they are taken. */
    boolean gathers(int sourceId) {
        return gathers[sourceId];
    }

    /** Before each record: no watermark has moved. */
    void begin() {
        haveMoved = false;
    }

    /** Whether the record has moved a watermark, or a source into or out of idleness. */
    boolean haveMoved() {
        return haveMoved;
    }

    void onData(RecordView record) {
        SourceOperator<?> source = sourceOf(record);
        long before = source.clock().watermark();
        boolean wasIdle = source.clock().isIdle();
        source.onData(record);
        haveMoved = wasIdle || source.clock().watermark() != before;
    }

    void onReject(RecordView record) {
        sourceOf(record).onReject(record);
    }

    void onControl(RecordView record) {
        int template = record.buffer().getShort(record.offset() + TEMPLATE_OFFSET) & 0xFFFF;
        if (template != EndOfSourceDecoder.TEMPLATE_ID) {
            throw new IllegalArgumentException("control record of unknown template " + template);
        }
        SourceOperator<?> source = sourceOf(record);
        context.enter(source);
        source.clock().onRecord(record.timeNs(), record.sourcePosition(), record.sourceCheck());
        source.clock().onEnd();
        haveMoved = true;
    }

    void onTick(long newTimeNs) {
        for (int i = 0; i < sources.length; i++) {
            boolean wasIdle = sources[i].clock().isIdle();
            sources[i].clock().onTick(newTimeNs);
            haveMoved |= wasIdle != sources[i].clock().isIdle();
        }
    }

    /**
     * The least watermark of the sources that are neither idle nor ended; none, so that time stands
     * still, if there is none but one that is idle; the end of time if all have ended.
     */
    long minimumWatermark(int[] ids) {
        long minimum = Long.MAX_VALUE;
        int live = 0;
        int ended = 0;
        for (int i = 0; i < ids.length; i++) {
            SourceClock clock = sources[ids[i]].clock();
            if (clock.isEnded()) {
                ended++;
            } else if (!clock.isIdle()) {
                minimum = Math.min(minimum, clock.watermark());
                live++;
            }
        }
        return live > 0 || (ended > 0 && ended == ids.length) ? minimum : Operator.NO_WATERMARK;
    }

    private SourceOperator<?> sourceOf(RecordView record) {
        if (!has(record.sourceId())) {
            throw new IllegalArgumentException(
                    "source "
                            + record.sourceId()
                            + " of "
                            + sources.length
                            + " sources of the plan");
        }
        return sources[record.sourceId()];
    }
}
