package io.penstock.engine.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.lmax.disruptor.Sequence;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RingPublisherTest {
    private static final int ODD = 9;

    private final Sequence consumer = new Sequence();
    private final EventRing ring = new EventRing(new RingConfig(4, 64, 2), 0, consumer);
    private final RecordView view = new RecordView();
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[256]);
    private long nowNs = 1000;
    private int clockReads;
    private final RingPublisher publisher =
            new RingPublisher(ring, 3, 41, this::now, RingPublisherTest::refuseOdd);

    @AfterEach
    void close() {
        publisher.close();
        ring.close();
    }

    @Test
    void shouldPublishOfferedCopyWithNextPosition() {
        message.putLong(16, 24);
        assertEquals(0, publisher.sourceCheck(7).offer(message, 16, 8));
        assertEquals(1, publisher.position(50).offer(message, 16, 8));

        assertEquals(1, ring.published(0));
        ring.view(0, view);
        assertEquals(RecordKind.DATA, view.kind());
        assertEquals(24, view.buffer().getLong(view.offset()));
        assertEquals(8, view.length());
        assertEquals(3, view.sourceId());
        assertEquals(42, view.sourcePosition());
        assertEquals(7, view.sourceCheck());
        assertEquals(1000, view.timeNs());
        assertEquals(50, ring.view(1, view).sourcePosition());
        assertEquals(50, publisher.lastPosition());
        assertEquals(2, clockReads);
    }

    @Test
    void shouldEncodeInPlaceAndShowNothingBeforeCommit() {
        assertEquals(0, publisher.claim(16));
        publisher.buffer().putLong(publisher.offset(), 2);
        publisher.buffer().putLong(publisher.offset() + 8, 4);
        assertEquals(-1, ring.published(0));
        assertEquals(0, publisher.commit());
        assertEquals(0, ring.published(0));
        ring.view(0, view);
        assertEquals(16, view.length());
        assertEquals(4, view.buffer().getLong(view.offset() + 8));
    }

    @Test
    void shouldBecomePadWhenAborted() {
        publisher.sourceCheck(5).offer(message, 0, 8);
        publisher.position(60).sourceCheck(6);
        publisher.claim(8);
        publisher.abort();
        publisher.offer(message, 0, 8);

        ring.view(1, view);
        assertEquals(RecordKind.PAD, view.kind());
        assertEquals(0, view.length());
        assertEquals(42, view.sourcePosition());
        assertEquals(5, view.sourceCheck());
        ring.view(2, view);
        assertEquals(RecordKind.DATA, view.kind());
        assertEquals(60, view.sourcePosition());
        assertEquals(6, view.sourceCheck());
    }

    @Test
    void shouldRefuseMalformedMessageBeforeClaim() {
        message.putLong(0, 3);
        assertEquals(ClaimStatus.INVALID, publisher.offer(message, 0, 8));
        assertEquals(ODD, publisher.lastReason());
        assertEquals(-1, ring.cursor());
        assertEquals(41, publisher.lastPosition());

        message.putLong(0, 4);
        assertEquals(0, publisher.offer(message, 0, 8));
        assertEquals(RingPublisher.NO_REASON, publisher.lastReason());
    }

    @Test
    void shouldPublishPadWhenMessageEncodedInPlaceIsMalformed() {
        assertEquals(0, publisher.claim(8));
        publisher.buffer().putLong(publisher.offset(), 1);
        assertEquals(ClaimStatus.INVALID, publisher.commit());
        assertEquals(ODD, publisher.lastReason());
        assertEquals(RecordKind.PAD, ring.view(ring.published(0), view).kind());
        assertEquals(1, publisher.claim(8));
        publisher.abort();
    }

    @Test
    void shouldNameBothNumbersWhenMessageIsTooLong() {
        assertEquals(ClaimStatus.TOO_LONG, publisher.offer(message, 0, 33));
        assertEquals(
                "message must fit into a ring slot: length=33, at most 32 (raise the ring's slot"
                        + " stride to 96)",
                publisher.describeTooLong());
        assertEquals(ClaimStatus.TOO_LONG, publisher.claim(97));
        assertEquals(
                "message must fit into a ring slot: length=97, at most 32 (raise the ring's slot"
                        + " stride to 160)",
                publisher.describeTooLong());
        assertEquals(-1, ring.cursor());
        assertEquals(0, publisher.offer(message, 0, 32));
        assertEquals(0, clockReads - 1);
    }

    @Test
    void shouldRefuseMisuse() {
        assertThrows(IllegalStateException.class, publisher::commit);
        assertThrows(IllegalStateException.class, publisher::abort);
        assertThrows(IllegalStateException.class, publisher::offset);
        assertThrows(IllegalArgumentException.class, () -> publisher.claim(-1));
        publisher.claim(8);
        assertThrows(IllegalStateException.class, () -> publisher.claim(8));
        assertThrows(IllegalStateException.class, () -> publisher.offer(message, 0, 8));
        publisher.abort();
    }

    @Test
    void shouldAnswerStatusWhenFullClosedOrFailed() {
        for (int i = 0; i < 4; i++) {
            assertEquals(i, publisher.offer(message, 0, 8));
        }
        assertEquals(ClaimStatus.BACK_PRESSURED, publisher.offer(message, 0, 8));
        assertEquals(ClaimStatus.BACK_PRESSURED, publisher.claim(8));
        assertEquals(45, publisher.lastPosition());
        ring.refuseClaims();
        assertEquals(ClaimStatus.CLOSED, publisher.claim(8));
        ring.fail();
        assertEquals(ClaimStatus.FAILED, publisher.offer(message, 0, 8));
        publisher.close();
        assertEquals(ClaimStatus.CLOSED, publisher.claim(8));
    }

    @Test
    void shouldKeepMemoryWhileClaimIsOpenAndPadItWhenPublisherCloses() {
        assertEquals(0, publisher.claim(8));
        ring.close();
        publisher.buffer().putLong(publisher.offset(), 2);
        publisher.close();
        publisher.close();
        assertEquals(RecordKind.PAD, ring.view(ring.published(0), view).kind());
    }

    /** Every event arrives once, each producer's in its order, while the ring wraps often. */
    @ParameterizedTest
    @ValueSource(ints = {2, 64})
    void shouldKeepOrderOfEachProducerWhenTwoThreadsPublish(int capacity) throws Exception {
        int count = 20_000;
        Sequence reader = new Sequence();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (EventRing shared = new EventRing(new RingConfig(capacity, 64, 2), 5, reader)) {
            Thread[] threads = new Thread[2];
            for (int source = 0; source < 2; source++) {
                int id = source;
                threads[source] =
                        new Thread(() -> publishAll(shared, id, count), "publisher-" + source);
                threads[source].setUncaughtExceptionHandler((t, e) -> failure.set(e));
                threads[source].start();
            }
            long[] lastPosition = {0, 0};
            long[] events = {0, 0};
            long next = 5;
            while (events[0] + events[1] < 2L * count && failure.get() == null) {
                long end = shared.published(next, 7);
                for (; next <= end; next++) {
                    shared.view(next, view);
                    assertEquals(next, view.sequence());
                    if (view.kind() == RecordKind.DATA) {
                        int id = view.sourceId();
                        assertEquals(++lastPosition[id], view.sourcePosition());
                        long value = view.buffer().getLong(view.offset());
                        assertEquals(lastPosition[id] * 4 + id * 2L, value);
                        events[id]++;
                    }
                }
                reader.set(end);
                if (events[0] + events[1] < 2L * count) {
                    Thread.yield();
                }
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertNull(failure.get());
        }
    }

    @Test
    void shouldAllocateNothing() {
        assertEquals(0, Allocation.smallestOfRuns(() -> run(1_000_000)));
    }

    private void run(int offers) {
        for (int i = 0; i < offers; i++) {
            message.putLong(0, i);
            message.putLong(8, i);
            long status = publisher.offer(message, 0, 16);
            if (status == ClaimStatus.BACK_PRESSURED) {
                consumer.set(ring.published(consumer.get() + 1));
            } else if (publisher.claim(8) >= 0) {
                publisher.buffer().putLong(publisher.offset(), i);
                publisher.commit();
            }
        }
    }

    private void publishAll(EventRing shared, int id, int count) {
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[8]);
        try (RingPublisher mine =
                new RingPublisher(shared, id, 0, () -> 1, RingPublisherTest::refuseOdd)) {
            for (long i = 1; i <= count; i++) {
                long value = i * 4 + id * 2L;
                if (i % 10 == 0 && mine.claim(8) >= 0) {
                    mine.abort();
                }
                bytes.putLong(0, value);
                while (i % 3 == 0 ? mine.offer(bytes, 0, 8) < 0 : !encode(mine, value)) {
                    Thread.yield();
                }
            }
        }
    }

    private static boolean encode(RingPublisher publisher, long value) {
        if (publisher.claim(8) < 0) {
            return false;
        }
        publisher.buffer().putLong(publisher.offset(), value);
        return publisher.commit() >= 0;
    }

    private static int refuseOdd(DirectBuffer buffer, int offset, int length) {
        return (buffer.getLong(offset) & 1) == 0 ? RingPublisher.Validator.VALID : ODD;
    }

    private long now() {
        clockReads++;
        return nowNs++;
    }
}
