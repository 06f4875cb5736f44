package io.penstock.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.system.FrameHeaderDecoder;
import io.penstock.fault.PenstockException;
import io.penstock.journal.memory.MemoryFrameStore;
import io.penstock.journal.store.FrameSource;
import io.penstock.journal.store.FrameStore;
import org.junit.jupiter.api.Test;

/** The damage suite over memory. */
final class MemoryDamageTest extends JournalDamageConformanceTest {
    /** Where the head stands in a segment: behind the length of its document. */
    private static final int HEAD = 4;

    @Override
    TestStore newStore() {
        return new TestStore.Memory(new MemoryFrameStore());
    }

    @Override
    int byteStep() {
        return 1;
    }

    @Override
    int longerByteStep() {
        return 1;
    }

    @Override
    boolean isEveryBitFlipped() {
        return true; // frames and their checksums are the same in all stores, memory is quickest
    }

    @Test
    void shouldTellAFrameOfANewerFormatFromDamage() throws Exception {
        TestStore.Memory store = new TestStore.Memory(new MemoryFrameStore());
        try (Journal journal = Journals.open(store.config())) {
            TestJournals.append(journal, 4, 5);
        }
        String segment = store.segments().get(0);
        int version = FrameHeaderDecoder.SCHEMA_VERSION;
        store.flip(segment, HEAD + FrameLayout.VERSION, Integer.numberOfTrailingZeros(~version));
        assertTrue(fault(store).contains("does not start as a frame"), fault(store));

        MarkReader mark = new MarkReader(store.forReading());
        assertTrue(mark.read());
        int before;
        int wanted;
        try (FrameStore files = store.forReading();
                FrameSource frames = files.open(files.segments().get(0))) {
            assertEquals(FrameSource.Outcome.FRAME, frames.next());
            before = frames.buffer().getInt(frames.offset() + FrameLayout.CHECKSUM);
            wanted =
                    new FrameChecksum()
                            .seed(mark.journalId(), 1)
                            .compute(frames.buffer(), frames.offset(), frames.length());
        }
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            if (((before ^ wanted) >>> bit & 1) != 0) {
                store.flip(segment, HEAD + FrameLayout.CHECKSUM + bit / 8, bit % 8);
            }
        }

        assertTrue(fault(store).contains("a frame is of format " + (version + 1)), fault(store));
        assertTrue(fault(store).contains("use the release that wrote it"), fault(store));
    }

    private static String fault(TestStore store) {
        return assertThrows(PenstockException.class, () -> Journals.open(store.config()))
                .getMessage();
    }
}
