package io.penstock.benchmarks;

import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LargeRollCycles;

/**
 * W1, the baseline: a batch is one document of a bare Chronicle queue, by its fastest call, with no
 * checksum and no headers.
 */
final class ChronicleAppend extends AppendThenHandOff {
    private final Bytes<?> document;
    private ChronicleQueue queue;
    private ExcerptAppender appender;

    ChronicleAppend(String name, Events events, Path parent, int batch, boolean isHandedOff) {
        super(name, events, parent, batch, isHandedOff);
        document = Bytes.allocateElasticOnHeap(batch * Events.LENGTH);
    }

    @Override
    void openLog(Path directory) {
        queue =
                SingleChronicleQueueBuilder.binary(directory)
                        .rollCycle(LargeRollCycles.LARGE_DAILY)
                        .build();
        appender = queue.createAppender();
    }

    @Override
    void append(int firstEvent, int count) {
        long[] values = input().values();
        document.clear();
        int end = (firstEvent + count) * Events.LONGS;
        for (int at = firstEvent * Events.LONGS; at < end; at++) {
            document.writeLong(values[at]);
        }
        appender.writeBytes(document);
    }

    @Override
    Answer readBack() {
        return SustainedLog.OfChronicle.readBack(queue, document);
    }

    @Override
    void closeLog() {
        appender.close();
        queue.close();
    }
}
