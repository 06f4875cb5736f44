package io.penstock.journal;

import io.penstock.journal.memory.MemoryFrameStore;

/** The damage suite over memory. */
final class MemoryDamageTest extends JournalDamageConformanceTest {
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
}
