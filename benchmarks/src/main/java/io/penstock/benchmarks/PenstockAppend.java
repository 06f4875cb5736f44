package io.penstock.benchmarks;

import io.penstock.journal.Journal;
import io.penstock.journal.JournalAppender;
import io.penstock.journal.JournalConfig;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Journals;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/** W1, ours: a batch is a frame with its record headers, checksum and chain. */
final class PenstockAppend extends AppendThenHandOff {
    private static final long TIME_NS = 1_750_000_000_000_000_000L;

    private final UnsafeBuffer message = new UnsafeBuffer(new byte[Events.LENGTH]);
    private Journal journal;

    PenstockAppend(String name, Events events, Path parent, int batch, boolean isHandedOff) {
        super(name, events, parent, batch, isHandedOff);
    }

    @Override
    void openLog(Path directory) {
        journal = Journals.open(JournalConfig.at(directory.resolve("journal")));
    }

    @Override
    void append(int firstEvent, int count) {
        JournalAppender appender = journal.appender();
        appender.begin(firstEvent, TIME_NS);
        int at = firstEvent * Events.LONGS;
        for (int i = 0; i < count; i++, at += Events.LONGS) {
            SlotRing.write(message, 0, input().values(), at);
            boolean isAdded =
                    appender.tryAdd(
                            TIME_NS,
                            RecordKind.DATA,
                            (byte) 0,
                            1,
                            firstEvent + i,
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

    @Override
    Answer readBack() {
        RecordView view = new RecordView();
        long count = 0;
        long sum = 0;
        try (JournalReader reader = journal.reader()) {
            Outcome outcome = reader.next(view);
            for (; outcome == Outcome.OK; outcome = reader.next(view)) {
                sum += SlotRing.sum(view.buffer(), view.offset());
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
