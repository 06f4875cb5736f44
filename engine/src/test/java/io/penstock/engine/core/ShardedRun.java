package io.penstock.engine.core;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.MessageType;
import io.penstock.codecs.SystemMessages;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.OutputDescriptor;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.memory.FrozenMemory;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotRecording;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.Prefetch;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * A core with its shards over given records, each stepped by itself in a random order: the worst
 * that threads could do, from a seed.
 */
final class ShardedRun implements AutoCloseable {
    static final int MAX_STEP_BYTES = 4096;

    private static final int MAX_IDLE_PICKS = 200_000;
    private static final CoreLimits LIMITS = new CoreLimits(64 << 20, MAX_STEP_BYTES);

    private final Pipeline pipeline;
    private final List<Entry> entries;
    private final ShardConfig config;
    private final Random random;
    private final List<String> outs = new ArrayList<>();
    private OutputRing ring;
    private Core core;
    private Core[] parts;
    private int[] next;
    private RecordView[] views;
    private final RecordView ahead = new RecordView();
    private int blocked;
    private boolean isReadingAhead;
    private boolean isRunning;
    private final int[] offsets;
    private final UnsafeBuffer messages;

    /** One record. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Entry(byte kind, int source, long timeNs, long position, byte[] message) {
        void show(long sequence, RecordView view, UnsafeBuffer messages, int offset) {
            view.header(sequence, timeNs, kind, (byte) 0, source, position, (int) position);
            view.message(messages, offset, message.length);
        }
    }

    ShardedRun(Pipeline pipeline, List<Entry> entries, ShardConfig config, long seed) {
        this.pipeline = pipeline;
        this.entries = entries;
        this.offsets = new int[entries.size()];
        this.config = config;
        this.random = new Random(seed);
        int length = 0;
        for (int i = 0; i < entries.size(); i++) {
            offsets[i] = length;
            length += entries.get(i).message().length;
        }
        this.messages = new UnsafeBuffer(new byte[length]);
        for (int i = 0; i < entries.size(); i++) {
            messages.putBytes(offsets[i], entries.get(i).message());
        }
        make();
    }

    private void make() {
        // As small as it may be: most steps wait for space.
        ring = new OutputRing(random.nextBoolean() ? 2 * MAX_STEP_BYTES : 64 * 1024);
        // The smaller a window, the less hides that a write is not told.
        int windowBytes = 64 << random.nextInt(6);
        CoreLimits limits = new CoreLimits(LIMITS.stateLimitBytes(), MAX_STEP_BYTES, windowBytes);
        core = Core.create(pipeline, limits, random.nextLong(), ring, config);
        parts = new Core[core.shards().size() + 1];
        core.shards().toArray(parts);
        parts[parts.length - 1] = core;
        views = new RecordView[parts.length];
        Arrays.setAll(views, i -> new RecordView());
        int[] before = next;
        next = new int[parts.length];
        if (before != null) {
            Arrays.fill(next, before[before.length - 1]);
        }
    }

    Core core() {
        return core;
    }

    int blocked() {
        return blocked;
    }

    /** From here on each part is now and then asked to read ahead. */
    ShardedRun readingAhead() {
        isReadingAhead = true;
        return this;
    }

    /** From here on each part is now and then given several records at once. */
    ShardedRun running() {
        isRunning = true;
        return this;
    }

    private RecordView show(long index, RecordView view) {
        entries.get((int) index).show(index, view, messages, offsets[(int) index]);
        return view;
    }

    private boolean run(int part, int end) {
        int last = Math.min(end, next[part] + 1 + random.nextInt(60)) - 1;
        int from = next[part];
        next[part] = (int) parts[part].run(this::show, views[part], from, last) + 1;
        return next[part] > from;
    }

    private void readAhead(Core part, int from) {
        int to = Math.min(entries.size(), from + random.nextInt(2 * Prefetch.CAPACITY));
        for (int i = from; i < to; i++) {
            part.foresee(show(i, ahead));
        }
        if (random.nextInt(4) != 0) {
            part.prefetch();
        }
    }

    /** Runs all parts up to an entry, not included. */
    void runTo(int end) {
        int idle = 0;
        int quiet = 0;
        while (!isAt(end)) {
            int part = random.nextInt(parts.length);
            boolean didWork = false;
            if (isReadingAhead && !parts[part].isInRecord()) {
                readAhead(parts[part], next[part]);
            }
            for (int i = random.nextInt(20); i >= 0 && next[part] < end; i--) {
                if (isRunning && !parts[part].isInRecord() && random.nextInt(4) != 0) {
                    didWork |= run(part, end);
                    if (next[part] == end) {
                        break;
                    }
                }
                Step step = parts[part].step(show(next[part], views[part]));
                if (step == Step.BLOCKED) {
                    blocked++;
                    break;
                }
                didWork = true;
                if (step == Step.COMPLETE) {
                    next[part]++;
                }
            }
            idle = didWork ? 0 : idle + 1;
            if (idle > MAX_IDLE_PICKS) {
                throw new AssertionError("nobody gets on: " + Arrays.toString(next));
            }
            if (++quiet > 5 && random.nextInt(4) == 0) {
                quiet = 0;
                drain();
            }
        }
        drain();
    }

    private boolean isAt(int end) {
        for (int at : next) {
            if (at < end) {
                return false;
            }
        }
        return true;
    }

    void drain() {
        ring.drain(
                out -> {
                    byte[] copy = new byte[out.messageLength()];
                    out.buffer().getBytes(out.messageOffset(), copy);
                    outs.add(
                            (out.kind() == OutputDescriptor.KIND_MARKER ? "marker " : "")
                                    + out.sinkId()
                                    + "/"
                                    + out.sequence()
                                    + "/"
                                    + out.ordinal()
                                    + "/"
                                    + Arrays.toString(copy));
                    return true;
                },
                Integer.MAX_VALUE);
    }

    /** All results so far. */
    List<String> outs() {
        return outs;
    }

    /** What all stages have counted. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        for (Operator operator : core.operators()) {
            String[] labels = operator.countLabels();
            for (int i = 0; i < labels.length; i++) {
                counts.put(operator.name() + "." + labels[i], operator.countOf(i));
            }
        }
        return counts;
    }

    /** Saves all state, throws the cores away, and goes on with new ones. */
    void snapshotAndRestore() {
        MemorySnapshotStorage storage = new MemorySnapshotStorage();
        try (SnapshotWriter writer = new SnapshotWriter(storage, "state")) {
            core.writeTo(writer);
            writer.seal();
        }
        close();
        make();
        try (SnapshotReader reader = new SnapshotReader(storage, "state")) {
            core.readFrom(reader);
        }
    }

    /**
     * Freezes all state behind a barrier and writes it while all parts go on, in a random order.
     *
     * @param barrier an entry that is a barrier, ahead of all parts
     * @param end as far as they go meanwhile
     * @param thawsEarly whether the cores are told that it is written before it is: a bug
     * @return whether it comes out as if everybody had stood still
     */
    boolean snapshotBeside(int barrier, int end, boolean thawsEarly) {
        core.freezeAtBarriers();
        runTo(barrier + 1);
        SnapshotRecording recording = core.freeze();
        MemorySnapshotStorage storage = new MemorySnapshotStorage();
        try (SnapshotWriter stopped = new SnapshotWriter(storage, "stopped");
                SnapshotWriter beside = new SnapshotWriter(storage, "beside")) {
            core.writeAll(stopped);
            stopped.seal();
            if (thawsEarly) {
                core.frozenMemories().forEach(FrozenMemory::finish);
            }
            boolean isWritten = false;
            for (int at = barrier + 1; at < end; at += 1 + random.nextInt(4)) {
                runTo(at);
                for (Core part : parts) {
                    part.thaw();
                }
                core.frozenMemories().get(random.nextInt(parts.length)).makeReady();
                for (int i = random.nextInt(3); i > 0 && !isWritten; i--) {
                    isWritten = !recording.writeSome(beside);
                }
            }
            while (!isWritten) {
                isWritten = !recording.writeSome(beside);
            }
            beside.seal();
        }
        core.frozenMemories().forEach(FrozenMemory::finish);
        for (Core part : parts) {
            part.thaw();
        }
        for (FrozenMemory memory : core.frozenMemories()) {
            if (!memory.reclaim()) {
                throw new AssertionError("frozen memory is not given back");
            }
        }
        return Arrays.equals(storage.bytes("stopped"), storage.bytes("beside"));
    }

    @Override
    public void close() {
        core.close();
        ring.close();
    }

    /** Events of random times, keys and values, ticks, barriers, and the ends of the sources. */
    static List<Entry> entries(Random random, int sources, int count) {
        List<Entry> entries = new ArrayList<>();
        long[] positions = new long[sources];
        long timeNs = 1000;
        int disorder = 1 + random.nextInt(30);
        int silent = random.nextInt(sources);
        long latestNs = random.nextInt(100);
        for (int i = 0; i < count; i++) {
            timeNs += random.nextInt(4);
            int pick = random.nextInt(100);
            if (pick < 6) {
                entries.add(bare(RecordKind.TICK, SystemMessages.TICK, 0, timeNs, -1));
            } else if (pick < 8) {
                entries.add(
                        bare(RecordKind.BARRIER, SystemMessages.SNAPSHOT_BARRIER, 0, timeNs, -1));
            } else {
                int source = random.nextInt(sources);
                if (source == silent && sources > 1 && i > count / 3 && i < 2 * count / 3) {
                    source = (source + 1) % sources;
                }
                // Now and then time stands, jumps, or an event is far too late.
                latestNs += random.nextInt(10) == 0 ? random.nextInt(90) : random.nextInt(3);
                long eventTimeNs =
                        latestNs
                                - random.nextInt(disorder)
                                - (random.nextInt(8) == 0 ? random.nextInt(90) : 0);
                entries.add(
                        event(
                                source,
                                timeNs,
                                positions[source]++,
                                eventTimeNs,
                                random.nextInt(500)));
            }
        }
        for (int i = 0; i < sources; i++) {
            entries.add(
                    bare(
                            RecordKind.CONTROL,
                            SystemMessages.END_OF_SOURCE,
                            i,
                            timeNs + i,
                            positions[i]));
        }
        return entries;
    }

    /** An event; its key comes of its value. */
    static Entry event(int source, long timeNs, long position, long eventTimeNs, long value) {
        UnsafeBuffer message = new UnsafeBuffer(new byte[128]);
        KeyedValueEncoder encoder = new KeyedValueEncoder();
        BuiltinMessages.KEYED_VALUE.wrapAndWriteHeader(encoder, message, 0);
        RandomPipeline.put(encoder, eventTimeNs, value);
        int length = BuiltinMessages.KEYED_VALUE.encodedLength(encoder);
        byte[] bytes = Arrays.copyOf(message.byteArray(), length);
        return new Entry(RecordKind.DATA, source, timeNs, position, bytes);
    }

    static <E extends MessageEncoderFlyweight> Entry bare(
            byte kind, MessageType<?, E> type, int source, long timeNs, long position) {
        UnsafeBuffer message = new UnsafeBuffer(new byte[8 + type.blockLength()]);
        type.wrapAndWriteHeader(type.newEncoder(), message, 0);
        return new Entry(kind, source, timeNs, position, message.byteArray());
    }
}
