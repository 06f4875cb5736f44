package io.penstock.testkit;

import io.penstock.codecs.MessagePrinter;
import io.penstock.codecs.MessageType;
import io.penstock.codecs.MessageValidator;
import io.penstock.codecs.SystemMessages;
import io.penstock.codecs.ValidationCode;
import io.penstock.engine.control.Assembly;
import io.penstock.engine.control.AssemblyConfig;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.engine.ring.ClaimStatus;
import io.penstock.engine.ring.RingConfig;
import io.penstock.engine.ring.RingPublisher;
import io.penstock.fault.NearestName;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.Durability;
import io.penstock.journal.RecordKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * A pipeline under test: the production stages on the caller's thread, with a clock that moves only
 * when told, and stores in memory.
 *
 * <p>{@link #send} publishes, {@link #run} lets every stage work until nothing is left to do,
 * {@link #outputs} gives what came out. {@link #crashAndRecover} drops everything that a killed
 * process would lose: what was not yet journaled has to be sent again from {@link #resumePosition}.
 * {@link #losePowerAndRecover} drops what no force has brought to the medium as well. Events are
 * acknowledged at {@link Durability#PROCESS}, unless {@link Setup#durability} says something else.
 *
 * <p>One thread. It reads no wall clock, starts no thread and touches no file; close it to give
 * back its memory.
 */
public final class TestEngine implements AutoCloseable {
    /** The clock's time at the start, ns since 1970. */
    public static final long START_NS =
            TimeUnit.SECONDS.toNanos(Instant.parse("2026-01-01T00:00:00Z").getEpochSecond());

    private static final int RING_CAPACITY = 256;
    private static final int SLOT_STRIDE = 4096;
    private static final int OUTPUT_RING_BYTES = 1 << 20;
    private static final int BATCH_LIMIT = 64;
    private static final int PRODUCERS = 2;

    /** Any distance: the clock moves only when told, and each move is worth a tick. */
    private static final long TICK_EVERY_NS = 1;

    private static final long HASH_SEED = 0x5EED;

    private final Pipeline pipeline;
    private final VirtualClock clock = new VirtualClock(START_NS);
    private final MemoryStores stores = new MemoryStores(new UUID(0x7E57, 1));
    private final RingPublisher[] publishers;
    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer();
    private Assembly assembly;
    private List<Agent> agents = List.of();
    private Throwable failure;
    private final Durability durability;
    private int crashes;
    private int shards;
    private boolean isClosed;

    /** How a pipeline is to be started; each method gives another one. */
    public static final class Setup {
        private final Pipeline pipeline;
        private final int shards;
        private final Durability durability;

        private Setup(Pipeline pipeline, int shards, Durability durability) {
            this.pipeline = pipeline;
            this.shards = shards;
            this.durability = durability;
        }

        /** With so many shards, all on the caller's thread. */
        public Setup shards(int count) {
            return new Setup(pipeline, count, durability);
        }

        /** With events acknowledged at a level; the journal, in memory, carries every one. */
        public Setup durability(Durability level) {
            return new Setup(pipeline, shards, level);
        }

        /** Starts it on empty stores. */
        public TestEngine start() {
            return new TestEngine(pipeline, shards, durability);
        }
    }

    private TestEngine(Pipeline pipeline, int shards, Durability durability) {
        this.pipeline = pipeline;
        this.shards = shards;
        this.durability = durability;
        this.publishers = new RingPublisher[pipeline.sources().size()];
        open();
    }

    /** Starts a pipeline on empty stores. */
    public static TestEngine start(Pipeline pipeline) {
        return of(pipeline).start();
    }

    /** The same with shards, all on the caller's thread. */
    public static TestEngine start(Pipeline pipeline, int shards) {
        return of(pipeline).shards(shards).start();
    }

    /** A pipeline that is to be started, with one shard, at {@link Durability#PROCESS}. */
    public static Setup of(Pipeline pipeline) {
        return new Setup(pipeline, 1, Durability.PROCESS);
    }

    private void open() {
        AssemblyConfig config =
                new AssemblyConfig(
                        new RingConfig(RING_CAPACITY, SLOT_STRIDE, PRODUCERS),
                        OUTPUT_RING_BYTES,
                        BATCH_LIMIT,
                        CoreLimits.DEFAULT,
                        durability,
                        0,
                        TICK_EVERY_NS,
                        ShardConfig.of(shards));
        assembly = new Assembly.Builder(pipeline, config, stores, HASH_SEED, clock).open();
        agents = new ArrayList<>();
        agents.add(assembly.journalStage());
        if (durability.isForced()) {
            agents.add(assembly.syncStage());
        }
        agents.add(assembly.operatorStage());
        agents.add(assembly.outputStage());
        agents.add(assembly.conductor());
        agents.add(assembly.snapshotAgent());
        for (int id = 0; id < publishers.length; id++) {
            MessageValidator validator = pipeline.sources().get(id).type().validator();
            publishers[id] =
                    new RingPublisher(
                            assembly.ring(),
                            id,
                            assembly.core().source(id).clock().position(),
                            clock,
                            validator::validate);
        }
    }

    /**
     * Publishes a message of a source.
     *
     * @param source name in the pipeline
     * @param type of the source's messages
     * @param encode fills in the encoder, whose header is written
     * @return the record's sequence
     * @throws PenstockException INPUT when the message is refused, FAILED when the engine has
     *     stopped
     */
    public <E extends MessageEncoderFlyweight> long send(
            String source, MessageType<?, E> type, Consumer<E> encode) {
        E encoder = type.newEncoder();
        type.wrapAndWriteHeader(encoder, scratch, 0);
        encode.accept(encoder);
        return send(source, scratch, 0, type.encodedLength(encoder));
    }

    /**
     * Publishes a copy of a message of a source.
     *
     * @param message holds an SBE message, its header first
     * @return the record's sequence
     * @throws PenstockException as {@link #send(String, MessageType, Consumer)}
     */
    public long send(String source, DirectBuffer message, int offset, int lengthBytes) {
        RingPublisher publisher = publishers[sourceId(source)];
        requireRunning();
        long status = publisher.offer(message, offset, lengthBytes);
        if (status == ClaimStatus.BACK_PRESSURED) {
            run();
            status = publisher.offer(message, offset, lengthBytes);
        }
        if (status < 0) {
            throw refused(source, publisher, status);
        }
        return status;
    }

    private PenstockException refused(String source, RingPublisher publisher, long status) {
        String why = ClaimStatus.name(status);
        if (status == ClaimStatus.INVALID) {
            why = ValidationCode.of(publisher.lastReason()).rule();
        } else if (status == ClaimStatus.TOO_LONG) {
            why = publisher.describeTooLong();
        }
        return new PenstockException(
                Category.INPUT, "a message of source " + source + " was refused: " + why);
    }

    /** Says that a source has no more events: its watermark goes to the end of time. */
    public void endSource(String source) {
        int id = sourceId(source);
        requireRunning();
        UnsafeBuffer message =
                new UnsafeBuffer(new byte[SystemMessages.END_OF_SOURCE.blockLength() + 8]);
        SystemMessages.END_OF_SOURCE.wrapAndWriteHeader(
                SystemMessages.END_OF_SOURCE.newEncoder(), message, 0);
        long sequence = assembly.ring().tryClaim(1);
        if (sequence < 0) {
            run();
            sequence = assembly.ring().tryClaim(1);
        }
        assembly.ring()
                .buffer()
                .putBytes(assembly.ring().messageOffset(sequence), message, 0, message.capacity());
        assembly.ring()
                .header(
                        sequence,
                        message.capacity(),
                        RecordKind.CONTROL,
                        (byte) 0,
                        id,
                        clock.nanoTime(),
                        publishers[id].lastPosition() + 1,
                        0);
        assembly.ring().publish(sequence, sequence);
    }

    /** Moves the clock on and publishes a tick, so that silent sources become idle. */
    public void advanceTime(Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("time must move on: duration=" + duration);
        }
        requireRunning();
        clock.advance(duration.toNanos());
        if (work(assembly.conductor()) == 0) {
            run();
        }
    }

    /**
     * Lets every stage work until nothing is left to do.
     *
     * @throws PenstockException FAILED when a stage failed; it names event, stage and cause
     */
    public void run() {
        requireRunning();
        int work;
        do {
            work = 0;
            for (Agent agent : agents) {
                work += work(agent);
            }
        } while (work > 0 || assembly.outputStage().drained() < assembly.ring().cursor());
    }

    private int work(Agent agent) {
        try {
            return agent.doWork();
        } catch (Exception | Error e) {
            failure = e;
            assembly.ring().fail();
            throw stopped();
        }
    }

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("the engine is closed");
        }
    }

    private void requireRunning() {
        requireOpen();
        if (failure != null) {
            throw stopped();
        }
    }

    private PenstockException stopped() {
        return new PenstockException(
                Category.FAILED, "the engine has stopped: " + failure.getMessage(), failure);
    }

    /** Takes a snapshot behind everything sent so far; its sequence. */
    public long snapshot() {
        run();
        assembly.wantSnapshot();
        run();
        return assembly.lastSnapshot();
    }

    /**
     * Ends the engine as {@code kill -9} would, and opens it again: whatever was not journaled is
     * gone, state and results are made again from snapshot and journal. Also after a failure.
     *
     * @return what recovery did
     */
    public Assembly.RecoverySummary crashAndRecover() {
        return crashAndRecover(shards);
    }

    /** As {@link #crashAndRecover()}, and goes on with another number of shards. */
    public Assembly.RecoverySummary crashAndRecover(int newShards) {
        shards = newShards;
        requireOpen();
        stores.crash(crashes++);
        return recover();
    }

    /**
     * Ends the engine as a power cut would, and opens it again: of what no force has brought to the
     * medium, each sector may be there or not. What was acknowledged at {@link Durability#POWER} is
     * there.
     *
     * @return what recovery did
     */
    public Assembly.RecoverySummary losePowerAndRecover() {
        requireOpen();
        stores.losePower(crashes++);
        return recover();
    }

    private Assembly.RecoverySummary recover() {
        release();
        failure = null;
        open();
        return assembly.recovery();
    }

    /** Sequence of the last record that is acknowledged at the engine's level; -1 if none is. */
    public long acknowledged() {
        requireOpen();
        return assembly.acknowledged();
    }

    /** When events are acknowledged. */
    public Durability durability() {
        return durability;
    }

    /** Position of a source's last event that was processed; -1 if there was none. */
    public long resumePosition(String source) {
        requireOpen();
        return assembly.core().source(sourceId(source)).clock().position();
    }

    /** Copies of all messages that a sink was given, in their order, headers included. */
    public List<UnsafeBuffer> outputs(String sink) {
        return stores.memorySink(planned(sink)).buffers();
    }

    /** All messages that a sink was given, in their order, each a JSON object on one line. */
    public List<String> outputsAsJson(String sink) {
        MessagePrinter printer = new MessagePrinter(planned(sink).type().schema());
        List<String> lines = new ArrayList<>();
        for (UnsafeBuffer message : outputs(sink)) {
            StringBuilder line = new StringBuilder();
            printer.appendJson(line, message, 0, message.capacity());
            lines.add(line.toString());
        }
        return lines;
    }

    private PlanSink planned(String sink) {
        for (PlanSink planned : pipeline.sinks()) {
            if (planned.name().equals(sink)) {
                return planned;
            }
        }
        throw unknown("sink", sink, pipeline.sinks().stream().map(PlanSink::name).toList());
    }

    /** One number for the whole state; after {@link #run}. */
    public long stateHash() {
        requireOpen();
        return assembly.core().stateHash();
    }

    /** What the stages have counted, by {@code stage.count}; after {@link #run}. */
    public Map<String, Long> counts() {
        requireOpen();
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Operator operator : assembly.core().operators()) {
            String[] labels = operator.countLabels();
            for (int i = 0; i < labels.length; i++) {
                counts.put(operator.name() + "." + labels[i], operator.countOf(i));
            }
        }
        return counts;
    }

    /** The clock's time, ns since 1970. */
    public long timeNs() {
        return clock.nanoTime();
    }

    /** Why the engine stopped itself; null if it did not. */
    public Throwable failure() {
        return failure;
    }

    private int sourceId(String source) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < publishers.length; i++) {
            if (pipeline.sources().get(i).name().equals(source)) {
                return i;
            }
            names.add(pipeline.sources().get(i).name());
        }
        throw unknown("source", source, names);
    }

    private PenstockException unknown(String what, String name, List<String> names) {
        return new PenstockException(
                Category.CONFIGURATION,
                "pipeline "
                        + pipeline.name()
                        + " has no "
                        + what
                        + " "
                        + name
                        + " "
                        + NearestName.hint(name, names));
    }

    private void release() {
        for (RingPublisher publisher : publishers) {
            publisher.close();
        }
        try {
            assembly.close();
        } catch (PenstockException e) {
            // Its journal was ended under it, as by the end of the process.
            if (e.category() != Category.STORAGE) {
                throw e;
            }
        }
    }

    /** Gives everything back; results stay readable. */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            release();
        }
    }
}
