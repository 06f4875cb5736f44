package io.penstock.engine.egress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The log keeps what is whole, cuts what is not, and is the same again when it is filled up. */
final class OutputLogTest {
    private static final UUID JOURNAL = new UUID(11, 22);
    private static final int RESULTS = 14;
    private static final int BATCH = 4;

    private final OutputRing ring = new OutputRing(8192);

    private static String message(int i) {
        return "result " + "*".repeat(i * 5 % 23) + i;
    }

    /** Puts the results that the log lacks into it, in the batches of the first time. */
    private void fill(OutputLog log) {
        for (int batch = 0; batch < RESULTS; batch += BATCH) {
            for (int i = batch; i < Math.min(RESULTS, batch + BATCH); i++) {
                int sink = i % 3 == 0 ? 5 : 0;
                long ordinal = sink == 5 ? i / 3 : i - i / 3 - 1;
                if (ordinal < log.nextOrdinal(sink)) {
                    continue;
                }
                Results.put(ring, sink, i / 2, ordinal, message(i));
                ring.drain(log::add, 1);
            }
            log.append();
        }
    }

    private static List<String> texts(OutputLog log) {
        List<String> texts = new ArrayList<>();
        log.forEach(record -> texts.add(Results.text(record)));
        return texts;
    }

    private static byte[] bytes(LogStorage storage) {
        ByteBuffer bytes = ByteBuffer.allocate((int) storage.size());
        storage.read(0, bytes);
        return bytes.array();
    }

    private static MemoryLogStorage storage(byte[] bytes) {
        MemoryLogStorage storage = new MemoryLogStorage();
        storage.append(ByteBuffer.wrap(bytes));
        return storage;
    }

    private byte[] whole(List<String> texts) {
        MemoryLogStorage storage = new MemoryLogStorage();
        try (OutputLog log = new OutputLog(storage, JOURNAL, 100)) {
            fill(log);
            assertEquals(0, log.cutBytes());
            assertEquals(RESULTS / 2 - 1, log.lastSequence());
            texts.addAll(texts(log));
        }
        assertEquals(RESULTS, texts.size());
        return bytes(storage);
    }

    private void assertMends(String what, byte[] damaged, List<String> texts, byte[] whole) {
        MemoryLogStorage storage = storage(damaged);
        try (OutputLog log = new OutputLog(storage, JOURNAL, 100)) {
            List<String> kept = texts(log);
            assertEquals(texts.subList(0, kept.size()), kept, what);
            assertEquals(damaged.length - storage.size(), log.cutBytes(), what);
            fill(log);
            assertEquals(texts, texts(log), what);
        }
        assertArrayEquals(whole, bytes(storage), what);
        ring.drain(record -> true, RESULTS);
    }

    @Test
    void shouldBeTheSameAgainWhenTornAtAnyByte() {
        List<String> texts = new ArrayList<>();
        byte[] whole = whole(texts);
        for (int length = 0; length <= whole.length; length++) {
            assertMends("cut at " + length, Arrays.copyOf(whole, length), texts, whole);
        }
        ring.close();
    }

    @Test
    void shouldBeTheSameAgainWhenAnyByteIsAltered() {
        List<String> texts = new ArrayList<>();
        byte[] whole = whole(texts);
        for (int i = 0; i < whole.length; i++) {
            byte[] altered = whole.clone();
            altered[i] ^= (byte) (1 << i % 8);
            assertMends("altered at " + i, altered, texts, whole);
            MemoryLogStorage storage = storage(altered);
            try (OutputLog log = new OutputLog(storage, JOURNAL, 100)) {
                assertTrue(log.cutBytes() >= whole.length - i, "altered at " + i);
            }
        }
        ring.close();
    }

    @Test
    void shouldBeTheSameAgainWhenFramesAreSwappedOrRepeated() {
        List<String> texts = new ArrayList<>();
        byte[] whole = whole(texts);
        int first = ByteBuffer.wrap(whole).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt(4);
        byte[] doubled = new byte[whole.length + first];
        System.arraycopy(whole, 0, doubled, 0, whole.length);
        System.arraycopy(whole, 0, doubled, whole.length, first);
        assertMends("repeated", doubled, texts, whole);
        byte[] headless = Arrays.copyOfRange(whole, first, whole.length);
        assertMends("headless", headless, texts, whole);
        ring.close();
    }

    @Test
    void shouldDropResultsThatAreAheadOfTheJournal() {
        List<String> texts = new ArrayList<>();
        byte[] whole = whole(texts);
        MemoryLogStorage storage = storage(whole);
        try (OutputLog log = new OutputLog(storage, JOURNAL, 3)) {
            assertEquals(texts.subList(0, 8), texts(log));
            assertEquals(3, log.lastSequence());
        }
        assertMends("ahead", bytes(storage), texts, whole);
        ring.close();
    }

    @Test
    void shouldDropEverythingThatBelongsToAnotherJournal() {
        MemoryLogStorage storage = storage(whole(new ArrayList<>()));
        try (OutputLog log = new OutputLog(storage, new UUID(11, 23), 100)) {
            assertEquals(0, storage.size());
            assertEquals(0, log.nextOrdinal(0));
        }
        ring.close();
    }
}
