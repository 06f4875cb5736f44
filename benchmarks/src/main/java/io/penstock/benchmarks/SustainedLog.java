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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LargeRollCycles;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** A log that is much longer than a run of the ratios, and is read back from its start. */
public interface SustainedLog extends AutoCloseable {
    /** Bytes that the log has for each event. */
    int bytesPerEvent();

    /**
     * Appends a batch of events.
     *
     * @param batch the events, one behind the other
     * @param firstEvent number of the first
     * @param count events
     */
    void append(UnsafeBuffer batch, long firstEvent, int count);

    /** Forces what was appended; what is behind it needs no more time of the disk. */
    void force() throws IOException;

    /** Reads everything back. */
    Answer readBack();

    @Override
    void close();

    /** Ours: a batch is a frame. */
    final class OfJournal implements SustainedLog {
        private static final long TIME_NS = 1_750_000_000_000_000_000L;
        private static final int RECORD_HEADER_LENGTH = 24;

        private final Journal journal;

        OfJournal(Path directory, JournalKind kind) {
            journal = Journals.open(JournalConfig.at(directory).withKind(kind));
            journal.appender().prepare();
        }

        @Override
        public int bytesPerEvent() {
            return RECORD_HEADER_LENGTH + Events.LENGTH;
        }

        @Override
        public void append(UnsafeBuffer batch, long firstEvent, int count) {
            JournalAppender appender = journal.appender();
            appender.begin(firstEvent, TIME_NS);
            for (int i = 0; i < count; i++) {
                boolean isAdded =
                        appender.tryAdd(
                                TIME_NS,
                                RecordKind.DATA,
                                (byte) 0,
                                0,
                                firstEvent + i,
                                0,
                                batch,
                                i * Events.LENGTH,
                                Events.LENGTH);
                if (!isAdded) {
                    throw new IllegalStateException("a frame takes fewer events than a batch has");
                }
            }
            appender.commit();
        }

        @Override
        public void force() {
            journal.force();
        }

        @Override
        public Answer readBack() {
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
        public void close() {
            journal.close();
        }
    }

    /** A bare Chronicle queue, by its fastest call, without checksums and headers. */
    final class OfChronicle implements SustainedLog {
        private final int eventsPerDocument;
        private final ChronicleQueue queue;
        private final ExcerptAppender appender;
        private final Path directory;
        private final Bytes<?> document;

        OfChronicle(Path directory, int eventsPerDocument) {
            this.directory = directory;
            this.eventsPerDocument = eventsPerDocument;
            this.document = Bytes.allocateElasticOnHeap(eventsPerDocument * Events.LENGTH);
            this.queue =
                    SingleChronicleQueueBuilder.binary(directory)
                            .rollCycle(LargeRollCycles.LARGE_DAILY)
                            .build();
            this.appender = queue.createAppender();
        }

        /** Without the four bytes of a document's length, and what aligns it. */
        @Override
        public int bytesPerEvent() {
            return Events.LENGTH;
        }

        @Override
        public void append(UnsafeBuffer batch, long firstEvent, int count) {
            int length = eventsPerDocument * Events.LENGTH;
            for (int from = 0; from < count * Events.LENGTH; from += length) {
                document.clear();
                for (int at = from; at < from + length; at += Long.BYTES) {
                    document.writeLong(batch.getLong(at));
                }
                appender.writeBytes(document);
            }
        }

        @Override
        public void force() throws IOException {
            forceAll(directory);
        }

        @Override
        public Answer readBack() {
            return readBack(queue, document);
        }

        /** Reads a queue of events from its start. */
        static Answer readBack(ChronicleQueue queue, Bytes<?> document) {
            long values = 0;
            long sum = 0;
            try (ExcerptTailer tailer = queue.createTailer()) {
                document.clear();
                while (tailer.readBytes(document)) {
                    while (document.readRemaining() > 0) {
                        sum += document.readLong();
                        values++;
                    }
                    document.clear();
                }
            }
            return new Answer(values / Events.LONGS, sum);
        }

        @Override
        public void close() {
            appender.close();
            queue.close();
        }
    }

    /** Forces all files of a folder, not those of folders in it. */
    static void forceAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(false);
                }
            }
        }
    }

    /**
     * The bound: a plain copy into mapped files, one after the other, each event a length first.
     */
    final class OfCopy implements SustainedLog {
        private static final int HEADER_LENGTH = Long.BYTES;
        private static final int RECORD_LENGTH = HEADER_LENGTH + Events.LENGTH;
        private static final int FILE_LENGTH = (1 << 30) / RECORD_LENGTH * RECORD_LENGTH;

        private final Path directory;
        private final UnsafeBuffer file = new UnsafeBuffer(0, 0);
        private MappedByteBuffer mapping;
        private int files;
        private int offset = FILE_LENGTH;

        OfCopy(Path directory) {
            this.directory = directory;
        }

        @Override
        public int bytesPerEvent() {
            return RECORD_LENGTH;
        }

        @Override
        public void append(UnsafeBuffer batch, long firstEvent, int count) {
            for (int i = 0; i < count; i++) {
                if (offset == FILE_LENGTH) {
                    open(files++, true);
                }
                file.putBytes(offset + HEADER_LENGTH, batch, i * Events.LENGTH, Events.LENGTH);
                file.putLongOrdered(offset, Events.LENGTH);
                offset += RECORD_LENGTH;
            }
        }

        private void open(int number, boolean isNew) {
            close();
            try (FileChannel channel =
                    FileChannel.open(
                            directory.resolve("log-" + number),
                            isNew ? StandardOpenOption.CREATE_NEW : StandardOpenOption.WRITE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE)) {
                mapping = channel.map(FileChannel.MapMode.READ_WRITE, 0, FILE_LENGTH);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            file.wrap(mapping);
            offset = 0;
        }

        @Override
        public void force() throws IOException {
            forceAll(directory);
        }

        @Override
        public Answer readBack() {
            long count = 0;
            long sum = 0;
            for (int i = 0; i < files; i++) {
                open(i, false);
                while (offset < FILE_LENGTH && file.getLongVolatile(offset) == Events.LENGTH) {
                    sum += SlotRing.sum(file, offset + HEADER_LENGTH);
                    count++;
                    offset += RECORD_LENGTH;
                }
            }
            return new Answer(count, sum);
        }

        @Override
        public void close() {
            if (mapping != null) {
                file.wrap(0, 0);
                IoUtil.unmap(mapping);
                mapping = null;
            }
        }
    }
}
