package io.penstock.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.SystemMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.core.Core;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.Step;
import io.penstock.engine.core.StepFailure;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.egress.OutputDescriptor;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A step that throws, or that has no space for its outputs, leaves no trace. */
class FailureAtomicityTest {
    private static final int EVENTS = 60;
    private static final int MAX_STEP_OUTPUT = 4096;
    private static final int NEVER = Integer.MAX_VALUE;

    /** What is left behind the call that has thrown. */
    private static final int NEVER_AGAIN = -1;

    private final long liveBytes = NativeMemory.liveBytes();
    private final List<JournalRecord> records = records();

    @AfterEach
    void shouldLeaveNothingBehind() {
        assertEquals(liveBytes, NativeMemory.liveBytes());
    }

    /** A run of one core over all records, up to where a function throws. */
    private static final class Run implements AutoCloseable {
        final OutputRing ring = new OutputRing(1 << 14);
        final List<byte[]> outputs = new ArrayList<>();
        final RecordView view = new RecordView();
        final IllegalStateException planted = new IllegalStateException("planted");
        final Core core;
        int callsLeft = NEVER;
        int calls;

        Run() {
            core =
                    new Core(
                            ProbedPipeline.define(this::probe),
                            new CoreLimits(1 << 26, MAX_STEP_OUTPUT),
                            1,
                            ring);
        }

        private void probe() {
            calls++;
            if (callsLeft-- == 0) {
                throw planted;
            }
        }

        void drain() {
            ring.drain(this::onOutput, Integer.MAX_VALUE);
        }

        private boolean onOutput(OutputRecord record) {
            if (record.kind() != OutputDescriptor.KIND_MARKER) {
                byte[] message = new byte[record.messageLength()];
                record.buffer().getBytes(record.messageOffset(), message);
                outputs.add(message);
            }
            return true;
        }

        @Override
        public void close() {
            core.close();
            ring.close();
        }
    }

    /** Calls of functions before each step, and after the last. */
    private List<Integer> callsBySteps() {
        List<Integer> calls = new ArrayList<>();
        try (Run run = new Run()) {
            for (JournalRecord record : records) {
                record.show(run.view);
                Step step;
                do {
                    calls.add(run.calls);
                    step = run.core.step(run.view);
                    run.drain();
                } while (step != Step.COMPLETE);
            }
            calls.add(run.calls);
        }
        return calls;
    }

    @Test
    void shouldLeaveStateAsItWasWhenAnyCallOfAnyFunctionThrows() {
        List<Integer> calls = callsBySteps();
        int all = calls.get(calls.size() - 1);
        Set<String> stages = new TreeSet<>();
        for (int call = 0; call < all; call++) {
            int failingStep = 0;
            while (calls.get(failingStep + 1) <= call) {
                failingStep++;
            }
            stages.add(failAt(call, failingStep));
        }
        assertTrue(all > 10 * EVENTS / 2, "only " + all + " calls");
        assertEquals(Set.of("a", "again", "b", "copied", "handler", "overlap", "positive"), stages);
    }

    /** Lets one call throw; the name of the stage that failed. */
    private String failAt(int call, int failingStep) {
        try (Run run = new Run()) {
            run.callsLeft = call;
            int step = 0;
            for (JournalRecord record : records) {
                record.show(run.view);
                Step done;
                do {
                    if (step++ == failingStep) {
                        return requireUnchanged(run, record, call);
                    }
                    done = run.core.step(run.view);
                    run.drain();
                } while (done != Step.COMPLETE);
            }
            throw new AssertionError("call " + call + " did not throw");
        }
    }

    /** A call that fails among firings of one step fails again when its firing is made alone. */
    private static String requireUnchanged(Run run, JournalRecord record, int call) {
        int left = run.callsLeft;
        boolean isAlone = false;
        long hash = 0;
        int outputs = 0;
        StepFailure failure = null;
        while (failure == null) {
            hash = run.core.stateHash();
            outputs = run.outputs.size();
            failure = failureOfStep(run, call);
            run.drain();
            if (failure == null && !isAlone) {
                assertEquals(NEVER_AGAIN, run.callsLeft, "call " + call);
                assertEquals(hash, run.core.stateHash(), "call " + call);
                assertEquals(outputs, run.outputs.size(), "call " + call);
                run.callsLeft = left;
                isAlone = true;
            }
        }
        assertSame(run.planted, failure.getCause());
        assertEquals(record.sequence(), failure.sequence());
        assertTrue(failure.getMessage().contains(failure.stage()), failure::getMessage);
        assertEquals(hash, run.core.stateHash(), "call " + call + ": " + failure.getMessage());
        run.drain();
        assertEquals(outputs, run.outputs.size(), "call " + call);
        StepFailure same = failure;
        assertSame(same, assertThrows(StepFailure.class, () -> run.core.step(run.view)));
        return failure.stage();
    }

    private static StepFailure failureOfStep(Run run, int call) {
        try {
            assertEquals(Step.MORE, run.core.step(run.view), "call " + call);
            return null;
        } catch (StepFailure e) {
            return e;
        }
    }

    @Test
    void shouldChangeNothingWhenThereIsNoOutputSpaceEveryOtherCall() {
        try (Run free = new Run();
                Run blocked = new Run()) {
            for (JournalRecord record : records) {
                record.show(free.view);
                record.show(blocked.view);
                Step step;
                do {
                    long hash = blocked.core.stateHash();
                    fill(blocked.ring);
                    assertEquals(Step.BLOCKED, blocked.core.step(blocked.view));
                    assertEquals(hash, blocked.core.stateHash());
                    blocked.drain();
                    step = free.core.step(free.view);
                    assertEquals(step, blocked.core.step(blocked.view));
                    free.drain();
                    blocked.drain();
                    assertEquals(free.core.stateHash(), blocked.core.stateHash());
                } while (step != Step.COMPLETE);
            }
            assertTrue(free.outputs.size() > EVENTS, () -> "only " + free.outputs.size());
            assertArrayEquals(free.outputs.toArray(), blocked.outputs.toArray());
        }
    }

    /** What a handler writes where it may only read, no rollback finds: the hash shows it. */
    @Test
    void shouldNoticeWriteThatPassesTheUndoLogBy() {
        Handler<KeyedValueDecoder, KeyedValueEncoder> cheat =
                new Handler<>() {
                    private ValueState counts;

                    @Override
                    public void open(HandlerSetup setup) {
                        counts = setup.value("counts", 8);
                    }

                    @Override
                    public void onEvent(
                            Event<KeyedValueDecoder> event,
                            HandlerContext<KeyedValueEncoder> context) {
                        if (counts.read() == null) {
                            counts.update().putLong(0, 1);
                        } else {
                            counts.read().putLong(0, 2);
                            throw new IllegalStateException("planted");
                        }
                    }
                };
        Pipeline pipeline =
                Pipeline.define(
                        "cheat",
                        p ->
                                p.source("a", BuiltinMessages.KEYED_VALUE)
                                        .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none())
                                        .keyBy("all", m -> 0)
                                        .process("cheat", BuiltinMessages.KEYED_VALUE, () -> cheat)
                                        .sink("out", Sinks.memory(new MemorySink())));
        RecordView view = new RecordView();
        try (OutputRing ring = new OutputRing(1 << 14);
                Core core = new Core(pipeline, new CoreLimits(1 << 26, 4096), 1, ring)) {
            records.get(0).show(view);
            assertEquals(Step.COMPLETE, core.step(view));
            long hash = core.stateHash();
            records.get(2).show(view);
            assertThrows(StepFailure.class, () -> core.step(view));
            assertNotEquals(hash, core.stateHash());
        }
    }

    @Test
    void shouldHashStatesOfDifferentRecordsDifferently() {
        try (Run run = new Run()) {
            long before = run.core.stateHash();
            records.get(0).show(run.view);
            assertEquals(Step.COMPLETE, run.core.step(run.view));
            assertNotEquals(before, run.core.stateHash());
        }
    }

    /** Leaves less space than a step may need. */
    private static void fill(OutputRing ring) {
        while (ring.hasSpace(MAX_STEP_OUTPUT)) {
            ring.stageMarker(0);
            ring.commitStep();
        }
    }

    /** Two sources by turns, and their ends. */
    private static List<JournalRecord> records() {
        SplittableRandom random = new SplittableRandom(42);
        SimulatedSource[] sources = {
            new SimulatedSource(random.split(), EVENTS, 5),
            new SimulatedSource(random.split(), EVENTS, 5)
        };
        List<JournalRecord> records = new ArrayList<>();
        for (int i = 0; i < 2 * EVENTS; i++) {
            byte[] message = sources[i & 1].message(i / 2);
            records.add(new JournalRecord(i, i, RecordKind.DATA, i & 1, i / 2, 0, message));
        }
        for (int i = 0; i < 2; i++) {
            UnsafeBuffer end =
                    new UnsafeBuffer(new byte[SystemMessages.END_OF_SOURCE.blockLength() + 8]);
            SystemMessages.END_OF_SOURCE.wrapAndWriteHeader(
                    SystemMessages.END_OF_SOURCE.newEncoder(), end, 0);
            long sequence = records.size();
            records.add(
                    new JournalRecord(
                            sequence, sequence, RecordKind.CONTROL, i, EVENTS, 0, end.byteArray()));
        }
        return records;
    }
}
