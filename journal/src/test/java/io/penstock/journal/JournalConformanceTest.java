package io.penstock.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.penstock.journal.store.FrameStore;
import org.junit.jupiter.api.Test;

/** What every implementation does, whatever holds its bytes. */
abstract class JournalConformanceTest {
    abstract TestStore newStore() throws Exception;

    static TestJournals.Read readAll(TestStore store) {
        try (FrameStore files = store.forReading();
                JournalReader reader = Journals.read(files)) {
            return TestJournals.readAll(reader);
        }
    }

    @Test
    void shouldReadBackWhatWasAppended() throws Exception {
        TestStore store = newStore();
        try (Journal journal = Journals.open(store.config())) {
            TestJournals.append(journal, 999, 7);
            assertEquals(999, journal.lastSequence());
        }

        TestJournals.Read read = readAll(store);

        assertNull(read.damage());
        assertNull(read.fault());
        assertEquals(1000, read.count());
        assertEquals(Outcome.END, read.outcome());
    }
}
