package io.penstock.testkit.crash;

import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.Sink;
import io.penstock.testkit.simulation.Fuse;
import java.util.function.LongConsumer;

/** Any sink behind a fuse, with its name in the points; tells which results it is given. */
final class FusedSink implements Sink {
    private final Sink sink;
    private final Fuse fuse;
    private final LongConsumer causes;
    private final String opening;
    private final String writing;
    private final String flushing;
    private final String forcing;

    FusedSink(String name, Sink sink, Fuse fuse, LongConsumer causes) {
        this.sink = sink;
        this.fuse = fuse;
        this.causes = causes;
        this.opening = "opening of sink " + name;
        this.writing = "write to sink " + name;
        this.flushing = "flush of sink " + name;
        this.forcing = "force of sink " + name;
    }

    @Override
    public long open(Committed committed) {
        fuse.call(opening);
        return sink.open(committed);
    }

    @Override
    public void write(OutputRecord record) {
        fuse.call(writing);
        causes.accept(record.sequence());
        sink.write(record);
    }

    @Override
    public void flush() {
        fuse.call(flushing);
        sink.flush();
    }

    @Override
    public void force() {
        fuse.call(forcing);
        sink.force();
    }

    @Override
    public Committed committed() {
        return sink.committed();
    }

    @Override
    public void close() {
        if (!fuse.isDead()) {
            sink.close();
        }
    }
}
