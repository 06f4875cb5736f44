package io.penstock.benchmarks;

import io.penstock.journal.Journal;
import io.penstock.journal.JournalAppender;
import io.penstock.journal.JournalConfig;
import io.penstock.journal.JournalKind;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Journals;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.nio.file.Path;

/** W1, ours: a batch is a frame with its record headers, checksum and chain. */
final class PenstockAppend extends AppendThenHandOff {
    private static final long TIME_NS = 1_750_000_000_000_000_000L;

    /** As an engine has it. */
    private static final long SEGMENT_LENGTH = 1L << 30;

    /** The burst stands in one file, so that none is made beside it. */
    private static final long MADE_AHEAD_LENGTH = 128L << 20;

    /** The whole burst. */
    private static final int TOUCH_AHEAD_LENGTH = 128 << 20;

    private final JournalKind kind;
    private final int headerLength;
    private Journal journal;

    /**
     * @param headerLength bytes of a message in front of the event: 0 where others store the bare
     *     event, 8 for a message as an engine journals it
     */
    PenstockAppend(
            String name,
            Events events,
            Path parent,
            int batch,
            boolean isHandedOff,
            int headerLength) {
        this(name, events, parent, batch, isHandedOff, headerLength, JournalKind.CHRONICLE);
    }

    /** As the other, in files of a kind. */
    PenstockAppend(
            String name,
            Events events,
            Path parent,
            int batch,
            boolean isHandedOff,
            int headerLength,
            JournalKind kind) {
        super(name, events, parent, batch, isHandedOff);
        this.kind = kind;
        this.headerLength = headerLength;
    }

    @Override
    void openLog(Path directory) {
        journal =
                Journals.open(
                        JournalConfig.at(directory.resolve("journal"))
                                .withKind(kind)
                                .withTouchAhead(TOUCH_AHEAD_LENGTH)
                                .withSegmentLength(
                                        kind == JournalKind.SEGMENT
                                                ? MADE_AHEAD_LENGTH
                                                : SEGMENT_LENGTH));
        // As an engine has it before its first event, and then before a burst.
        journal.appender().prepare();
        while (journal.prepareAhead() > 0) {
            Thread.onSpinWait();
        }
    }

    @Override
    void append(int firstEvent, int count) {
        JournalAppender appender = journal.appender();
        appender.begin(firstEvent, TIME_NS);
        int at = firstEvent * Events.LONGS;
        int length = headerLength + Events.LENGTH;
        for (int i = 0; i < count; i++, at += Events.LONGS) {
            int offset =
                    appender.claim(
                            TIME_NS, RecordKind.DATA, (byte) 0, 1, firstEvent + i, 0, length);
            if (offset == JournalAppender.NO_ROOM) {
                throw new IllegalStateException("a frame takes fewer events than a batch has");
            }
            SlotRing.write(appender.buffer(), offset + headerLength, input().values(), at);
        }
        appender.commit();
    }

    @Override
    Answer readBack() {
        RecordView view = new RecordView();
        long count = 0;
        long sum = 0;
        try (JournalReader reader = journal.reader()) {
            Outcome outcome = reader.next(view);
            for (; outcome == Outcome.OK; outcome = reader.next(view)) {
                sum += SlotRing.sum(view.buffer(), view.offset() + headerLength);
                count++;
            }
            if (outcome != Outcome.END) {
                throw new IllegalStateException("journal reads back as " + outcome);
            }
        }
        return new Answer(count, sum);
    }

    @Override
    void closeLog() {
        journal.close();
    }
}
