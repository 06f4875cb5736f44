package io.penstock.engine.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrozenMemoryTest {
    private static final int WORDS = 8192;
    private static final int BLOCK_BYTES = WORDS * Long.BYTES;

    private final long liveBytes = NativeMemory.liveBytes();

    @AfterEach
    void shouldLeaveNothingBehind() {
        assertEquals(liveBytes, NativeMemory.liveBytes());
    }

    @Test
    void shouldReadWhatWasFrozenWhileTheOwnerWrites() throws Exception {
        for (int round = 0; round < 3; round++) {
            try (Arena arena = new Arena("test", 64 << 20, 4096)) {
                long block = filled(arena);
                byte[] expected = bytes(arena.view(), block);
                arena.frozen().freeze();
                FrozenView view = arena.view();
                CompletableFuture<Boolean> reader =
                        CompletableFuture.supplyAsync(() -> readsTheSame(arena, view, block));
                SplittableRandom random = new SplittableRandom(round);
                while (!reader.isDone()) {
                    long at = block + (long) random.nextInt(WORDS) * Long.BYTES;
                    arena.beforeWrite(at, Long.BYTES);
                    Memory.putLong(at, random.nextLong());
                }
                assertTrue(reader.get(), "round " + round);
                assertArrayEquals(expected, bytes(view, block), "round " + round);
            }
        }
    }

    private static boolean readsTheSame(Arena arena, FrozenView view, long block) {
        for (int pass = 0; pass < 50; pass++) {
            arena.frozen().makeReady();
            for (int i = 0; i < WORDS; i++) {
                if (view.getLong(block + (long) i * Long.BYTES) != i * 31L) {
                    return false;
                }
            }
        }
        return true;
    }

    @Test
    void shouldReadWhatWasFrozenWhenValuesAreSavedTogether() {
        int window = 4096;
        try (Arena arena = new Arena("test", 64 << 20, window);
                UndoLog undo = new UndoLog(1 << 20, arena)) {
            long block = filled(arena);
            byte[] expected = bytes(arena.view(), block);
            long[] values = new long[BLOCK_BYTES / window + 1];
            for (int i = 0; i < values.length - 1; i++) {
                values[i] = block + (long) i * window + 24;
            }
            arena.frozen().freeze();
            FrozenView view = arena.view();
            undo.saveAll(values, values.length - 1, 16);
            for (int i = 0; i < values.length - 1; i++) {
                Memory.putLong(values[i], -1);
                Memory.putLong(values[i] + Long.BYTES, -1);
            }
            assertArrayEquals(expected, bytes(view, block));

            undo.rollback();
            for (int i = 0; i < WORDS; i++) {
                assertEquals(i * 31L, Memory.getLong(block + (long) i * Long.BYTES));
            }
        }
    }

    @Test
    void shouldReadWhatIsWrittenWhenTheOwnerDoesNotTell() {
        try (Arena arena = new Arena("test", 64 << 20)) {
            long block = filled(arena);
            arena.frozen().freeze();
            Memory.putLong(block, 99);
            assertEquals(99, arena.view().getLong(block));
        }
    }

    @Test
    void shouldKeepFreedBlocksUntilTheReaderIsDone() {
        try (Arena arena = new Arena("test", 64 << 20)) {
            long small = arena.allocate(64);
            long large = arena.allocate(1 << 20);
            Memory.putLong(small, 7);
            Memory.putLong(large, 8);
            FrozenMemory frozen = arena.frozen();
            frozen.freeze();
            FrozenView view = arena.view();
            arena.free(small, 64);
            arena.free(large, 1 << 20);
            assertEquals(0, arena.usedBytes());
            assertNotEquals(small, arena.allocate(64));
            assertEquals(7, view.getLong(small));
            assertEquals(8, view.getLong(large));

            frozen.finish();
            assertFalse(frozen.reclaim());
            arena.thaw();
            assertTrue(frozen.reclaim());
            arena.thaw();
            assertEquals(small, arena.allocate(64));
        }
    }

    @Test
    void shouldTakeBlocksBackBeforeTheLimitIsMet() {
        try (Arena arena = new Arena("test", 128 << 10)) {
            long[] blocks = new long[(128 << 10) / 4096];
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = arena.allocate(4096);
                Memory.putLong(blocks[i], i);
            }
            arena.frozen().freeze();
            FrozenView view = arena.view();
            for (long block : blocks) {
                arena.free(block, 4096);
            }
            for (int i = 0; i < blocks.length; i++) {
                arena.allocate(4096);
            }
            for (int i = 0; i < blocks.length; i++) {
                assertEquals(i, view.getLong(blocks[i]));
            }
            assertThrows(PenstockException.class, () -> arena.allocate(4096));
        }
    }

    @Test
    void shouldTellTheReaderWhenCopiesPassTheirLimit() {
        FrozenMemory frozen = new FrozenMemory("totals", 4096, 4096);
        try (Arena arena = new Arena("test", 64 << 20)) {
            long block = filled(arena);
            frozen.freeze();
            FrozenView view = new FrozenView(frozen);
            frozen.beforeWrite(block, Long.BYTES);
            Memory.putLong(block, 1);
            assertEquals(0, view.getLong(block));
            frozen.beforeWrite(block + 4096, Long.BYTES);

            PenstockException lost =
                    assertThrows(PenstockException.class, () -> view.getLong(block));

            assertEquals(Category.LIMIT, lost.category());
            assertTrue(lost.getMessage().contains("totals"), lost.getMessage());
            assertTrue(lost.getMessage().contains("limit=4096"), lost.getMessage());
        } finally {
            frozen.close();
        }
    }

    private static long filled(Arena arena) {
        long block = arena.allocate(BLOCK_BYTES);
        for (int i = 0; i < WORDS; i++) {
            Memory.putLong(block + (long) i * Long.BYTES, i * 31L);
        }
        return block;
    }

    private static byte[] bytes(FrozenView view, long block) {
        byte[] bytes = new byte[BLOCK_BYTES];
        view.copyTo(block, bytes, 0, BLOCK_BYTES);
        return bytes;
    }
}
