package io.penstock.testkit.crash;

import io.penstock.engine.egress.Sink;
import io.penstock.testkit.simulation.Fuse;
import io.penstock.testkit.simulation.SimulatedSink;
import java.util.List;
import java.util.SplittableRandom;

/** What stands in place of a sink that nobody gave a world for: something like a file. */
final class FileWorld implements SinkWorld {
    private final SimulatedSink file = new SimulatedSink(new Fuse());

    @Override
    public Sink open() {
        return file;
    }

    /** What was not forced may be gone. */
    void losePower(SplittableRandom random) {
        file.crash(random.nextInt(file.messages().size() + 1));
    }

    @Override
    public List<byte[]> seen() {
        return file.messages();
    }
}
