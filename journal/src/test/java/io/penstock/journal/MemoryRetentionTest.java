package io.penstock.journal;

import io.penstock.journal.memory.MemoryFrameStore;

/** The retention suite over memory. */
final class MemoryRetentionTest extends JournalRetentionConformanceTest {
    @Override
    TestStore newStore() {
        return new TestStore.Memory(new MemoryFrameStore());
    }
}
