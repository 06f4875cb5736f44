package io.penstock.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.store.FrameStore;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every implementation does, whatever holds its bytes. */
@Timeout(30)
abstract class JournalConformanceTest {
    private static final long SMALL_SEGMENT = 2_000;
    private static final UnsafeBuffer MESSAGE = new UnsafeBuffer(new byte[16]);

    abstract TestStore newStore() throws Exception;

    @Test
    void shouldReadBackWhatWasAppended() throws Exception {
        TestStore store = newStore();
        try (Journal journal = Journals.open(store.config())) {
            TestJournals.append(journal, 999, 7);
            assertEquals(999, journal.lastSequence());
        }

        assertWhole(store, 1000);
    }

    @Test
    void shouldContinueInNewEpochAndSegmentWhenOpenedAgain() throws Exception {
        TestStore store = newStore();
        UUID id = UUID.randomUUID();
        int lastChecksum = 0;
        for (int epoch = 1; epoch <= 5; epoch++) {
            try (Journal journal = Journals.open(store.config().withJournalId(id))) {
                assertEquals(id, journal.id());
                assertEquals(epoch, journal.epoch());
                assertEquals(epoch * 10L - 11, journal.lastSequence());
                assertEquals(lastChecksum, journal.lastChecksum());
                assertFalse(journal.recovery().isCut());
                TestJournals.append(journal, epoch * 10L - 1, 3);
                lastChecksum = journal.lastChecksum();
            }
        }

        assertWhole(store, 50);
        assertEquals(5, store.segments().size());
        try (FrameStore files = store.forReading()) {
            JournalInfo info = Journals.verify(files, JournalProgress.NONE);
            assertTrue(info.isSound(), info.damages().toString());
            assertEquals(50, info.records());
            assertEquals(5, info.segments().stream().filter(s -> s.isSealed()).count());
        }
    }

    @Test
    void shouldContinueWhenWriterWasKilled() throws Exception {
        TestStore store = newStore();
        for (int epoch = 1; epoch <= 5; epoch++) {
            Journal journal = Journals.open(store.config());
            assertFalse(journal.recovery().isCut());
            assertEquals(epoch * 10L - 10, journal.recovery().records());
            TestJournals.append(journal, epoch * 10L - 1, 3);
            store.kill(journal);
        }

        assertWhole(store, 50);
    }

    @Test
    void shouldLeaveNoSegmentWhenNothingIsAppended() throws Exception {
        TestStore store = newStore();
        Journals.open(store.config()).close();
        Journals.open(store.config()).close();

        assertEquals(0, store.segments().size());
        assertWhole(store, 0);
    }

    @Test
    void shouldRollBySize() throws Exception {
        TestStore store = newStore();
        try (Journal journal = Journals.open(store.config().withSegmentLength(SMALL_SEGMENT))) {
            TestJournals.append(journal, 499, 4);
        }

        assertTrue(store.segments().size() > 10, "segments: " + store.segments());
        assertWhole(store, 500);
    }

    /** Messages of every length up to some words, in frames of which some are given up. */
    @Test
    void shouldReadBackMessagesThatWereEncodedInPlace() throws Exception {
        TestStore store = newStore();
        int count = 700;
        try (Journal journal = Journals.open(store.config().withSegmentLength(9_000))) {
            JournalAppender appender = journal.appender();
            for (int next = 0; next < count; ) {
                // What a frame that is given up leaves behind is seen by nobody.
                appender.begin(next, 0);
                claim(appender, next, 300, (byte) 0xFF);
                appender.abort();
                appender.begin(next, 0);
                for (int end = next + 7; next < end; next++) {
                    assertTrue(claim(appender, next, next % 100, (byte) next));
                }
                appender.commit();
            }
            appender.begin(journal.lastSequence() + 1, 0);
            while (claim(appender, 0, 99, (byte) 0)) {
                assertTrue(appender.count() <= TestStore.SMALL_FRAME / 99);
            }
            appender.abort();
        }

        RecordView view = new RecordView();
        try (JournalReader reader = Journals.read(store.forReading())) {
            for (int i = 0; i < count; i++) {
                assertEquals(Outcome.OK, reader.next(view), () -> String.valueOf(reader.damage()));
                assertEquals(i, view.sequence());
                assertEquals(i % 100, view.length());
                assertEquals(-i, view.sourceCheck());
                for (int at = 0; at < view.length(); at++) {
                    assertEquals((byte) i, view.buffer().getByte(view.offset() + at));
                }
            }
            assertEquals(Outcome.END, reader.next(view));
        }
    }

    private static boolean claim(JournalAppender appender, int number, int length, byte value) {
        int offset =
                appender.claim(number, RecordKind.DATA, (byte) 3, 65_535, number, -number, length);
        if (offset == JournalAppender.NO_ROOM) {
            return false;
        }
        appender.buffer().setMemory(offset, length, value);
        return true;
    }

    @Test
    void shouldRefuseMessageOutsideItsBufferAndTakeTheNext() throws Exception {
        TestStore store = newStore();
        try (Journal journal = Journals.open(store.config())) {
            JournalAppender appender = journal.appender();
            TestJournals.append(journal, 9, 3);
            appender.begin(10, 0);
            for (int[] range : new int[][] {{1, 16}, {-1, 16}, {0, 17}, {16, 1}}) {
                assertThrows(
                        IndexOutOfBoundsException.class,
                        () ->
                                appender.tryAdd(
                                        0,
                                        RecordKind.DATA,
                                        (byte) 0,
                                        1,
                                        1,
                                        1,
                                        MESSAGE,
                                        range[0],
                                        range[1]));
            }
            assertEquals(0, appender.count());
            appender.abort();
            TestJournals.append(journal, 19, 3);
        }
        assertWhole(store, 20);
    }

    @Test
    void shouldTakeFrameLongerThanSegment() throws Exception {
        TestStore store = newStore();
        try (Journal journal = Journals.open(store.config().withSegmentLength(1))) {
            TestJournals.append(journal, 9, 3);
        }

        assertEquals(4, store.segments().size());
        assertWhole(store, 10);
    }

    @Test
    void shouldSeekEverySequence() throws Exception {
        TestStore store = newStore();
        try (Journal journal = Journals.open(store.config().withSegmentLength(SMALL_SEGMENT))) {
            TestJournals.append(journal, 299, 4);
            RecordView view = new RecordView();
            try (JournalReader reader = journal.reader()) {
                for (long sequence = 299; sequence >= 0; sequence--) {
                    assertEquals(Outcome.OK, reader.seek(sequence));
                    assertEquals(Outcome.OK, reader.next(view));
                    assertEquals(sequence, view.sequence());
                    assertNull(TestJournals.fault(view));
                }
                assertEquals(Outcome.END, reader.seek(302));
                assertEquals(Outcome.END, reader.next(view));
                TestJournals.append(journal, 305, 4);
                assertEquals(Outcome.OK, reader.next(view));
                assertEquals(302, view.sequence());
            }
        }
    }

    @Test
    void shouldShowTheRecordsAheadInAnyOrder() throws Exception {
        TestStore store = newStore();
        try (Journal journal = Journals.open(store.config().withSegmentLength(SMALL_SEGMENT))) {
            TestJournals.append(journal, 299, 40);
            RecordView view = new RecordView();
            int together = 0;
            try (JournalReader reader = journal.reader()) {
                assertEquals(Outcome.OK, reader.seek(7));
                long next = 7;
                for (int ahead = reader.ahead(); ahead > 0; ahead = reader.ahead()) {
                    assertEquals(next, reader.nextSequence());
                    for (long sequence = next + ahead - 1; sequence >= next; sequence--) {
                        assertEquals(sequence, reader.view(sequence, view).sequence());
                        assertNull(TestJournals.fault(view));
                    }
                    int passed = Math.max(1, ahead - 3);
                    reader.pass(passed);
                    next += passed;
                    together += passed > 1 ? passed : 0;
                    if (next < 300) {
                        assertEquals(Outcome.OK, reader.next(view));
                        assertEquals(next++, view.sequence());
                    }
                }
                assertEquals(300, next);
                assertEquals(Outcome.END, reader.next(view));
                assertTrue(together > 100, "together: " + together);
            }
        }
    }

    @Test
    void shouldSeekFirstRecordAtOrAfterTime() throws Exception {
        TestStore store = newStore();
        try (Journal journal = Journals.open(store.config().withSegmentLength(SMALL_SEGMENT))) {
            TestJournals.append(journal, 299, 4);
            RecordView view = new RecordView();
            try (JournalReader reader = journal.reader()) {
                for (long sequence = 0; sequence < 300; sequence += 7) {
                    long timeNs = TestJournals.timeNs(sequence);
                    assertEquals(Outcome.OK, reader.seekTime(timeNs));
                    assertEquals(Outcome.OK, reader.next(view));
                    assertEquals(sequence, view.sequence());
                    assertEquals(Outcome.OK, reader.seekTime(timeNs - 1));
                    assertEquals(Outcome.OK, reader.next(view));
                    assertEquals(sequence, view.sequence());
                }
                assertEquals(Outcome.END, reader.seekTime(TestJournals.timeNs(300)));
                assertEquals(Outcome.OK, reader.seekTime(Long.MIN_VALUE));
                assertEquals(Outcome.OK, reader.next(view));
                assertEquals(0, view.sequence());
            }
        }
    }

    @Test
    void shouldSeekFirstOfTimesThatGoBack() throws Exception {
        TestStore store = newStore();
        long[] times = {5, 9, 2, 9, 1, 12, 3, 40, 7, 8};
        try (Journal journal = Journals.open(store.config().withSegmentLength(1))) {
            for (int i = 0; i < times.length; i++) {
                appendOne(journal, times[i]);
            }
            RecordView view = new RecordView();
            try (JournalReader reader = journal.reader()) {
                for (long time = 0; time <= 41; time++) {
                    int expected = 0;
                    while (expected < times.length && times[expected] < time) {
                        expected++;
                    }
                    boolean isThere = expected < times.length;
                    assertEquals(isThere ? Outcome.OK : Outcome.END, reader.seekTime(time));
                    if (isThere) {
                        assertEquals(Outcome.OK, reader.next(view));
                        assertEquals(expected, view.sequence());
                    }
                }
            }
        }
    }

    @Test
    void shouldRefuseTimesThatDoNotFitTheFrame() throws Exception {
        TestStore store = newStore();
        try (Journal journal = Journals.open(store.config())) {
            JournalAppender appender = journal.appender();
            appender.begin(0, 1000);
            assertFalse(add(appender, 999));
            assertTrue(add(appender, 1000));
            assertTrue(add(appender, 1000 + 0xFFFF_FFFFL));
            assertFalse(add(appender, 1000 + 0x1_0000_0000L));
            assertFalse(add(appender, Long.MIN_VALUE));
            appender.commit();
            appender.begin(2, Long.MIN_VALUE);
            assertFalse(add(appender, Long.MAX_VALUE));
            assertTrue(add(appender, Long.MIN_VALUE));
            appender.commit();
            RecordView view = new RecordView();
            try (JournalReader reader = journal.reader()) {
                for (long time : new long[] {1000, 1000 + 0xFFFF_FFFFL, Long.MIN_VALUE}) {
                    assertEquals(Outcome.OK, reader.next(view));
                    assertEquals(time, view.timeNs());
                }
            }
        }
    }

    @Test
    void shouldFillFrameToItsLimitAndRefuseWhatNoFrameTakes() throws Exception {
        TestStore store = newStore();
        try (Journal journal = Journals.open(store.config())) {
            JournalAppender appender = journal.appender();
            int longest = appender.maxMessageLengthBytes();
            UnsafeBuffer message = new UnsafeBuffer(new byte[longest + 1]);
            appender.begin(0, 0);
            PenstockException refused =
                    assertThrows(
                            PenstockException.class, () -> add(appender, 0, message, longest + 1));
            assertEquals(Category.LIMIT, refused.category());
            assertTrue(add(appender, 0, message, longest));
            assertFalse(add(appender, 0, message, 0));
            appender.commit();
            try (JournalReader reader = journal.reader()) {
                RecordView view = new RecordView();
                assertEquals(Outcome.OK, reader.next(view));
                assertEquals(longest, view.length());
                assertEquals(Outcome.END, reader.next(view));
            }
        }
    }

    @Test
    void shouldLeaveNoTraceOfFrameThatWasNotCommitted() throws Exception {
        TestStore store = newStore();
        try (Journal journal = Journals.open(store.config())) {
            TestJournals.append(journal, 4, 2);
            int before = journal.lastChecksum();
            JournalAppender appender = journal.appender();
            appender.begin(5, 0);
            add(appender, 0);
            appender.abort();
            assertThrows(IllegalStateException.class, appender::commit);
            assertThrows(IllegalStateException.class, () -> add(appender, 0));
            appender.begin(5, 0);
            add(appender, 0);
            appender.begin(5, 0);
            assertEquals(before, appender.commit());
            TestJournals.append(journal, 9, 2);
        }

        assertWhole(store, 10);
    }

    @Test
    void shouldRefuseSequencesWithHoles() throws Exception {
        TestStore store = newStore();
        try (Journal journal = Journals.open(store.config())) {
            TestJournals.append(journal, 4, 2);
            JournalAppender appender = journal.appender();
            assertThrows(IllegalStateException.class, () -> appender.begin(4, 0));
            assertThrows(IllegalStateException.class, () -> appender.begin(6, 0));
            appender.begin(5, 0);
            RecordView view = new RecordView();
            view.header(6, 0, RecordKind.TICK, (byte) 0, 0, 0, 0).message(MESSAGE, 0, 8);
            assertThrows(IllegalStateException.class, () -> appender.tryAdd(view));
        }
    }

    @Test
    void shouldRefuseSecondWriterAtOnce() throws Exception {
        TestStore store = newStore();
        try (Journal journal = Journals.open(store.config())) {
            TestJournals.append(journal, 4, 2);
            long startNs = System.nanoTime();
            PenstockException refused =
                    assertThrows(
                            PenstockException.class, () -> Journals.open(store.config()).close());
            assertEquals(Category.LOCKED, refused.category());
            assertTrue(System.nanoTime() - startNs < 1_000_000_000L);
            TestJournals.append(journal, 9, 2);
        }

        assertWhole(store, 10);
    }

    @Test
    void shouldRefuseJournalOfAnotherId() throws Exception {
        TestStore store = newStore();
        Journals.open(store.config()).close();

        PenstockException refused =
                assertThrows(
                        PenstockException.class,
                        () -> Journals.open(store.config().withJournalId(UUID.randomUUID())));

        assertEquals(Category.DAMAGE, refused.category());
    }

    @Test
    void shouldSeeFramesOfRunningWriterOverRollsAndOpenings() throws Exception {
        TestStore store = newStore();
        int toSequence = 20_000;
        Journals.open(store.config()).close();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread writer =
                new Thread(
                        () -> {
                            for (int epoch = 1; epoch <= 4; epoch++) {
                                Journal journal =
                                        Journals.open(store.config().withSegmentLength(100_000));
                                TestJournals.append(journal, toSequence / 4 * epoch - 1, 3);
                                if (epoch % 2 == 0) {
                                    journal.close();
                                } else {
                                    store.kill(journal);
                                }
                            }
                        },
                        "writer");
        writer.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
        writer.start();
        RecordView view = new RecordView();
        try (FrameStore files = store.forReading();
                JournalReader reader = Journals.read(files)) {
            long expected = 0;
            while (expected < toSequence && failure.get() == null) {
                Outcome outcome = reader.next(view);
                if (outcome == Outcome.OK) {
                    assertEquals(expected++, view.sequence());
                    assertNull(TestJournals.fault(view));
                } else {
                    assertEquals(Outcome.END, outcome, () -> reader.damage().toString());
                }
            }
        } finally {
            writer.join();
        }
        assertNull(failure.get());
    }

    @Test
    void shouldCarryChecksumOfTheFrameThatHoldsTheRecord() throws Exception {
        TestStore store = newStore();
        try (Journal journal = Journals.open(store.config())) {
            JournalAppender appender = journal.appender();
            appender.begin(0, 0);
            add(appender, 0);
            add(appender, 0);
            int first = appender.commit();
            appender.begin(2, 0);
            add(appender, 0);
            int second = appender.commit();
            assertNotEquals(first, second);
            assertEquals(second, journal.lastChecksum());
            RecordView view = new RecordView();
            try (JournalReader reader = journal.reader()) {
                for (int expected : new int[] {first, first, second}) {
                    assertEquals(Outcome.OK, reader.next(view));
                    assertEquals(expected, view.frameChecksum());
                }
            }
        }
    }

    @Test
    void shouldForceThroughLastAppended() throws Exception {
        TestStore store = newStore();
        try (Journal journal = Journals.open(store.config().withSegmentLength(SMALL_SEGMENT))) {
            assertEquals(-1, journal.force());
            TestJournals.append(journal, 299, 4);
            assertEquals(299, journal.force());
            try (FrameStore files = store.forReading()) {
                MarkReader mark = new MarkReader(files);
                assertTrue(mark.read());
                assertEquals(299, mark.forced.sequence);
                assertEquals(journal.lastChecksum(), mark.forced.checksum);
            }
        }
    }

    @Test
    void shouldBeClosedTwiceAndThenRefuse() throws Exception {
        TestStore store = newStore();
        Journal journal = Journals.open(store.config());
        TestJournals.append(journal, 4, 2);
        journal.close();
        journal.close();

        assertThrows(IllegalStateException.class, () -> journal.appender().begin(5, 0));
        assertThrows(IllegalStateException.class, () -> add(journal.appender(), 0));
        assertThrows(IllegalStateException.class, journal::force);
        try (FrameStore files = store.forReading()) {
            JournalReader reader = Journals.read(files);
            RecordView view = new RecordView();
            assertEquals(Outcome.OK, reader.next(view));
            reader.close();
            reader.close();
            assertThrows(IllegalStateException.class, () -> reader.next(view));
            assertThrows(IllegalStateException.class, () -> reader.seek(0));
        }
    }

    static void assertWhole(TestStore store, long records) {
        try (FrameStore files = store.forReading();
                JournalReader reader = Journals.read(files)) {
            TestJournals.Read read = TestJournals.readAll(reader);
            assertNull(read.damage());
            assertNull(read.fault());
            assertEquals(records, read.count());
            assertEquals(Outcome.END, read.outcome());
        }
    }

    private static void appendOne(Journal journal, long timeNs) {
        journal.appender().begin(journal.lastSequence() + 1, timeNs);
        add(journal.appender(), timeNs);
        journal.appender().commit();
    }

    private static boolean add(JournalAppender appender, long timeNs) {
        return add(appender, timeNs, MESSAGE, MESSAGE.capacity());
    }

    private static boolean add(
            JournalAppender appender, long timeNs, UnsafeBuffer message, int length) {
        return appender.tryAdd(timeNs, RecordKind.DATA, (byte) 0, 0, 0, 0, message, 0, length);
    }
}
