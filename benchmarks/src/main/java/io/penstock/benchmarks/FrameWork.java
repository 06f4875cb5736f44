package io.penstock.benchmarks;

import io.penstock.journal.Journal;
import io.penstock.journal.JournalAppender;
import io.penstock.journal.JournalConfig;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Journals;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import io.penstock.journal.memory.MemoryFrameStore;
import org.agrona.concurrent.UnsafeBuffer;

/** Frames encoded and checksummed, or checked and decoded, in a store in memory. One thread. */
final class FrameWork extends Work {
    private static final long TIME_NS = 1_750_000_000_000_000_000L;

    private final Events events;
    private final int batch;
    private final boolean isReading;
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[Events.LENGTH]);
    private MemoryFrameStore store;
    private Journal journal;
    private Answer read;

    /**
     * @param batch events of a frame
     * @param isReading whether frames are read; else they are written
     */
    FrameWork(Events events, int batch, boolean isReading) {
        super(isReading ? "frame-read" : "frame-write", events.count());
        this.events = events;
        this.batch = batch;
        this.isReading = isReading;
    }

    @Override
    Answer expected() {
        return events.sum(1);
    }

    @Override
    public void prepare() {
        store = new MemoryFrameStore();
        journal = Journals.open(JournalConfig.on(store));
        if (isReading) {
            write();
        }
    }

    @Override
    public void run() {
        if (isReading) {
            read = read();
        } else {
            write();
        }
    }

    private void write() {
        JournalAppender appender = journal.appender();
        for (int first = 0; first < events.count(); first += batch) {
            appender.begin(first, TIME_NS);
            for (int i = first; i < Math.min(first + batch, events.count()); i++) {
                SlotRing.write(message, 0, events.values(), i * Events.LONGS);
                boolean isAdded =
                        appender.tryAdd(
                                TIME_NS,
                                RecordKind.DATA,
                                (byte) 0,
                                0,
                                i,
                                0,
                                message,
                                0,
                                Events.LENGTH);
                if (!isAdded) {
                    throw new IllegalStateException("a frame takes fewer events than a batch has");
                }
            }
            appender.commit();
        }
    }

    private Answer read() {
        RecordView view = new RecordView();
        long count = 0;
        long sum = 0;
        try (JournalReader reader = journal.reader()) {
            while (reader.next(view) == Outcome.OK) {
                sum += SlotRing.sum(view.buffer(), view.offset());
                count++;
            }
        }
        return new Answer(count, sum);
    }

    @Override
    public Answer finish() {
        Answer answer = isReading ? read : read();
        journal.close();
        store.close();
        return answer;
    }
}
