package io.penstock.testkit.simulation;

import io.penstock.engine.control.AssemblyConfig;
import io.penstock.engine.core.Core;
import io.penstock.engine.egress.LogStorage;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.journal.store.FrameStore;
import java.util.function.Consumer;
import org.agrona.concurrent.EpochNanoClock;

/**
 * What a simulation is made of, to be replaced by something that is wrong on purpose: a simulator
 * that finds nothing has to prove that it could.
 *
 * <p>Each method is given the right part and answers the one to use. One thread.
 */
public interface Seams {
    /** Everything as it should be. */
    Seams NONE = new Seams() {};

    /** The pipeline that runs; the reference keeps the right one. */
    default Pipeline pipeline(Pipeline right) {
        return right;
    }

    /** Sizes and policies. */
    default AssemblyConfig config(AssemblyConfig right) {
        return right;
    }

    /** The journal's bytes. */
    default FrameStore frames(FrameStore right) {
        return right;
    }

    /** The output log's bytes. */
    default LogStorage log(LogStorage right) {
        return right;
    }

    /** The snapshots. */
    default SnapshotStorage snapshots(SnapshotStorage right) {
        return right;
    }

    /**
     * What is done before each turn of the agent that writes snapshots; nothing.
     *
     * @param core that goes on while a snapshot of it is written
     */
    default void beforeSnapshotWork(Core core) {}

    /** What brings the directory entry of a file, by its name, to the medium. */
    default Consumer<String> directory(Consumer<String> right) {
        return right;
    }

    /** The clock that stages see. */
    default EpochNanoClock clock(EpochNanoClock right) {
        return right;
    }

    /** A sink. */
    default Sink sink(String name, Sink right) {
        return right;
    }

    /** Index of the first message that a source sends after recovery. */
    default long resumeAt(long right) {
        return right;
    }
}
