package io.penstock.journal;

import io.penstock.journal.memory.MemoryFrameStore;

/** The conformance suite over memory. */
final class MemoryJournalTest extends JournalConformanceTest {
    @Override
    TestStore newStore() {
        return new TestStore.Memory(new MemoryFrameStore());
    }
}
