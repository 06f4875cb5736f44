package io.penstock.engine.rolling;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.codecs.builtin.LookBackResultDecoder;
import io.penstock.codecs.builtin.LookBackResultEncoder;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.operator.EntryLimit;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Key;
import io.penstock.engine.operator.Maker;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.operator.Output;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.KeyGroups;
import io.penstock.engine.state.StateHash;
import io.penstock.engine.window.NumberOf;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** One look-back stage by itself, driven as a core would; also over steps that fail. */
final class LookBackHarness implements AutoCloseable {
    static final NumberOf<KeyedValueDecoder> VALUE =
            new NumberOf<>() {
                @Override
                public long mantissa(KeyedValueDecoder message) {
                    return message.value().mantissa();
                }

                @Override
                public int scale(KeyedValueDecoder message) {
                    return message.value().scale();
                }
            };

    private static final long LIMIT_BYTES = 64 << 20;

    private final LookBack lookBack;
    private final Key<KeyedValueDecoder> key;
    private final List<RollingAggregate<KeyedValueDecoder>> aggregates;
    private final LookBackFunction<KeyedValueDecoder, LookBackResultEncoder> function;
    private final List<LookBackResultDecoder> results = new ArrayList<>();
    private final Event<KeyedValueDecoder> event = new Event<>(BuiltinMessages.KEYED_VALUE);
    private final KeyedValueEncoder encoder = new KeyedValueEncoder();
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[8192]);
    private long seed;
    private long ordinal;
    private Arena arena;
    private UndoLog undo;
    private OutputRing ring;
    private LookBackOperator<KeyedValueDecoder, LookBackResultDecoder, LookBackResultEncoder>
            operator;
    private long baselineBytes;

    LookBackHarness(
            LookBack lookBack,
            Key<KeyedValueDecoder> key,
            List<RollingAggregate<KeyedValueDecoder>> aggregates,
            LookBackFunction<KeyedValueDecoder, LookBackResultEncoder> function,
            long seed) {
        this.lookBack = lookBack;
        this.key = key;
        this.aggregates = aggregates;
        this.function = function;
        this.seed = seed;
        open();
    }

    static Key<KeyedValueDecoder> byText() {
        return new Key.OfBytes<>((m, target) -> m.getKey(target, 0, 4096));
    }

    /** Keys by the first byte of the text. */
    static Key<KeyedValueDecoder> byNumber() {
        byte[] first = new byte[1];
        return new Key.OfLong<>(
                m -> {
                    first[0] = 0;
                    m.getKey(first, 0, 1);
                    return first[0] * 1_000_003L;
                });
    }

    private void open() {
        arena = new Arena("look-back", LIMIT_BYTES);
        undo = new UndoLog(LIMIT_BYTES);
        ring = new OutputRing(16 * 1024);
        StepContext context = new StepContext(arena, undo, ring, seed);
        Output<LookBackResultDecoder> output = new Output<>();
        output.add(
                result -> {
                    byte[] copy = new byte[result.length()];
                    result.buffer().getBytes(result.offset(), copy);
                    results.add(
                            new Event<>(BuiltinMessages.LOOK_BACK_RESULT)
                                    .wrap(new UnsafeBuffer(copy), 0, copy.length)
                                    .message());
                });
        operator =
                new LookBackOperator<>(
                        context,
                        "look",
                        lookBack,
                        key,
                        aggregates,
                        new EntryLimit<>("look", "keys", null, null),
                        new LookBackOperator.Result<>(
                                function, new Maker<>(BuiltinMessages.LOOK_BACK_RESULT), output));
        baselineBytes = arena.usedBytes();
    }

    /** Results since the last call. */
    List<LookBackResultDecoder> take() {
        List<LookBackResultDecoder> taken = List.copyOf(results);
        results.clear();
        return taken;
    }

    long watermark() {
        return operator.watermark();
    }

    long count(String label) {
        return operator.countOf(List.of(operator.countLabels()).indexOf(label));
    }

    /** Lets the stage put its state in order as over records that are not for it. */
    void idle() {
        for (int i = 0; i < 10_000; i++) {
            operator.maintain();
        }
    }

    int keys() {
        return operator.keys();
    }

    long stateBytes() {
        return arena.usedBytes() - baselineBytes;
    }

    /** One event as a step of its own; rolled back if it throws. */
    void event(byte[] eventKey, long timeNs, long mantissa, int scale) {
        try {
            BuiltinMessages.KEYED_VALUE.wrapAndWriteHeader(encoder, message, 0);
            encoder.eventTimeNs(timeNs).value().mantissa(mantissa).scale((short) scale);
            encoder.putKey(eventKey, 0, eventKey.length);
            int length = BuiltinMessages.KEYED_VALUE.encodedLength(encoder);
            event.wrap(message, 0, length).about(timeNs, ordinal, ordinal, ordinal);
            operator.receive(event);
            undo.commit();
            ordinal++;
        } catch (RuntimeException e) {
            undo.rollback();
            results.clear();
            throw e;
        } finally {
            operator.maintain();
        }
    }

    /** A sweep; some steps are rolled back and made again. */
    void sweepTo(long watermark, boolean failing) {
        operator.sweepTo(watermark);
        while (operator.hasDue()) {
            if (failing) {
                long hash = stateHash();
                operator.fireOne();
                undo.rollback();
                if (stateHash() != hash) {
                    throw new AssertionError("a firing that was rolled back left a trace");
                }
            }
            operator.fireOne();
            undo.commit();
        }
        operator.sweepDone();
        operator.maintain();
    }

    long stateHash() {
        long[] groups = new long[KeyGroups.COUNT];
        operator.hashInto(groups);
        return StateHash.combine(groups);
    }

    void snapshotAndRestore() {
        MemorySnapshotStorage storage = new MemorySnapshotStorage();
        try (SnapshotWriter writer = new SnapshotWriter(storage, "state")) {
            writer.beginSection("look", 1, 0, operator.stateVersion());
            operator.writeTo(writer);
            writer.endSection();
            writer.seal();
        }
        long hash = stateHash();
        closeAll();
        seed = seed * 31 + 17;
        open();
        try (SnapshotReader reader = new SnapshotReader(storage, "state")) {
            reader.skipToNextSection();
            operator.readFrom(reader);
        }
        if (stateHash() != hash) {
            throw new AssertionError("the state hash differs after restore");
        }
    }

    private void closeAll() {
        operator.close();
        arena.close();
        undo.close();
        ring.close();
    }

    @Override
    public void close() {
        closeAll();
    }

    /** For sweeps. */
    static long endOfTime() {
        return Operator.END_OF_TIME;
    }
}
