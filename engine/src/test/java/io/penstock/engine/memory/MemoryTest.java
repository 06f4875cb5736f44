package io.penstock.engine.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MemoryTest {
    private final long nativeBefore = NativeMemory.liveBytes();

    @AfterEach
    void shouldLeaveNothing() {
        assertEquals(nativeBefore, NativeMemory.liveBytes());
    }

    @Test
    void shouldBeAlignedAndZeroWhenAllocated() {
        for (int bytes : new int[] {1, 63, 64, 65, 4097}) {
            long address = NativeMemory.allocate(bytes);
            assertEquals(0, address % NativeMemory.ALIGNMENT);
            for (int i = 0; i < bytes; i++) {
                assertEquals(0, Memory.getByte(address + i));
            }
            assertEquals(nativeBefore + bytes, NativeMemory.liveBytes());
            NativeMemory.free(address);
        }
    }

    @Test
    void shouldFailAssertionWhenAddressIsNotLive() {
        long address = NativeMemory.allocate(64);
        Memory.putLong(address + 56, 1);
        assertThrows(AssertionError.class, () -> Memory.getLong(address + 57));
        assertThrows(AssertionError.class, () -> Memory.getByte(address - 1));
        assertThrows(AssertionError.class, () -> Memory.copy(address, address + 1, 64));
        NativeMemory.free(address);
        assertThrows(AssertionError.class, () -> Memory.getLong(address));
        assertThrows(AssertionError.class, () -> NativeMemory.free(address));
    }

    @Test
    void shouldRefuseWhenArrayIsTooShort() {
        long address = NativeMemory.allocate(64);
        byte[] array = new byte[8];
        assertThrows(IndexOutOfBoundsException.class, () -> Memory.copyTo(address, array, 1, 8));
        assertThrows(IndexOutOfBoundsException.class, () -> Memory.copyFrom(array, -1, 2, address));
        UnsafeBuffer buffer = new UnsafeBuffer(array);
        assertThrows(IndexOutOfBoundsException.class, () -> Memory.copyFrom(buffer, 4, 5, address));
        NativeMemory.free(address);
    }

    @Test
    void shouldOrderAsUnsignedBytesWhenCompared() {
        Random random = new Random(5);
        long left = NativeMemory.allocate(64);
        long right = NativeMemory.allocate(64);
        for (int n = 0; n < 20_000; n++) {
            byte[] a = randomBytes(random);
            byte[] b = random.nextBoolean() ? randomBytes(random) : a.clone();
            if (b.length > 0 && random.nextBoolean()) {
                b[random.nextInt(b.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Memory.copyFrom(a, 0, a.length, left);
            Memory.copyFrom(b, 0, b.length, right);
            assertEquals(
                    Integer.signum(Arrays.compareUnsigned(a, b)),
                    Integer.signum(Memory.compare(left, a.length, right, b.length)));
            assertEquals(
                    Arrays.equals(a, b),
                    a.length == b.length && Memory.isEqual(left, right, a.length));
        }
        NativeMemory.free(left);
        NativeMemory.free(right);
    }

    private static byte[] randomBytes(Random random) {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return bytes;
    }

    // Test values of the specification's reference implementation.
    @ParameterizedTest
    @CsvSource({
        "'', 0, EF46DB3751D8E999",
        "a, 0, D24EC4F1A98C6E5B",
        "abc, 0, 44BC2CF5AD770999",
        "'Nobody inspects the spammish repetition', 0, FBCEA83C8A378BF1"
    })
    void shouldBeXxHashWhenBytesAreHashed(String text, long seed, String expected) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long hash = Hash.ofBytes(new UnsafeBuffer(bytes), 0, bytes.length, seed);
        assertEquals(expected, String.format("%016X", hash));
    }

    @Test
    void shouldBeMurmurFinalizerWhenLongIsHashed() {
        assertEquals(0, Hash.ofLong(0));
        assertEquals(0xB456BCFC34C2CB2CL, Hash.ofLong(1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldHandOutDisjointZeroedBlocksWhenArenaIsBusy(long seed) {
        Random random = new Random(seed);
        try (Arena arena = new Arena("test", 8 << 20)) {
            List<long[]> blocks = new ArrayList<>();
            long used = 0;
            for (int n = 0; n < 20_000; n++) {
                if (blocks.size() > 200 || (!blocks.isEmpty() && random.nextInt(5) < 2)) {
                    long[] block = blocks.remove(random.nextInt(blocks.size()));
                    assertEquals(block[2], Memory.getLong(block[0]), "seed=" + seed);
                    assertEquals(block[2], Memory.getLong(block[0] + block[1] - 8));
                    used -= Arena.blockBytes(block[1]);
                    arena.free(block[0], block[1]);
                } else {
                    long bytes = 16L + random.nextInt(random.nextInt(100) == 0 ? 300_000 : 3000);
                    bytes &= -8;
                    long address = arena.allocate(bytes);
                    assertEquals(0, address % 64);
                    assertEquals(0, Memory.getLong(address) | Memory.getLong(address + bytes - 8));
                    Memory.set(address, bytes, (byte) n);
                    Memory.putLong(address, n);
                    Memory.putLong(address + bytes - 8, n);
                    blocks.add(new long[] {address, bytes, n});
                    used += Arena.blockBytes(bytes);
                }
                assertEquals(used, arena.usedBytes(), "seed=" + seed);
                assertTrue(arena.reservedBytes() <= arena.limitBytes());
                // What comes from the system is whole windows.
                long rounding = NativeMemory.liveBytes() - nativeBefore - arena.reservedBytes();
                assertTrue(rounding >= 0 && rounding < 65_536L * 20, "rounding=" + rounding);
            }
        }
    }

    @Test
    void shouldNameOwnerLimitAndSettingWhenArenaIsFull() {
        try (Arena arena = new Arena("stage velocity", 100_000)) {
            List<Long> blocks = new ArrayList<>();
            PenstockException e =
                    assertThrows(
                            PenstockException.class,
                            () -> {
                                while (true) {
                                    blocks.add(arena.allocate(1000));
                                }
                            });
            assertEquals(Category.LIMIT, e.category());
            for (String part : new String[] {"stage velocity", "100000", "1024", "stateLimit"}) {
                assertTrue(e.getMessage().contains(part), e.getMessage());
            }
            assertTrue(blocks.size() >= 96, "blocks=" + blocks.size());
            for (long block : blocks) {
                arena.free(block, 1000);
            }
            for (int i = 0; i < 1000; i++) {
                arena.allocate(64);
            }
            assertThrows(PenstockException.class, () -> arena.allocate(1 << 20));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldRestoreEveryByteWhenStepIsRolledBack(long seed) {
        Random random = new Random(seed);
        UndoLog undo = new UndoLog(1 << 20);
        Arena arena = new Arena("test", 1 << 20);
        int length = 512;
        long memory = arena.allocate(length);
        List<Long> undone = new ArrayList<>();
        Undoable target = (what, old) -> undone.add(what * 1000L + old);
        for (int step = 0; step < 500; step++) {
            byte[] before = new byte[length];
            Memory.copyTo(memory, before, 0, length);
            List<Long> recorded = new ArrayList<>();
            long usedBefore = arena.usedBytes();
            assertTrue(undo.isEmpty());
            long block = arena.allocate(100);
            for (int n = random.nextInt(200); n > 0; n--) {
                if (random.nextInt(4) == 0) {
                    undo.record(target, n, step);
                    recorded.add(0, n * 1000L + step);
                } else {
                    int part = random.nextInt(40);
                    int at = random.nextInt(length - part);
                    undo.save(memory + at, part);
                    Memory.set(memory + at, part, (byte) random.nextInt());
                }
            }
            undone.clear();
            long extra = undo.allocate(arena, 1000);
            undo.freeOnCommit(arena, block, 100);
            assertFalse(undo.isEmpty());
            if (random.nextBoolean()) {
                undo.rollback();
                byte[] after = new byte[length];
                Memory.copyTo(memory, after, 0, length);
                assertArrayEquals(before, after, "seed=" + seed);
                assertEquals(recorded, undone, "seed=" + seed);
                arena.free(block, 100);
            } else {
                undo.commit();
                assertTrue(undone.isEmpty());
                arena.free(extra, 1000);
            }
            assertTrue(undo.isEmpty());
            assertEquals(usedBefore, arena.usedBytes(), "seed=" + seed);
        }
        arena.close();
        undo.close();
    }

    @Test
    void shouldNameSettingWhenStepChangesTooMuch() {
        try (Arena arena = new Arena("test", 1 << 20);
                UndoLog undo = new UndoLog(4096)) {
            long memory = arena.allocate(4096);
            undo.save(memory, 2048);
            PenstockException e =
                    assertThrows(PenstockException.class, () -> undo.save(memory, 2048));
            assertEquals(Category.LIMIT, e.category());
            assertTrue(e.getMessage().contains(UndoLog.SETTING), e.getMessage());
            undo.rollback();
            assertTrue(undo.isEmpty());
        }
    }
}
