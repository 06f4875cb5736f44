package io.penstock.engine.core;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.SystemMessages;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.codecs.system.TickEncoder;
import io.penstock.engine.egress.OutputDescriptor;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Feeds a core record by record, as a host would, and collects what it puts out. */
final class CoreDriver implements AutoCloseable {
    static final CoreLimits LIMITS = new CoreLimits(64 << 20, 4096);

    private final Pipeline pipeline;
    private final RecordView record = new RecordView();
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[2048]);
    private final KeyedValueEncoder encoder = new KeyedValueEncoder();
    private final TickEncoder tick = new TickEncoder();
    private final List<Out> outs = new ArrayList<>();
    private final long[] positions = new long[8];
    private final int ringBytes;
    private final CoreLimits limits;
    private long hashSeed;
    private OutputRing ring;
    private Core core;
    private long sequence;
    private long timeNs = 1_000;
    private int blocked;

    /**
     * One result.
     *
     * @param sequence of its cause
     * @param message with its SBE header
     */
    record Out(int sinkId, long sequence, long ordinal, UnsafeBuffer message) {}

    CoreDriver(Pipeline pipeline, long hashSeed) {
        this(pipeline, hashSeed, 64 * 1024);
    }

    /** With an output ring so small that steps are blocked. */
    CoreDriver(Pipeline pipeline, long hashSeed, int ringBytes) {
        this(pipeline, hashSeed, ringBytes, LIMITS);
    }

    CoreDriver(Pipeline pipeline, long hashSeed, int ringBytes, CoreLimits limits) {
        this.limits = limits;
        this.pipeline = pipeline;
        this.hashSeed = hashSeed;
        this.ringBytes = ringBytes;
        make();
    }

    private void make() {
        ring = new OutputRing(ringBytes);
        core = new Core(pipeline, limits, hashSeed, ring);
    }

    Core core() {
        return core;
    }

    List<Out> outs() {
        return outs;
    }

    List<Out> outsOf(int sinkId) {
        return outs.stream().filter(out -> out.sinkId() == sinkId).toList();
    }

    int blocked() {
        return blocked;
    }

    long sequence() {
        return sequence;
    }

    /** Sets the ingress time of the records that follow. */
    CoreDriver at(long newTimeNs) {
        timeNs = newTimeNs;
        return this;
    }

    void event(int source, long eventTimeNs, byte[] key, long mantissa, int scale) {
        BuiltinMessages.KEYED_VALUE.wrapAndWriteHeader(encoder, message, 0);
        encoder.eventTimeNs(eventTimeNs).value().mantissa(mantissa).scale((short) scale);
        encoder.putKey(key, 0, key.length);
        int length = BuiltinMessages.KEYED_VALUE.encodedLength(encoder);
        feed(RecordKind.DATA, source, positions[source], length);
        positions[source]++;
    }

    void event(long eventTimeNs, String key, long value) {
        event(0, eventTimeNs, key.getBytes(java.nio.charset.StandardCharsets.UTF_8), value, 0);
    }

    void end(int source) {
        SystemMessages.END_OF_SOURCE.wrapAndWriteHeader(
                SystemMessages.END_OF_SOURCE.newEncoder(), message, 0);
        int length = 8 + SystemMessages.END_OF_SOURCE.blockLength();
        feed(RecordKind.CONTROL, source, positions[source], length);
    }

    void tick(long newTimeNs) {
        timeNs = newTimeNs;
        SystemMessages.TICK.wrapAndWriteHeader(tick, message, 0);
        feed(RecordKind.TICK, 0, -1, 8 + SystemMessages.TICK.blockLength());
    }

    void barrier(long recordTimeNs) {
        long before = timeNs;
        timeNs = recordTimeNs;
        SystemMessages.SNAPSHOT_BARRIER.wrapAndWriteHeader(
                SystemMessages.SNAPSHOT_BARRIER.newEncoder(), message, 0);
        feed(RecordKind.BARRIER, 0, -1, 8 + SystemMessages.SNAPSHOT_BARRIER.blockLength());
        timeNs = before;
    }

    private void feed(byte kind, int source, long position, int length) {
        record.header(sequence++, timeNs, kind, (byte) 0, source, position, (int) position);
        record.message(message, 0, length);
        Step step = core.step(record);
        while (step != Step.COMPLETE) {
            if (step == Step.BLOCKED) {
                blocked++;
                drain();
            }
            step = core.step(record);
        }
        if (ringBytes > 4 * LIMITS.maxStepOutputBytes()) {
            drain();
        }
    }

    void drain() {
        ring.drain(
                out -> {
                    if (out.kind() == OutputDescriptor.KIND_INSERT) {
                        byte[] copy = new byte[out.messageLength()];
                        out.buffer().getBytes(out.messageOffset(), copy);
                        outs.add(
                                new Out(
                                        out.sinkId(),
                                        out.sequence(),
                                        out.ordinal(),
                                        new UnsafeBuffer(copy)));
                    }
                    return true;
                },
                Integer.MAX_VALUE);
    }

    /** Saves all state, throws the core away, and goes on with a new one. */
    void snapshotAndRestore() {
        drain();
        MemorySnapshotStorage storage = new MemorySnapshotStorage();
        try (SnapshotWriter writer = new SnapshotWriter(storage, "state")) {
            core.writeTo(writer);
            writer.seal();
        }
        long hash = core.stateHash();
        closeCore();
        hashSeed = hashSeed * 31 + 17;
        make();
        try (SnapshotReader reader = new SnapshotReader(storage, "state")) {
            core.readFrom(reader);
        }
        if (core.stateHash() != hash) {
            throw new AssertionError("the state hash differs after restore");
        }
    }

    private void closeCore() {
        core.close();
        ring.close();
    }

    @Override
    public void close() {
        closeCore();
    }
}
