package io.penstock.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.engine.memory.Arena;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryChunksTest {
    private static final int CHUNKS = 12;

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 72, 80, 264, 1000, 4104, 8192, 20_008, 200_008})
    void shouldFindEachEntryInItsChunk(int stride) {
        try (Arena arena = new Arena("test", 256 << 20)) {
            EntryChunks chunks = new EntryChunks(arena, stride);
            int entry = 0;
            for (int chunk = 0; chunk < CHUNKS; chunk++) {
                assertEquals(entry, chunks.firstEntryOf(chunk));
                chunks.ensure(entry + chunks.entriesOf(chunk) - 1);
                for (int i = 0; i < chunks.entriesOf(chunk); i++) {
                    assertEquals(chunk, chunks.chunkOf(entry));
                    assertEquals(
                            chunks.chunkAddress(chunk) + (long) i * stride, chunks.address(entry));
                    entry++;
                }
            }
            chunks.shrinkTo(0);
        }
    }
}
