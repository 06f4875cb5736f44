package io.penstock.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.IoUtil;

/**
 * W1: one thread appends batches of events to a log in the page cache, and hands each batch to a
 * second thread when it is stored. A fresh log in each run; nothing is forced to the medium.
 *
 * <p>Afterwards, outside the clock, the log is read back: both the consumer and the log must hold
 * every event.
 */
abstract class AppendThenHandOff extends TwoThreads {
    private final Events events;
    private final Path parent;
    private final int batch;
    private final boolean isHandedOff;
    private Path directory;
    private SlotRing ring;
    private long sum;

    AppendThenHandOff(String name, Events events, Path parent, int batch, boolean isHandedOff) {
        super(name, events.count());
        this.events = events;
        this.parent = parent;
        this.batch = batch;
        this.isHandedOff = isHandedOff;
    }

    /** Makes a fresh log in a directory. */
    abstract void openLog(Path directory) throws IOException;

    /** Appends consecutive events as one unit. */
    abstract void append(int firstEvent, int count);

    /** Reads the whole log. */
    abstract Answer readBack();

    /** Closes the log; its directory goes away afterwards. */
    abstract void closeLog();

    @Override
    final void open() {
        try {
            directory = Files.createTempDirectory(parent, "append-");
            openLog(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ring = new SlotRing(false);
        sum = 0;
    }

    @Override
    final void produce() {
        for (int i = 0; i < events.count(); i += batch) {
            int count = Math.min(batch, events.count() - i);
            append(i, count);
            if (isHandedOff) {
                ring.publish(events.values(), i, count, this);
            }
        }
    }

    @Override
    final void consume() {
        long end = isHandedOff ? events() : 0;
        for (long next = 0; next < end; ) {
            next = take(next, ring.await(next, this));
        }
    }

    private long take(long from, long last) {
        long total = sum;
        for (long sequence = from; sequence <= last; sequence++) {
            total += SlotRing.sum(ring.slots(), ring.offset(sequence));
        }
        sum = total;
        ring.consumed(last);
        return last + 1;
    }

    @Override
    final Answer answer() {
        Answer stored = readBack();
        Answer consumed = new Answer(events(), sum);
        if (isHandedOff && !stored.equals(consumed)) {
            throw new IllegalStateException(
                    name() + ": stored " + stored + " but consumed " + consumed);
        }
        return stored;
    }

    @Override
    final void close() {
        ring.free();
        closeLog();
        IoUtil.delete(directory.toFile(), true);
    }

    /** All events. */
    final Events input() {
        return events;
    }
}
