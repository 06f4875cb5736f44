package io.penstock.engine.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.Sequence;
import io.penstock.fault.PenstockException;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventRingTest {
    private static final int STRIDE = 96;

    private final RecordView view = new RecordView();

    @Test
    void shouldNameEveryViolationWhenConfigurationIsWrong() {
        PenstockException fault =
                assertThrows(
                        PenstockException.class,
                        () -> new EventRing(new RingConfig(1000, 100, 0), 0, new Sequence()));

        assertEquals(PenstockException.Category.CONFIGURATION, fault.category());
        assertEquals(
                "ring capacity must be a power of two: capacity=1000 (use 1024); ring slot stride"
                        + " must be a multiple of 32 from 64 up to 1073741824 bytes:"
                        + " strideBytes=100 (use 128); ring needs a producer: producers=0 (use 1,"
                        + " or more threads)",
                fault.getMessage());
    }

    @Test
    void shouldSayWhatFitsWhenRingIsTooLarge() {
        assertEquals(
                "[ring memory must be at most 1073741824 bytes: capacity=1048576 times"
                        + " strideBytes=2048 is 2147483648 (use capacity=524288)]",
                new RingConfig(1 << 20, 2048, 2).violations().toString());
        assertEquals(
                "[ring capacity must be a power of two up to 16777216: capacity=33554432"
                        + " (use 16777216)]",
                new RingConfig(1 << 25, 64, 2).violations().toString());
        assertEquals(
                "[ring capacity must be a power of two: capacity=-5 (use 1024)]",
                new RingConfig(-5, 64, 2).violations().toString());
    }

    @Test
    void shouldRefuseRingWithoutConsumer() {
        assertThrows(
                IllegalArgumentException.class, () -> new EventRing(new RingConfig(2, 64, 1), 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldKeepEveryHeaderFieldAndAlignSlots(int producers) {
        Sequence consumer = new Sequence();
        try (EventRing ring = new EventRing(new RingConfig(4, 128, producers), 0, consumer)) {
            long sequence = ring.tryClaim(1);
            ring.buffer().putLong(ring.messageOffset(sequence), 77);
            ring.header(
                    sequence,
                    96,
                    RecordKind.REJECT,
                    (byte) -3,
                    65_535,
                    Long.MIN_VALUE + 5,
                    Long.MAX_VALUE,
                    0xFFFF_FFFE);
            ring.publish(sequence, sequence);

            assertEquals(0, ring.published(0));
            ring.view(0, view);
            assertEquals(0, view.sequence());
            assertEquals(96, view.length());
            assertEquals(RecordKind.REJECT, view.kind());
            assertEquals(-3, view.flags());
            assertEquals(65_535, view.sourceId());
            assertEquals(Long.MIN_VALUE + 5, view.timeNs());
            assertEquals(Long.MAX_VALUE, view.sourcePosition());
            assertEquals(-2, view.sourceCheck());
            assertEquals(77, view.buffer().getLong(view.offset()));
            assertEquals(96, ring.maxMessageLength());
            assertEquals(0, ring.buffer().addressOffset() % 64);
            assertEquals(32, ring.messageOffset(0));
            assertEquals(128 + 32, ring.messageOffset(5));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldBackPressureWhenFullAndGoOnWhenSlowestConsumerMoves(int producers) {
        Sequence fast = new Sequence();
        Sequence slow = new Sequence();
        try (EventRing ring = new EventRing(new RingConfig(4, 64, producers), 0, fast, slow)) {
            publish(ring, ring.tryClaim(4), 4);
            assertEquals(0, ring.remainingCapacity());
            assertEquals(ClaimStatus.BACK_PRESSURED, ring.tryClaim(1));
            fast.set(3);
            assertEquals(ClaimStatus.BACK_PRESSURED, ring.tryClaim(1));
            slow.set(1);
            assertEquals(ClaimStatus.BACK_PRESSURED, ring.tryClaim(3));
            assertEquals(4, ring.tryClaim(2));
            assertEquals(ClaimStatus.BACK_PRESSURED, ring.tryClaim(1));
            assertThrows(IllegalArgumentException.class, () -> ring.tryClaim(5));
        }
    }

    @ParameterizedTest
    @CsvSource({"1,0", "1,1", "1,7", "1,8589934590", "2,0", "2,1", "2,7", "2,8589934590"})
    void shouldStartAtSequenceAfterJournal(int producers, long initial) {
        Sequence consumer = new Sequence();
        try (EventRing ring = new EventRing(new RingConfig(2, 64, producers), initial, consumer)) {
            assertEquals(initial - 1, consumer.get());
            assertEquals(initial - 1, ring.cursor());
            assertEquals(initial - 1, ring.published(initial));
            for (long expected = initial; expected < initial + 7; expected++) {
                long sequence = ring.tryClaim(1);
                assertEquals(expected, sequence);
                assertEquals(expected - 1, ring.published(expected));
                publish(ring, sequence, 1);
                assertEquals(expected, ring.published(expected));
                assertEquals(expected, ring.view(expected, view).sourcePosition());
                consumer.set(expected);
            }
        }
    }

    /**
     * With two slots, a fresh multi-producer sequencer takes its mark "never published" for the
     * mark of lap 2^32 - 1.
     */
    @Test
    void shouldNotShowUnpublishedSlotWhenStartIsInLapOfFreshMark() {
        long initial = ((1L << 32) - 1) * 2;
        try (EventRing ring = new EventRing(new RingConfig(2, 64, 2), initial, new Sequence())) {
            assertEquals(initial, ring.tryClaim(2));
            assertEquals(initial - 1, ring.published(initial));
        }
    }

    @Test
    void shouldStopAtHoleOfSlowerProducer() {
        try (EventRing ring = new EventRing(new RingConfig(8, 64, 2), 0, new Sequence())) {
            long slow = ring.tryClaim(2);
            long quick = ring.tryClaim(3);
            publish(ring, quick, 3);
            assertEquals(-1, ring.published(0));
            publish(ring, slow, 1);
            assertEquals(0, ring.published(0));
            publish(ring, slow + 1, 1);
            assertEquals(4, ring.published(0));
            assertEquals(2, ring.published(0, 3));
            assertEquals(4, ring.published(3, 8));
            assertEquals(4, ring.published(5));
        }
    }

    @Test
    void shouldAnswerClosedOrFailedInsteadOfClaim() {
        EventRing ring = new EventRing(new RingConfig(8, 64, 2), 0, new Sequence());
        long sequence = ring.tryClaim(1);
        ring.refuseClaims();
        assertEquals(ClaimStatus.CLOSED, ring.tryClaim(1));
        publish(ring, sequence, 1);
        assertEquals(0, ring.published(0));
        ring.fail();
        assertEquals(ClaimStatus.FAILED, ring.tryClaim(1));
        ring.close();
        assertEquals(ClaimStatus.FAILED, ring.tryClaim(1));
        ring.close();
        assertThrows(IndexOutOfBoundsException.class, () -> ring.buffer().getLong(0));
    }

    @Test
    void shouldFreeItsMemoryOnClose() {
        long before = directBytes();
        EventRing ring = new EventRing(new RingConfig(1 << 14, 1024, 2), 0, new Sequence());
        assertTrue(directBytes() >= before + (1 << 24));
        ring.close();
        assertTrue(directBytes() <= before + (1 << 20));
    }

    /** Random claims, publishes out of order, polls and moves, against a queue of plain objects. */
    @ParameterizedTest
    @CsvSource({"1,1", "1,2", "1,8", "2,1", "2,2", "2,8"})
    void shouldAgreeWithModel(int producers, int capacity) {
        long seed = 20_261_121L + capacity * 31L + producers;
        Random random = new Random(seed);
        long next = random.nextInt(20);
        long consumed = next - 1;
        Sequence consumer = new Sequence();
        ArrayDeque<long[]> open = new ArrayDeque<>();
        TreeSet<Long> visible = new TreeSet<>();
        String told = "seed=" + seed;
        try (EventRing ring =
                new EventRing(new RingConfig(capacity, STRIDE, producers), next, consumer)) {
            for (int i = 0; i < 20_000; i++) {
                int action = random.nextInt(3);
                if (action == 0 && (producers > 1 || open.isEmpty())) {
                    int count = 1 + random.nextInt(capacity);
                    boolean fits = next + count - 1 - consumed <= capacity;
                    long claimed = ring.tryClaim(count);
                    assertEquals(fits ? next : ClaimStatus.BACK_PRESSURED, claimed, told);
                    if (fits) {
                        open.add(new long[] {claimed, count});
                        next += count;
                    }
                } else if (action == 1 && !open.isEmpty()) {
                    long[] claim = random.nextBoolean() ? open.pollFirst() : open.pollLast();
                    publish(ring, claim[0], (int) claim[1]);
                    for (long s = claim[0]; s < claim[0] + claim[1]; s++) {
                        visible.add(s);
                    }
                } else if (action == 2) {
                    long expected = consumed;
                    while (visible.contains(expected + 1)) {
                        expected++;
                    }
                    long published = ring.published(consumed + 1);
                    assertEquals(expected, published, told);
                    long take = consumed + random.nextInt((int) (published - consumed) + 1);
                    for (long s = consumed + 1; s <= take; s++) {
                        assertEquals(s, ring.view(s, view).sourcePosition(), told);
                        assertEquals(~s, view.buffer().getLong(view.offset()), told);
                        visible.remove(s);
                    }
                    consumed = take;
                    consumer.set(take);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldAllocateNothing(int producers) {
        Sequence consumer = new Sequence();
        try (EventRing ring = new EventRing(new RingConfig(8, STRIDE, producers), 0, consumer)) {
            assertEquals(0, Allocation.smallestOfRuns(() -> cycle(ring, consumer, 1_000_000)));
        }
    }

    /** Fills, is refused, drains. */
    private void cycle(EventRing ring, Sequence consumer, int claims) {
        long sum = 0;
        for (int i = 0; i < claims; i++) {
            long first = ring.tryClaim(3);
            if (first >= 0) {
                publish(ring, first, 3);
            } else {
                long end = ring.published(consumer.get() + 1);
                for (long s = consumer.get() + 1; s <= end; s++) {
                    sum += ring.view(s, view).buffer().getLong(view.offset());
                }
                consumer.set(end);
            }
        }
        assertTrue(sum != 0);
    }

    private static void publish(EventRing ring, long first, int count) {
        for (long s = first; s < first + count; s++) {
            ring.buffer().putLong(ring.messageOffset(s), ~s);
            ring.header(s, 8, RecordKind.DATA, (byte) 0, 1, 0, s, 0);
        }
        ring.publish(first, first + count - 1);
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow()
                .getMemoryUsed();
    }
}
