package io.penstock.testkit.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.fault.PenstockException;
import io.penstock.journal.Durability;
import io.penstock.testkit.harness.HarnessInputs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What somebody may do wrong in a handler or a sink is found, and named as what it is. */
class CrashKitBugsTest {
    private static final int EVENTS = 40;

    private static long calls;

    private final long liveBytes = NativeMemory.liveBytes();

    @AfterEach
    void shouldLeaveNothingBehind() {
        assertEquals(liveBytes, NativeMemory.liveBytes());
    }

    /** Sums per key, and adds something of which the pipeline's author thinks it does no harm. */
    private static final class Sums implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private final LongSupplier added;
        private ValueState sums;

        Sums(LongSupplier added) {
            this.added = added;
        }

        @Override
        public void open(HandlerSetup setup) {
            sums = setup.value("sums", 8);
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            long sum = sums.update().getLong(0) + event.message().value().mantissa();
            sums.update().putLong(0, sum);
            KeyedValueEncoder result = context.begin().eventTimeNs(event.eventTimeNs());
            result.value().mantissa(sum + added.getAsLong()).scale((short) 0);
            result.putKey(new byte[] {'s'}, 0, 1);
            context.emit();
        }
    }

    /** Forgets with its process how many events it has seen. */
    private static LongSupplier field() {
        long[] seen = {0};
        return () -> ++seen[0];
    }

    private static Pipeline pipeline(Supplier<LongSupplier> added) {
        return Pipeline.define(
                "sums",
                p ->
                        p.source("values", BuiltinMessages.KEYED_VALUE)
                                .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none())
                                .keyBy("modulo", m -> m.value().mantissa() % 3)
                                .process(
                                        "sum",
                                        BuiltinMessages.KEYED_VALUE,
                                        () -> new Sums(added.get()))
                                .sink("sums", Sinks.memory(new MemorySink())));
    }

    private static void events(HarnessInputs events) {
        for (int i = 0; i < EVENTS; i++) {
            long value = i;
            events.send(
                    "values",
                    BuiltinMessages.KEYED_VALUE,
                    (KeyedValueEncoder event) -> {
                        event.eventTimeNs(value);
                        event.value().mantissa(value).scale((short) 0);
                        event.putKey(new byte[] {'v'}, 0, 1);
                    });
        }
    }

    private static CrashKit kit(Supplier<LongSupplier> added) {
        return CrashKit.of(() -> pipeline(added)).events(CrashKitBugsTest::events);
    }

    private static CrashKit rightKit() {
        return kit(() -> () -> 0);
    }

    private static void assertNotDeterministic(Supplier<LongSupplier> added) {
        CrashFailure failure = assertThrows(CrashFailure.class, kit(added)::run);
        assertNull(failure.fault());
        assertContains(failure, "pipeline sums is not deterministic");
        assertContains(failure, "differ first at sequence 0, data of values");
        assertContains(failure, "no clock, no random number");
    }

    private static void assertContains(Throwable failure, String part) {
        assertTrue(failure.getMessage().contains(part), failure::getMessage);
    }

    @Test
    void shouldFindStateThatAHandlerKeepsInAField() {
        CrashFailure failure = assertThrows(CrashFailure.class, kit(CrashKitBugsTest::field)::run);

        assertEquals(Fault.KILL, failure.fault());
        assertContains(failure, "does not come through a kill in ");
        assertContains(failure, "keeps what no snapshot has, as in a field of its handler");
        assertContains(failure, "unharmed: {");
        assertContains(
                failure,
                "again: CrashKit.of(...).events(...).durability(Durability.parse(\"process\"))"
                        + ".seed(1).repeat(Fault.KILL, "
                        + failure.point()
                        + ");");
        CrashFailure again =
                assertThrows(
                        CrashFailure.class,
                        () ->
                                kit(CrashKitBugsTest::field)
                                        .repeat(failure.fault(), failure.point()));
        assertEquals(failure.getMessage(), again.getMessage());
    }

    @Test
    void shouldNameAHandlerThatLooksAtTheClock() {
        assertNotDeterministic(() -> System::nanoTime);
        assertNotDeterministic(() -> System::currentTimeMillis);
    }

    @Test
    void shouldNameAHandlerThatDrawsRandomNumbers() {
        assertNotDeterministic(
                () -> {
                    Random random = new Random();
                    return random::nextLong;
                });
    }

    @Test
    void shouldNameAHandlerThatGoesThroughAHashMapOfObjects() {
        assertNotDeterministic(
                () ->
                        () -> {
                            Set<Object> objects = new HashSet<>();
                            List<Object> made = new ArrayList<>();
                            for (int i = 0; i < 20; i++) {
                                made.add(new Object());
                                objects.add(made.get(i));
                            }
                            long order = 0;
                            for (Object object : objects) {
                                order = order * 31 + made.indexOf(object);
                            }
                            return order;
                        });
    }

    @Test
    void shouldNameAHandlerThatCountsInAStatic() {
        assertNotDeterministic(() -> () -> ++calls);
    }

    /** Seldom changes: two runs are the same often, and the run with the fault is not. */
    @Test
    void shouldNameWhatOnlyLaterRunsShow() {
        long[] lives = {0};
        CrashFailure failure =
                assertThrows(
                        CrashFailure.class,
                        () ->
                                kit(() -> {
                                            long life = ++lives[0];
                                            return () -> life > 20 ? 1 : 0;
                                        })
                                        .run());
        assertNull(failure.fault());
        assertContains(failure, "pipeline sums is not deterministic");
    }

    @Test
    void shouldFailWhereThePipelineFailsWithoutAnyFault() {
        CrashFailure failure =
                assertThrows(
                        CrashFailure.class,
                        () ->
                                kit(() ->
                                                () -> {
                                                    throw new IllegalStateException("no limit");
                                                })
                                        .run());
        assertContains(failure, "does not come to its end without any fault");
        assertContains(failure, "no limit");
    }

    /** A table of somebody else's: what it was told stays, whatever happens to the process. */
    private static class Table implements SinkWorld {
        final List<Long> rows = new ArrayList<>();

        @Override
        public List<Long> seen() {
            return rows;
        }

        @Override
        public Sink open() {
            return new TableSink(this);
        }
    }

    /**
     * Right: what the table has of an earlier process comes again with its number, and is known.
     */
    private static class TableSink implements Sink {
        final Table table;
        private final KeyedValueDecoder message = new KeyedValueDecoder();

        TableSink(Table table) {
            this.table = table;
        }

        @Override
        public long open(Committed committed) {
            return committed.ordinal();
        }

        @Override
        public void write(OutputRecord record) {
            if (record.ordinal() == table.rows.size()) {
                add(record);
            }
        }

        final void add(OutputRecord record) {
            BuiltinMessages.KEYED_VALUE.wrap(message, record.buffer(), record.messageOffset());
            insert(message.value().mantissa());
        }

        void insert(long row) {
            table.rows.add(row);
        }

        @Override
        public void flush() {}

        @Override
        public void force() {}

        @Override
        public Committed committed() {
            return new Committed(table.rows.size(), 0, 0);
        }

        @Override
        public void close() {}
    }

    /** Adds a row for whatever it is given. */
    private static final class DoublingTable extends Table {
        @Override
        public Sink open() {
            return new TableSink(this) {
                @Override
                public void write(OutputRecord record) {
                    add(record);
                }
            };
        }
    }

    /** Says that it has committed what it still holds in its process. */
    private static final class LosingTable extends Table {
        @Override
        public Sink open() {
            List<Long> held = new ArrayList<>();
            return new TableSink(this) {
                @Override
                public void write(OutputRecord record) {
                    if (record.ordinal() == rows.size() + held.size()) {
                        add(record);
                    }
                }

                @Override
                void insert(long row) {
                    held.add(row);
                }

                @Override
                public Committed committed() {
                    return new Committed(rows.size() + held.size(), 0, 0);
                }

                @Override
                public void close() {
                    rows.addAll(held);
                }
            };
        }
    }

    @Test
    void shouldComeThroughWithASinkThatKnowsWhatItHas() {
        CrashReport report = rightKit().durability(Durability.POWER).sink("sums", Table::new).run();
        assertEquals(CrashKit.DEFAULT_TRIES, report.tried());
    }

    @Test
    void shouldFindASinkThatDoubles() {
        CrashFailure failure =
                assertThrows(CrashFailure.class, rightKit().sink("sums", DoublingTable::new)::run);
        assertNotNull(failure.fault());
        assertContains(failure, "sink sums has 40 results unharmed and ");
        assertContains(failure, "the fault is in a sink of [sums]");
    }

    @Test
    void shouldFindASinkThatLeavesOut() {
        CrashFailure failure =
                assertThrows(CrashFailure.class, rightKit().sink("sums", LosingTable::new)::run);
        assertContains(failure, "sink sums has 40 results unharmed and ");
        assertContains(failure, "the fault is in a sink of [sums]");
    }

    @Test
    void shouldRefuseWhatItCannotDo() {
        assertRefused("the pipeline has no sink sum ", rightKit().sink("sum", Table::new));
        assertRefused("durability process says nothing of", rightKit().only(Fault.POWER_CUT));
        assertRefused("the crash kit needs events", CrashKit.of(() -> pipeline(() -> () -> 0)));
        assertThrows(PenstockException.class, () -> rightKit().points(0));
        assertThrows(PenstockException.class, () -> rightKit().snapshotEvery(-1));
        PenstockException unknown =
                assertThrows(
                        PenstockException.class, () -> rightKit().repeat(Fault.KILL, 1_000_000));
        assertContains(unknown, "there is no KILL at point 1000000");
    }

    private static void assertRefused(String part, CrashKit kit) {
        assertContains(assertThrows(PenstockException.class, kit::run), part);
    }
}
