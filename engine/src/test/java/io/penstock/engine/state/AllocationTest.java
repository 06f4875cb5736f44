package io.penstock.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;
import java.lang.management.ManagementFactory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Nothing is allocated on the heap per operation, assertions enabled or not. */
final class AllocationTest {
    private static final int ROUNDS = 80_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private interface Round {
        void run(int round);
    }

    @Test
    void shouldAllocateNothingWhenStateIsUsed() {
        try (UndoLog undo = new UndoLog(1 << 20);
                Arena arena = new Arena("allocation", 64 << 20)) {
            KeyTable longs = KeyTable.ofLongs(arena, undo, 32, 1);
            KeyTable bytes = KeyTable.ofBytes(arena, undo, 16, 2);
            KeyedDeque deques = KeyedDeque.ofLongs(arena, undo, 8, 16, 3);
            TimerQueue timers = TimerQueue.ofLongs(arena, undo, 4);
            EventHeap events = new EventHeap(arena, undo, 16, 256, 8 << 20);
            UnsafeBuffer key = new UnsafeBuffer(new byte[64]);
            Round round =
                    n -> {
                        long value = longs.findOrAdd(n % 5000);
                        Memory.putLong(longs.forWrite(value), n);
                        longs.remove((n + 2500) % 5000);
                        key.putInt(0, n % 3000);
                        bytes.findOrAdd(key, 0, 8 + (n & 31));
                        key.putInt(0, (n + 1500) % 3000);
                        bytes.remove(key, 0, 8 + ((n + 1500) & 31));
                        long deque = deques.findOrAdd(n % 100);
                        Memory.putLong(deques.append(deque), n);
                        if (deques.size(deque) > 20) {
                            deques.removeFirst(deque);
                        }
                        timers.schedule(n + n % 97, n % 1000, 0);
                        timers.pollDue(n - 50L);
                        events.add(n + n % 31, n, key, 0, 40);
                        while (events.isDue(n - 40L)) {
                            events.removeHead();
                        }
                        if (n % 17 == 0) {
                            undo.rollback();
                        } else {
                            undo.commit();
                        }
                        longs.maintain();
                        bytes.maintain();
                        deques.maintain();
                        timers.maintain();
                        events.maintain();
                    };
            assertEquals(0, allocatedBytesOf(round));
        }
    }

    @Test
    void shouldAllocateNothingWhenTablesComeAndGo() {
        try (UndoLog undo = new UndoLog(1 << 20);
                Arena arena = new Arena("allocation", 64 << 20)) {
            KeyTable pane = KeyTable.ofLongs(arena, undo, 32, 1);
            Round round =
                    n -> {
                        for (int i = 0; i < 5; i++) {
                            pane.findOrAdd(n + i);
                        }
                        undo.commit();
                        pane.clear();
                        undo.commit();
                    };
            assertEquals(0, allocatedBytesOf(round));
            assertEquals(0, arena.usedBytes());
        }
    }

    /**
     * The least of several stretches after warm-up: what the operations allocate is in each, what
     * the compiler does to the thread now and then is not.
     */
    private long allocatedBytesOf(Round round) {
        long least = Long.MAX_VALUE;
        long thread = Thread.currentThread().getId();
        for (int stretch = 0; stretch < 5 && least > 0; stretch++) {
            for (int n = 0; n < ROUNDS; n++) {
                round.run(2 * stretch * ROUNDS + n);
            }
            // The measurement itself may allocate the first time.
            long nothing = -threads.getThreadAllocatedBytes(thread);
            nothing += threads.getThreadAllocatedBytes(thread);
            long before = threads.getThreadAllocatedBytes(thread);
            for (int n = ROUNDS; n < 2 * ROUNDS; n++) {
                round.run(2 * stretch * ROUNDS + n);
            }
            long allocated = threads.getThreadAllocatedBytes(thread) - before - nothing;
            least = Math.min(least, allocated);
        }
        return least;
    }
}
