package io.penstock.engine;

import io.penstock.engine.control.FileStores;
import io.penstock.engine.control.Retention;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.ring.SlotLayout;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.Durability;
import io.penstock.journal.JournalKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How an engine runs; nothing here decides an answer, and all of it may change between runs.
 *
 * <p>Not thread-safe; read once when the engine is opened, all violations reported together.
 */
public final class EngineConfig {
    private static final int PAGE = 4096;
    private static final Duration MAX_TICK = Duration.ofDays(36_500);
    private static final int MAX_MESSAGE_LENGTH = 64 * 1024 - 64;

    private final Path directory;
    private final Map<String, Path> sinkPaths = new HashMap<>();
    private final Set<String> sinksWithoutFile = new HashSet<>();
    private Durability durability = Durability.PROCESS;
    private Layout layout = Layout.SHARED;
    private Idling idling = Idling.BACKOFF;
    private int ringCapacity = 16 * 1024;
    private int maxMessageLength = 224;
    private int outputRingBytes = 8 << 20;
    private int batchLimit = 1024;
    private long snapshotEvery = 1_000_000;
    private Duration tickEvery = Duration.ZERO;
    private JournalKind journal;
    private long segmentLengthBytes;
    private int journalAheadBytes;
    private Retention retention = Retention.ALL;
    private CoreLimits limits = CoreLimits.DEFAULT;
    private int shards = 1;
    private int[] cpus = new int[0];

    private EngineConfig(Path directory) {
        this.directory = directory;
    }

    /** Everything at its default, in a directory that is made if it is not there. */
    public static EngineConfig at(Path directory) {
        return new EngineConfig(directory);
    }

    /**
     * When events are acknowledged, which is what outputs wait for. Default: {@link
     * Durability#PROCESS}.
     */
    public EngineConfig durability(Durability value) {
        durability = value;
        return this;
    }

    /** How stages share threads. Default: {@link Layout#SHARED}. */
    public EngineConfig layout(Layout value) {
        layout = value;
        return this;
    }

    /** What threads do without work. Default: {@link Idling#BACKOFF}. */
    public EngineConfig idling(Idling value) {
        idling = value;
        return this;
    }

    /** Slots of the ring, a power of two. Default: 16384. */
    public EngineConfig ringCapacity(int value) {
        ringCapacity = value;
        return this;
    }

    /** Longest message, bytes with its 8-byte SBE header. Default: 224. */
    public EngineConfig maxMessageLength(int value) {
        maxMessageLength = value;
        return this;
    }

    /** Bytes of outputs in flight, a power of two. Default: 8 MiB. */
    public EngineConfig outputRingBytes(int value) {
        outputRingBytes = value;
        return this;
    }

    /** Most records or steps of one duty cycle. Default: 1024. */
    public EngineConfig batchLimit(int value) {
        batchLimit = value;
        return this;
    }

    /** Records between two snapshots; 0 for none. Default: 1,000,000. */
    public EngineConfig snapshotEvery(long records) {
        snapshotEvery = records;
        return this;
    }

    /**
     * Time between two journaled clock ticks; zero for none. Default: none.
     *
     * <p>Without ticks only records move the engine's clock: in silence, handlers' timers by the
     * clock wait for the next one. What is known to depend on ticks (idle sources, watermarks
     * behind the clock, early results by the clock) is refused without them.
     */
    public EngineConfig tickEvery(Duration value) {
        tickEvery = value;
        return this;
    }

    /**
     * How the directory holds the journal; chosen once, when it is made. Default: what is there,
     * else {@link JournalKind#CHRONICLE}, which carries {@link Durability#PROCESS} at most; {@link
     * JournalKind#SEGMENT} carries every level.
     */
    public EngineConfig journal(JournalKind value) {
        journal = value;
        return this;
    }

    /**
     * Bytes after which the journal begins a new segment. Default: 1 GiB, of the kind {@link
     * JournalKind#SEGMENT} 64 MiB.
     */
    public EngineConfig segmentLengthBytes(long value) {
        segmentLengthBytes = value;
        return this;
    }

    /**
     * How far ahead of the journal its files are made ready by a thread beside it, so that a burst
     * of as much waits for no space and no page. A force brings to the medium what was made ready.
     * Default: 16 MiB, of the kind {@link JournalKind#SEGMENT} 64 MiB; 4 MiB where {@link
     * #durability} forces.
     */
    public EngineConfig journalAheadBytes(int value) {
        journalAheadBytes = value;
        return this;
    }

    /**
     * What becomes of records that neither recovery nor a registered reader needs. Default: {@link
     * Retention#ALL}. With {@link Retention#SNAPSHOTS} the output log becomes part of what cannot
     * be made again, and replays begin at the oldest snapshot that is kept.
     */
    public EngineConfig retention(Retention value) {
        retention = value;
        return this;
    }

    /** Limits of state and step output. */
    public EngineConfig limits(CoreLimits value) {
        limits = value;
        return this;
    }

    /**
     * How many cores share the work of keyed stages; results, their order and {@code stateHash()}
     * are those of one. Default: 1, and 1 where the pipeline has no keyed stage.
     *
     * <p>With {@link Layout#DEDICATED} each has a thread. Each has the limits of state by itself.
     * The pipeline's functions are then called by several threads at a time. A directory may be
     * opened with another number; a snapshot made with the old one is passed over then, and the
     * journal replayed from before it.
     */
    public EngineConfig shards(int value) {
        shards = value;
        return this;
    }

    /**
     * CPUs to pin the stage threads to, in the order journal, shards if there are several,
     * operators, outputs, sync if the level of durability forces; empty: none.
     */
    public EngineConfig pin(int... value) {
        cpus = value.clone();
        return this;
    }

    /** Puts a CSV sink's file somewhere else than the pipeline says. */
    public EngineConfig sinkPath(String sink, Path path) {
        sinkPaths.put(sink, path);
        return this;
    }

    /** Counts a sink's results instead of writing its file; a later run may want the file. */
    public EngineConfig withoutFile(String sink) {
        sinksWithoutFile.add(sink);
        return this;
    }

    /** Before anything is made: the journal's kind is chosen once. */
    void requireCarriedLevel() {
        JournalKind kind = FileStores.kindIn(directory, journal);
        durability.requireCarriedBy(
                kind.carries(), "one of the kind " + kind.name().toLowerCase(Locale.ROOT));
    }

    /** Refuses a pipeline that would be late in silence without ticks. */
    void requireTicksFor(Pipeline pipeline) {
        if (!pipeline.needsTicks().isEmpty() && tickEvery.isZero()) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    pipeline.needsTicks().get(0)
                            + ": tickEvery="
                            + tickEvery
                            + " (use EngineConfig.tickEvery with a part of that time)");
        }
    }

    /** Checks everything at once. */
    EngineConfig validated() {
        List<String> problems = new ArrayList<>();
        if (Integer.bitCount(ringCapacity) != 1 || ringCapacity < 2) {
            problems.add(
                    "ring capacity must be a power of two from 2: capacity="
                            + ringCapacity
                            + " (use "
                            + powerOfTwo(ringCapacity)
                            + ")");
        }
        if (maxMessageLength < 8 || maxMessageLength > MAX_MESSAGE_LENGTH) {
            problems.add(
                    "longest message must be 8 to "
                            + MAX_MESSAGE_LENGTH
                            + " bytes: maxMessageLength="
                            + maxMessageLength);
        }
        long needed = 4L * limits.maxStepOutputBytes();
        if (Integer.bitCount(outputRingBytes) != 1 || outputRingBytes < needed) {
            problems.add(
                    "output ring must be a power of two and hold four steps' outputs:"
                            + " outputRingBytes="
                            + outputRingBytes
                            + " (use "
                            + powerOfTwo((int) Math.min(needed, 1 << 30))
                            + ")");
        }
        if (shards < 1 || shards > ShardConfig.MAX_SHARDS) {
            problems.add("shards must be 1 to " + ShardConfig.MAX_SHARDS + ": shards=" + shards);
        }
        if (batchLimit < 1) {
            problems.add("batch limit must be positive: batchLimit=" + batchLimit);
        }
        if (segmentLengthBytes < 0) {
            problems.add("segmentLengthBytes must not be negative: " + segmentLengthBytes);
        }
        if (journalAheadBytes < 0) {
            problems.add("journalAheadBytes must not be negative: " + journalAheadBytes);
        }
        if (snapshotEvery < 0) {
            problems.add("snapshotEvery must not be negative: " + snapshotEvery);
        }
        if (tickEvery == null || tickEvery.isNegative() || tickEvery.compareTo(MAX_TICK) > 0) {
            problems.add("tickEvery must be 0 to 100 years: tickEvery=" + tickEvery);
        }
        if (!problems.isEmpty()) {
            throw new PenstockException(Category.CONFIGURATION, String.join("; ", problems));
        }
        return this;
    }

    private static int powerOfTwo(int wanted) {
        int power = 2;
        while (power < wanted && power < 1 << 30) {
            power <<= 1;
        }
        return power;
    }

    /** Bytes of a slot: not a multiple of a page, so that slots spread over a cache's sets. */
    int slotStride() {
        int stride = SlotLayout.strideFor(maxMessageLength);
        return stride % PAGE == 0 ? stride + SlotLayout.STRIDE_ALIGNMENT : stride;
    }

    Path directory() {
        return directory;
    }

    Map<String, Path> sinkPaths() {
        return sinkPaths;
    }

    Set<String> sinksWithoutFile() {
        return sinksWithoutFile;
    }

    Durability durability() {
        return durability;
    }

    Layout layout() {
        return layout;
    }

    Idling idling() {
        return idling;
    }

    int ringCapacity() {
        return ringCapacity;
    }

    int outputRingBytes() {
        return outputRingBytes;
    }

    int batchLimit() {
        return batchLimit;
    }

    long snapshotEvery() {
        return snapshotEvery;
    }

    Duration tickEvery() {
        return tickEvery;
    }

    JournalKind journal() {
        return journal;
    }

    long segmentLengthBytes() {
        return segmentLengthBytes;
    }

    int journalAheadBytes() {
        return journalAheadBytes;
    }

    Retention retention() {
        return retention;
    }

    CoreLimits limits() {
        return limits;
    }

    int shards() {
        return shards;
    }

    int[] cpus() {
        return cpus.clone();
    }
}
