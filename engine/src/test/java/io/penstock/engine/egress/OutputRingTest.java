package io.penstock.engine.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.fault.PenstockException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class OutputRingTest {
    private static final int CAPACITY = 2048;
    private static final int PADDING_BYTES = 15 * Long.BYTES;

    @Test
    void shouldHandOnWhatWasCommittedAndNothingElse() {
        for (long seed = 1; seed <= 200; seed++) {
            checkAgainstModel(seed);
        }
    }

    private static void checkAgainstModel(long seed) {
        Random random = new Random(seed);
        Deque<String> expected = new ArrayDeque<>();
        List<String> staged = new ArrayList<>();
        long ordinal = 0;
        try (OutputRing ring = new OutputRing(CAPACITY)) {
            for (int step = 0; step < 400; step++) {
                if (ring.hasSpace(Results.MAX_STEP_BYTES)) {
                    staged.clear();
                    int left = Results.MAX_STEP_BYTES;
                    for (int i = random.nextInt(4); i > 0; i--) {
                        String text = "x".repeat(random.nextInt(200));
                        left -= OutputDescriptor.paddedLength(text.length() + 32);
                        if (left < 0) {
                            break;
                        }
                        Results.stage(ring, i, step, ordinal, text);
                        staged.add(i + "/" + step + "/" + ordinal++ + "/" + text);
                    }
                    if (random.nextInt(4) == 0) {
                        ring.abortStep();
                    } else {
                        ring.commitStep();
                        expected.addAll(staged);
                    }
                } else {
                    assertFalse(ring.isEmpty(), "seed " + seed);
                }
                if (random.nextInt(3) == 0) {
                    int refuseAfter = random.nextInt(5);
                    int[] seen = new int[1];
                    ring.drain(
                            record -> {
                                if (seen[0]++ == refuseAfter) {
                                    return false;
                                }
                                assertEquals(expected.poll(), Results.text(record), "seed " + seed);
                                return true;
                            },
                            1 + random.nextInt(6));
                }
                assertEquals(expected.isEmpty(), ring.isEmpty(), "seed " + seed);
            }
        }
    }

    @Test
    @Timeout(60)
    void shouldHandAllOverBetweenTwoThreads() throws InterruptedException {
        int results = 200_000;
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (OutputRing ring = new OutputRing(CAPACITY)) {
            Thread producer = new Thread(() -> produce(ring, results), "test-producer");
            producer.setUncaughtExceptionHandler((t, e) -> failure.set(e));
            producer.start();
            long[] next = new long[1];
            while (next[0] < results && failure.get() == null) {
                int taken =
                        ring.drain(
                                record -> {
                                    long ordinal = next[0]++;
                                    assertEquals(ordinal, record.ordinal());
                                    assertEquals(ordinal / 2, record.sequence());
                                    assertEquals(length(ordinal), record.messageLength());
                                    byte first = record.buffer().getByte(record.messageOffset());
                                    assertEquals((byte) ('a' + ordinal % 26), first);
                                    return true;
                                },
                                64);
                if (taken == 0) {
                    Thread.onSpinWait();
                    Thread.yield();
                }
            }
            producer.join();
            assertEquals(null, failure.get());
            assertTrue(ring.isEmpty());
        }
    }

    private static int length(long ordinal) {
        return 1 + (int) (ordinal % 97);
    }

    private static void produce(OutputRing ring, int results) {
        String[] texts = new String[26];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = String.valueOf((char) ('a' + i)).repeat(97);
        }
        for (long ordinal = 0; ordinal < results; ordinal += 2) {
            if (ordinal % 14 == 0) {
                stageTwo(ring, texts, ordinal + 1);
                ring.abortStep();
            }
            stageTwo(ring, texts, ordinal);
            ring.commitStep();
        }
    }

    private static void stageTwo(OutputRing ring, String[] texts, long ordinal) {
        while (!ring.hasSpace(Results.MAX_STEP_BYTES)) {
            Thread.yield();
        }
        for (long o = ordinal; o < ordinal + 2; o++) {
            Results.stage(ring, 0, o / 2, o, texts[(int) (o % 26)].substring(0, length(o)));
        }
    }

    @Test
    void shouldPadTheEndWhereARecordDoesNotFit() {
        try (OutputRing ring = new OutputRing(256)) {
            for (int i = 0; i < 50; i++) {
                assertTrue(ring.hasSpace(64));
                Results.stage(ring, 1, i, i, "0123456789abcdefghij");
                ring.commitStep();
                int expected = i;
                int taken =
                        ring.drain(
                                record -> {
                                    assertEquals(expected, record.ordinal());
                                    return true;
                                },
                                10);
                assertEquals(1, taken);
            }
        }
    }

    @Test
    void shouldRefuseMoreThanAStepClaimed() {
        try (OutputRing ring = new OutputRing(CAPACITY)) {
            assertTrue(ring.hasSpace(100));
            Results.stage(ring, 0, 0, 0, "fits");
            IllegalStateException refused =
                    assertThrows(
                            IllegalStateException.class,
                            () -> Results.stage(ring, 0, 0, 1, "x".repeat(40)));
            assertTrue(refused.getMessage().contains("maxStepOutputBytes"), refused::getMessage);
        }
    }

    @Test
    void shouldRefuseACapacityThatIsNoPowerOfTwo() {
        assertThrows(PenstockException.class, () -> new OutputRing(1000));
        assertThrows(PenstockException.class, () -> new OutputRing(32));
    }

    /** Neither thread's writes may share a line with what the other reads or writes. */
    @Test
    void shouldKeepTheCursorsApart() {
        TreeMap<Long, String> fields = new TreeMap<>();
        for (Class<?> c = OutputRing.class; c != Object.class; c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())
                        && !c.getSimpleName().startsWith("StagedRingPad")
                        && c != OutputRing.class.getSuperclass().getSuperclass()) {
                    fields.put(UnsafeApi.objectFieldOffset(field), owner(field.getName()));
                }
            }
        }
        Long before = null;
        for (Long offset : fields.keySet()) {
            if (before != null && !fields.get(before).equals(fields.get(offset))) {
                long distance = offset - before;
                assertTrue(distance >= PADDING_BYTES, () -> distance + " in " + fields);
            }
            before = offset;
        }
        assertEquals(12, fields.size(), fields::toString);
    }

    private static String owner(String field) {
        return switch (field) {
            case "tail", "staged", "cachedHead", "stepLimit" -> "producer";
            case "head", "read", "cachedTail" -> "consumer";
            default -> "shared";
        };
    }
}
