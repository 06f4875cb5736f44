package io.penstock.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.store.FrameStore;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every implementation does when a journal gives up its first records. */
@Timeout(60)
abstract class JournalRetentionConformanceTest {
    private static final long SMALL_SEGMENT = 1_500;
    private static final int RECORDS = 80;

    abstract TestStore newStore() throws Exception;

    @Test
    void shouldDeleteOnlyWholeSegmentsBelowSequence() throws Exception {
        for (long sequence = -1; sequence <= RECORDS + 3; sequence += 7) {
            TestStore store = newStore();
            try (Journal journal = open(store)) {
                TestJournals.append(journal, RECORDS - 1, 4);
                List<JournalInfo.Segment> before = verify(store).segments();

                long first = journal.deleteBefore(sequence);

                long expected = 0;
                for (JournalInfo.Segment segment : before) {
                    boolean isBelow = segment.firstSequence() <= Math.min(sequence, RECORDS - 1);
                    expected = isBelow ? segment.firstSequence() : expected;
                }
                assertEquals(expected, first);
                assertEquals(expected, journal.firstSequence());
                assertEquals(first, journal.deleteBefore(sequence));
                assertWhole(store, first, RECORDS);
                TestJournals.append(journal, RECORDS + 19, 4);
                assertWhole(store, first, RECORDS + 20);
            }
            assertTrue(verify(store).isSound(), verify(store).damages().toString());
        }
    }

    @Test
    void shouldGoOnFromWhereItBeginsWhenOpenedAgain() throws Exception {
        TestStore store = newStore();
        long first = 0;
        long last = -1;
        for (int life = 1; life <= 8; life++) {
            Journal journal = open(store);
            assertEquals(first, journal.firstSequence());
            assertEquals(last, journal.lastSequence());
            assertEquals(last + 1 - first, journal.recovery().records());
            assertFalse(journal.recovery().isCut());
            last += 40;
            TestJournals.append(journal, last, 3);
            first = journal.deleteBefore(last - 25);
            assertTrue(first > last - 40, first + " of " + last);
            if (life % 2 == 0) {
                journal.close();
            } else {
                store.kill(journal);
            }
        }
        assertWhole(store, first, last + 1);
        JournalInfo info = verify(store);
        assertTrue(info.isSound(), info.damages().toString());
        assertEquals(first, info.firstSequence());
        assertEquals(last + 1 - first, info.records());
    }

    @Test
    void shouldSeekBehindWhereItBeginsAndNameWhatIsGone() throws Exception {
        TestStore store = newStore();
        try (Journal journal = open(store)) {
            TestJournals.append(journal, RECORDS - 1, 4);
            long first = journal.deleteBefore(40);
            RecordView view = new RecordView();
            try (JournalReader reader = journal.reader()) {
                assertEquals(first, reader.firstSequence());
                for (long sequence = RECORDS - 1; sequence >= 0; sequence--) {
                    Outcome sought = reader.seek(sequence);
                    assertEquals(sequence < first ? Outcome.GAP : Outcome.OK, sought);
                    assertEquals(sought, reader.next(view));
                    if (sought == Outcome.OK) {
                        assertEquals(sequence, view.sequence());
                        assertNull(TestJournals.fault(view));
                    } else {
                        assertEquals(sequence, reader.damage().sequence());
                    }
                }
                assertEquals(Outcome.OK, reader.seekTime(TestJournals.timeNs(3)));
                assertEquals(Outcome.OK, reader.next(view));
                assertEquals(first, view.sequence());
                assertEquals(Outcome.OK, reader.seekTime(TestJournals.timeNs(RECORDS - 2)));
                assertEquals(Outcome.OK, reader.next(view));
                assertEquals(RECORDS - 2, view.sequence());
            }
        }
    }

    @Test
    void shouldTellReaderThatIsOvertaken() throws Exception {
        TestStore store = newStore();
        RecordView view = new RecordView();
        try (Journal journal = open(store)) {
            TestJournals.append(journal, RECORDS - 1, 4);
            try (FrameStore files = store.forReading();
                    JournalReader reader = Journals.read(files)) {
                assertEquals(Outcome.OK, reader.next(view));
                long first = journal.deleteBefore(RECORDS);
                // Files are used again, so that others' bytes stand in them.
                while (journal.prepareAhead() > 0) {}
                TestJournals.append(journal, 4 * RECORDS, 4);
                Outcome outcome = Outcome.OK;
                long expected = 1;
                while (outcome == Outcome.OK) {
                    outcome = reader.next(view);
                    if (outcome == Outcome.OK) {
                        assertEquals(expected++, view.sequence());
                        assertNull(TestJournals.fault(view));
                    }
                }
                assertEquals(Outcome.GAP, outcome, () -> String.valueOf(reader.damage()));
                assertNotNull(reader.damage());
                assertEquals(Outcome.OK, reader.seek(first));
                assertEquals(Outcome.OK, reader.next(view));
                assertEquals(first, view.sequence());
            }
        }
    }

    @Test
    void shouldNameMissingSegmentsAboveWhereItBegins() throws Exception {
        TestStore store = newStore();
        try (Journal journal = open(store)) {
            TestJournals.append(journal, RECORDS - 1, 4);
            journal.deleteBefore(30);
        }
        List<String> segments = store.segments();
        for (String segment : segments) {
            TestStore copy = store.copy();
            copy.remove(segment);
            PenstockException refused =
                    assertThrows(PenstockException.class, () -> open(copy).close());
            assertEquals(Category.DAMAGE, refused.category());
            assertFalse(verify(copy).isSound());
            try (FrameStore files = copy.forReading();
                    JournalReader reader = Journals.read(files)) {
                RecordView view = new RecordView();
                Outcome outcome = reader.next(view);
                while (outcome == Outcome.OK) {
                    outcome = reader.next(view);
                }
                assertNotEquals(Outcome.END, outcome);
            }
        }
    }

    @Test
    void shouldFinishDeletionThatWasCutShort() throws Exception {
        TestStore store = newStore();
        Journal journal = open(store);
        TestJournals.append(journal, RECORDS - 1, 4);
        TestStore before = store.copy();
        long first = journal.deleteBefore(40);
        store.kill(journal);
        for (String segment : before.segments()) {
            if (!store.segments().contains(segment)) {
                store.put(segment, before, segment);
            }
        }
        assertWhole(store, first, RECORDS);
        assertTrue(verify(store).isSound());

        open(store).close();

        assertTrue(store.segments().size() < before.segments().size());
        assertWhole(store, first, RECORDS);
    }

    @Test
    void shouldRefuseMarkOfBeforeTheDeletion() throws Exception {
        TestStore store = newStore();
        TestStore before;
        try (Journal journal = open(store)) {
            TestJournals.append(journal, RECORDS - 1, 4);
            before = store.copy();
            journal.deleteBefore(40);
        }
        store.put("MARK", before, "MARK");

        PenstockException refused = assertThrows(PenstockException.class, () -> open(store));

        assertEquals(Category.DAMAGE, refused.category());
        assertTrue(refused.getMessage().contains("missing"), refused.getMessage());
    }

    @Test
    void shouldReadTheSameOrNameEveryFlippedBitOfTheMark() throws Exception {
        TestStore store = newStore();
        long first;
        try (Journal journal = open(store)) {
            TestJournals.append(journal, RECORDS - 1, 4);
            first = journal.deleteBefore(40);
        }
        for (long offset = 0; offset < FrameStore.MARK_LENGTH; offset++) {
            int bit = (int) (offset * 5 % 8);
            store.flip("MARK", offset, bit);
            assertWhole(store, first, RECORDS);
            store.flip("MARK", offset, bit);
        }
    }

    private static Journal open(TestStore store) {
        return Journals.open(store.config().withSegmentLength(SMALL_SEGMENT));
    }

    private static JournalInfo verify(TestStore store) {
        try (FrameStore files = store.forReading()) {
            return Journals.verify(files, JournalProgress.NONE);
        }
    }

    private static void assertWhole(TestStore store, long first, long end) {
        try (FrameStore files = store.forReading();
                JournalReader reader = Journals.read(files)) {
            RecordView view = new RecordView();
            for (long sequence = first; sequence < end; sequence++) {
                Outcome outcome = reader.next(view);
                assertEquals(Outcome.OK, outcome, () -> String.valueOf(reader.damage()));
                assertEquals(sequence, view.sequence());
                assertNull(TestJournals.fault(view));
            }
            assertEquals(Outcome.END, reader.next(view), () -> String.valueOf(reader.damage()));
        }
    }
}
