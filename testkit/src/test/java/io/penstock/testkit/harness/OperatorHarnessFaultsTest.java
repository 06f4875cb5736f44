package io.penstock.testkit.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The harness notices each mistake that it is there for, and says under which schedule. */
class OperatorHarnessFaultsTest {
    private final long liveBytes = NativeMemory.liveBytes();

    @AfterEach
    void shouldLeaveNothingBehind() {
        assertEquals(liveBytes, NativeMemory.liveBytes());
    }

    /** Counts a key's events in its own way, and tells the count. */
    private abstract static class Counting
            implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        ValueState state;

        @Override
        public void open(HandlerSetup setup) {
            state = setup.value("state", 8);
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            KeyedValueEncoder result = context.begin();
            result.eventTimeNs(event.eventTimeNs()).value().mantissa(count()).scale((short) 0);
            result.putKey(new byte[0], 0, 0);
            context.emit();
        }

        abstract long count();
    }

    /** Does it right. */
    private static final class Right extends Counting {
        @Override
        long count() {
            long next = state.update().getLong(0) + 1;
            state.update().putLong(0, next);
            return next;
        }
    }

    /** Keeps the count where no snapshot finds it. */
    private static final class OnHeap extends Counting {
        private long count;

        @Override
        long count() {
            state.update();
            return ++count;
        }
    }

    /** Writes the count where no rollback finds it. */
    private static final class PastUndo extends Counting {
        @Override
        long count() {
            if (state.read() == null) {
                state.update();
            }
            long next = state.read().getLong(0) + 1;
            state.read().putLong(0, next);
            return next;
        }
    }

    /** Counts with all that were ever made. */
    private static final class Shared extends Counting {
        private final AtomicLong all;

        Shared(AtomicLong all) {
            this.all = all;
        }

        @Override
        long count() {
            state.update();
            return all.incrementAndGet();
        }
    }

    private static Pipeline pipeline(
            Supplier<? extends Handler<KeyedValueDecoder, KeyedValueEncoder>> handlers) {
        return Pipeline.define(
                "counting",
                p ->
                        p.source("events", BuiltinMessages.KEYED_VALUE)
                                .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none())
                                .keyBy("all", m -> 0)
                                .process("count", BuiltinMessages.KEYED_VALUE, handlers)
                                .sink("counts", Sinks.memory(new MemorySink())));
    }

    private static void run(
            Supplier<? extends Handler<KeyedValueDecoder, KeyedValueEncoder>> handlers) {
        Pipeline pipeline = pipeline(handlers);
        OperatorHarness.of(pipeline)
                .withSeed(7)
                .withLeftoverBytes(4096)
                .run(RandomEvents.of(pipeline, 1, 20, false));
    }

    private static void requireNoticed(
            String words, Supplier<? extends Handler<KeyedValueDecoder, KeyedValueEncoder>> bad) {
        AssertionError error = assertThrows(AssertionError.class, () -> run(bad));
        assertTrue(error.getMessage().contains(words), error::getMessage);
    }

    @Test
    void shouldFindNothingWhereNothingIsWrong() {
        run(Right::new);
    }

    @Test
    void shouldNoticeStateThatNoSnapshotHolds() {
        requireNoticed("schedule RESTORE, seed 7, input 1 of", OnHeap::new);
    }

    @Test
    void shouldNoticeAWriteThatPassesTheUndoLogBy() {
        requireNoticed("schedule FAILED_WRITES, seed 7, input", PastUndo::new);
    }

    @Test
    void shouldNoticeStateThatCoresShare() {
        AtomicLong all = new AtomicLong();
        requireNoticed("schedule ONE_BY_ONE, seed 7, input 0 of", () -> new Shared(all));
    }

    @Test
    void shouldNoticeStateThatIsLeft() {
        Pipeline pipeline = pipeline(Right::new);
        AssertionError error =
                assertThrows(
                        AssertionError.class,
                        () ->
                                OperatorHarness.of(pipeline)
                                        .run(RandomEvents.of(pipeline, 1, 20, false)));
        assertTrue(error.getMessage().contains("bytes of state are left"), error::getMessage);
    }
}
