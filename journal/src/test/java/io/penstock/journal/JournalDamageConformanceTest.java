package io.penstock.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.store.FrameStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every implementation does when stored bytes are not what was written. */
@Timeout(30)
abstract class JournalDamageConformanceTest {
    private static final long SEED = 20_261_121;
    private static final int RECORDS = 60;
    private static final long SMALL_SEGMENT = 1_500;
    private static final long KIB_32 = 32 * 1024;
    private static final String FLIPPED_LONG =
            "R5a COUNT bits flipped in a journal of 64 KiB: 0 read otherwise than written";
    private static final String FLIPPED =
            "R5b COUNT bits flipped in segments and in the mark: 0 read otherwise than written";
    private static final String CUT = "R6a COUNT lengths that a file was cut to: all named";
    private static final String MISPLACED =
            "R6b COUNT files missing, swapped, doubled or of another journal: all named";

    private long cases;

    abstract TestStore newStore() throws Exception;

    /** Every so many bytes of the frames have a bit flipped. */
    abstract int byteStep();

    /** The same, of a journal of 64 KiB. */
    abstract int longerByteStep();

    @Test
    void shouldNameEveryFlippedBitOrReadAllTheSame() throws Exception {
        TestStore store = written();
        Random random = new Random(SEED);
        int named = 0;
        int flips = 0;
        for (JournalInfo.Segment segment : verify(store).segments()) {
            // Before the frames a file may have an implementation's own bytes: mostly harmless.
            long frames = Math.max(0, segment.lengthBytes() - SMALL_SEGMENT);
            for (long offset = 0;
                    offset < segment.lengthBytes();
                    offset += offset < frames ? 17 : byteStep()) {
                named += flipAndRead(store, segment.file(), offset, random.nextInt(8)) ? 1 : 0;
                flips++;
            }
        }
        assertTrue(named > flips / 2, named + " named of " + flips);
        proved(FLIPPED);
    }

    @Test
    void shouldNameEveryBitOfOneSmallSegment() throws Exception {
        TestStore store = newStore();
        try (Journal journal = Journals.open(store.config())) {
            TestJournals.append(journal, 4, 5);
        }
        JournalInfo.Segment segment = verify(store).segments().get(0);
        long frames = 2 * 56 + 72 + 5 * 24 + 5 * 48 + 3 * 4;
        for (long offset = Math.max(0, segment.lengthBytes() - frames);
                offset < segment.lengthBytes();
                offset++) {
            for (int bit = 0; bit < 8; bit++) {
                flipAndRead(store, segment.file(), offset, bit, 5);
            }
        }
        proved(FLIPPED);
    }

    @Test
    void shouldSurviveEveryFlippedBitOfTheMark() throws Exception {
        TestStore store = written();
        for (long offset = 0; offset < FrameStore.MARK_LENGTH; offset++) {
            for (int bit = 0; bit < 8; bit++) {
                flipAndRead(store, "MARK", offset, bit);
            }
        }
        proved(FLIPPED);
    }

    @Test
    void shouldRefuseOrOpenWholeWhenBitIsFlipped() throws Exception {
        TestStore store = written();
        Random random = new Random(SEED + 1);
        List<JournalInfo.Segment> segments = verify(store).segments();
        for (int i = 0; i < 60; i++) {
            JournalInfo.Segment segment = segments.get(random.nextInt(segments.size()));
            long back = Math.min(segment.lengthBytes(), SMALL_SEGMENT);
            long offset = segment.lengthBytes() - 1 - random.nextInt((int) back);
            int bit = random.nextInt(8);
            TestStore copy = store.copy();
            copy.flip(segment.file(), offset, bit);
            assertRefusedOrWhole(copy, segment.file() + " at " + offset + " bit " + bit);
        }
    }

    @Test
    void shouldNameTruncationAtManyLengths() throws Exception {
        TestStore store = written();
        Random random = new Random(SEED + 2);
        for (JournalInfo.Segment segment : verify(store).segments()) {
            for (int i = 0; i < 12; i++) {
                long length = i == 0 ? 0 : random.nextLong(segment.lengthBytes());
                TestStore copy = store.copy();
                copy.truncate(segment.file(), length);
                String what = segment.file() + " cut to " + length;
                assertNamedOrWhole(copy, RECORDS, what);
                assertRefusedOrWhole(copy, what);
            }
        }
        proved(CUT);
    }

    /** Whether all bits of a longer journal are flipped, not only one of some bytes. */
    boolean isEveryBitFlipped() {
        return "all".equals(System.getProperty("penstock.flips"));
    }

    /** All 8 bits of each byte: {@code -Dpenstock.flips=all}; else one bit, of some bytes. */
    @Test
    @Timeout(1800)
    void shouldNameEveryFlippedBitOfLongerJournal() throws Exception {
        boolean isAll = isEveryBitFlipped();
        TestStore store = newStore();
        int records = 0;
        for (int life = 1; life <= 2; life++) {
            try (Journal journal = Journals.open(store.config().withSegmentLength(12_000))) {
                while (journal.lastSequence() < 0 || verify(store).lengthBytes() < life * KIB_32) {
                    TestJournals.append(journal, journal.lastSequence() + 30, 6);
                }
                records = (int) journal.lastSequence() + 1;
            }
        }
        Random random = new Random(SEED + 3);
        int named = 0;
        int flips = 0;
        int step = isAll ? 1 : longerByteStep();
        for (JournalInfo.Segment segment : verify(store).segments()) {
            int phase = isAll ? 0 : random.nextInt(step);
            for (long offset = phase; offset < segment.lengthBytes(); offset += step) {
                int first = isAll ? 0 : random.nextInt(8);
                for (int bit = first; bit <= (isAll ? 7 : first); bit++) {
                    boolean isNamed = flipAndRead(store, segment.file(), offset, bit, records);
                    named += isNamed ? 1 : 0;
                    flips++;
                }
            }
        }
        assertTrue(named > flips / 2, named + " named of " + flips);
        proved(FLIPPED_LONG);
    }

    @Test
    void shouldNameTruncationAtEveryByte() throws Exception {
        TestStore store = written();
        int step = Math.max(1, byteStep() / 2);
        for (JournalInfo.Segment segment : verify(store).segments()) {
            TestStore copy = store.copy();
            long frames = Math.max(0, segment.lengthBytes() - SMALL_SEGMENT - 200);
            for (long length = segment.lengthBytes() - 1; length >= frames; length -= step) {
                copy.truncate(segment.file(), length);
                assertNamedOrWhole(copy, RECORDS, segment.file() + " cut to " + length);
            }
        }
        proved(CUT);
    }

    @Test
    void shouldRefuseLastFrameTornAtEveryByteWhenMarkNamesIt() throws Exception {
        TestStore store = written();
        JournalInfo info = verify(store);
        String last = info.segments().get(info.segments().size() - 1).file();
        long end = recordsEnd(store);
        for (long length = end - 300; length < end; length += 3) {
            TestStore copy = store.copy();
            copy.truncate(last, length);
            TestJournals.Read read = assertNamedOrWhole(copy, RECORDS, "cut to " + length);
            assertEquals(Outcome.CORRUPT, read.outcome());
            PenstockException refused = open(copy);
            assertNotNull(refused, "opened, cut to " + length);
            assertEquals(Category.DAMAGE, refused.category());
        }
        proved(CUT);
    }

    @Test
    void shouldCutLastFrameTornAtEveryByteWhenMarkDoesNotNameIt() throws Exception {
        TestStore store = newStore();
        Journal journal = Journals.open(store.config());
        TestJournals.append(journal, 19, 4);
        TestStore before = store.copy();
        TestJournals.append(journal, 22, 3);
        store.kill(journal);
        String segment = store.segments().get(0);
        long start = recordsEnd(before);
        long end = recordsEnd(store);
        int cuts = 0;
        for (long length = end; length >= start; length -= byteStep()) {
            TestStore copy = store.copy();
            copy.put("MARK", before, "MARK");
            copy.truncate(segment, length);
            boolean isWhole = length == end;
            try (Journal reopened = Journals.open(copy.config())) {
                assertEquals(isWhole ? 22 : 19, reopened.lastSequence(), "cut to " + length);
                cuts += reopened.recovery().isCut() ? 1 : 0;
                TestJournals.append(reopened, 29, 3);
            }
            JournalConformanceTest.assertWhole(copy, 30);
            assertTrue(verify(copy).isSound());
        }
        assertTrue(cuts > (end - start) / byteStep() / 2, cuts + " cuts");
    }

    @Test
    void shouldCutDamageBeyondMarkAndKeepACopy() throws Exception {
        TestStore store = newStore();
        Journal journal = Journals.open(store.config());
        TestJournals.append(journal, 19, 4);
        TestStore before = store.copy();
        TestJournals.append(journal, 39, 4);
        store.kill(journal);
        store.put("MARK", before, "MARK");
        store.flip(store.segments().get(0), recordsEnd(before) + 100, 3);

        try (Journal reopened = Journals.open(store.config())) {
            RecoveryReport report = reopened.recovery();
            assertEquals(20, report.records());
            assertEquals(19, report.lastSequence());
            assertTrue(report.bytesCut() > 500, "bytes: " + report.bytesCut());
            assertEquals(1, report.quarantined().size());
            assertEquals(20, report.damage().sequence());
            assertEquals(0, report.sequencesLost());
        }
        JournalConformanceTest.assertWhole(store, 20);
    }

    @Test
    void shouldNameMissingSegments() throws Exception {
        TestStore store = written();
        List<String> segments = store.segments();
        for (String segment : segments) {
            TestStore copy = store.copy();
            copy.remove(segment);
            TestJournals.Read read = assertNamedOrWhole(copy, RECORDS, segment + " removed");
            boolean isLast = segment.equals(segments.get(segments.size() - 1));
            assertEquals(isLast ? Outcome.CORRUPT : Outcome.GAP, read.outcome());
            assertEquals(Category.DAMAGE, open(copy).category());
            assertFalse(verify(copy).isSound());
        }
        TestStore copy = store.copy();
        for (String segment : segments) {
            copy.remove(segment);
        }
        assertEquals(Outcome.CORRUPT, assertNamedOrWhole(copy, RECORDS, "all removed").outcome());
        assertEquals(Category.DAMAGE, open(copy).category());
        proved(MISPLACED);
    }

    @Test
    void shouldNameMissingMark() throws Exception {
        TestStore store = written();
        store.remove("MARK");

        TestJournals.Read read = assertNamedOrWhole(store, RECORDS, "mark removed");

        assertEquals(Outcome.CORRUPT, read.outcome());
        assertEquals("MARK", read.damage().file());
        assertEquals(Category.DAMAGE, open(store).category());
        assertFalse(verify(store).isSound());
        proved(MISPLACED);
    }

    @Test
    void shouldNameMarkCutShort() throws Exception {
        TestStore store = written();
        for (int length = 0; length < FrameStore.MARK_LENGTH; length += 51) {
            TestStore copy = store.copy();
            copy.truncate("MARK", length);
            TestJournals.Read read = assertNamedOrWhole(copy, RECORDS, "mark cut to " + length);
            assertEquals(Outcome.CORRUPT, read.outcome());
            assertEquals(Category.DAMAGE, open(copy).category());
        }
        proved(CUT);
    }

    @Test
    void shouldNameSwappedSegments() throws Exception {
        TestStore store = written();
        List<String> segments = store.segments();
        for (int i = 1; i < segments.size(); i++) {
            TestStore copy = store.copy();
            copy.put(segments.get(i), store, segments.get(i - 1));
            copy.put(segments.get(i - 1), store, segments.get(i));
            TestJournals.Read read = assertNamedOrWhole(copy, RECORDS, "swapped at " + i);
            assertEquals(Outcome.CORRUPT, read.outcome());
            assertTrue(read.damage().reason().contains("holds segment"), read.damage().reason());
            assertEquals(Category.DAMAGE, open(copy).category());
        }
        proved(MISPLACED);
    }

    @Test
    void shouldNameSegmentOfAnotherJournal() throws Exception {
        TestStore store = written();
        TestStore other = written();
        for (String segment : store.segments()) {
            TestStore copy = store.copy();
            copy.put(segment, other, segment);
            TestJournals.Read read = assertNamedOrWhole(copy, RECORDS, segment + " is foreign");
            assertEquals(Outcome.CORRUPT, read.outcome());
            assertTrue(read.damage().reason().contains("of journal"), read.damage().reason());
            assertEquals(Category.DAMAGE, open(copy).category());
        }
        store.put("MARK", other, "MARK");
        assertEquals(Outcome.CORRUPT, assertNamedOrWhole(store, RECORDS, "mark").outcome());
        assertEquals(Category.DAMAGE, open(store).category());
        proved(MISPLACED);
    }

    @Test
    void shouldNameDoubledSegments() throws Exception {
        TestStore store = written();
        List<String> segments = store.segments();
        int last = segments.size();
        List<String> names = new ArrayList<>(store.strangers());
        names.add(store.segmentName(1, last + 1));
        names.add(store.segmentName(2, 1));
        names.add(store.segmentName(9, last));
        for (String name : names) {
            TestStore copy = store.copy();
            copy.put(name, store, segments.get(0));
            assertNamedOrWhole(copy, RECORDS, name + " doubled");
            assertFalse(verify(copy).isSound(), name);
            PenstockException refused = open(copy);
            assertTrue(refused == null || refused.category() == Category.DAMAGE, name + refused);
        }
        proved(MISPLACED);
    }

    @Test
    void shouldGoOnBehindDamageWhenVerifying() throws Exception {
        TestStore store = written();
        List<JournalInfo.Segment> segments = verify(store).segments();
        store.flip(segments.get(0).file(), segments.get(0).lengthBytes() - 200, 1);
        store.flip(segments.get(2).file(), segments.get(2).lengthBytes() - 200, 1);

        JournalInfo info = verify(store);

        assertEquals(2, info.damages().size(), info.damages().toString());
        assertEquals(segments.get(0).file(), info.damages().get(0).file());
        assertEquals(segments.get(2).file(), info.damages().get(1).file());
        assertEquals(RECORDS - 1, info.lastSequence());
    }

    /** Says that all cases so far were found, or made no difference. */
    private void proved(String line) {
        System.out.println("GUARANTEE " + line.replace("COUNT", String.valueOf(cases)));
    }

    /** A journal of several segments and two epochs, closed. */
    private TestStore written() throws Exception {
        TestStore store = newStore();
        for (int half = 1; half <= 2; half++) {
            try (Journal journal = Journals.open(store.config().withSegmentLength(SMALL_SEGMENT))) {
                TestJournals.append(journal, RECORDS / 2 * half - 1, 4);
            }
        }
        assertTrue(store.segments().size() >= 4);
        JournalConformanceTest.assertWhole(store, RECORDS);
        return store;
    }

    private boolean flipAndRead(TestStore store, String file, long offset, int bit)
            throws Exception {
        return flipAndRead(store, file, offset, bit, RECORDS);
    }

    private boolean flipAndRead(TestStore store, String file, long offset, int bit, long records)
            throws Exception {
        store.flip(file, offset, bit);
        TestJournals.Read read =
                assertNamedOrWhole(store, records, file + " at " + offset + " bit " + bit);
        store.flip(file, offset, bit);
        return read.outcome() != Outcome.END;
    }

    private TestJournals.Read assertNamedOrWhole(TestStore store, long records, String what) {
        cases++;
        try (FrameStore files = store.forReading();
                JournalReader reader = Journals.read(files)) {
            TestJournals.Read read = TestJournals.readAll(reader);
            assertNull(read.fault(), what);
            if (read.outcome() == Outcome.END) {
                assertEquals(records, read.count(), what);
            } else {
                assertNotNull(read.damage(), what);
                assertTrue(read.damage().sequence() >= read.count(), what);
            }
            return read;
        }
    }

    private void assertRefusedOrWhole(TestStore store, String what) throws Exception {
        PenstockException refused = open(store);
        if (refused == null) {
            JournalConformanceTest.assertWhole(store, RECORDS);
        } else {
            assertEquals(Category.DAMAGE, refused.category(), what);
        }
    }

    /** Opens and closes; null, or how it was refused. */
    private static PenstockException open(TestStore store) {
        try {
            Journals.open(store.config()).close();
            return null;
        } catch (PenstockException e) {
            return e;
        }
    }

    private static JournalInfo verify(TestStore store) {
        try (FrameStore files = store.forReading()) {
            return Journals.verify(files, JournalProgress.NONE);
        }
    }

    /** Behind the last frame of records of the last segment. */
    private static long recordsEnd(TestStore store) {
        try (FrameStore files = store.forReading()) {
            MarkReader mark = new MarkReader(files);
            assertTrue(mark.read());
            long end = 0;
            try (FrameWalker walker = new FrameWalker(files, mark, false)) {
                while (walker.next() == Outcome.OK) {
                    end = walker.kind() == FrameLayout.KIND_RECORDS ? walker.endPosition() : end;
                }
            }
            return end;
        }
    }
}
