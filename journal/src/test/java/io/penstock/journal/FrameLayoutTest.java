package io.penstock.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.journal.memory.MemoryFrameStore;
import io.penstock.journal.store.FrameSource;
import java.util.HexFormat;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The format on the medium: what these tests hold can be read for ever. */
final class FrameLayoutTest {
    @Test
    void shouldStandWhereTheDiagramSays() {
        int[] offsets = {
            FrameLayout.FRAME_LENGTH,
            FrameLayout.EPOCH,
            FrameLayout.SEGMENT,
            FrameLayout.KIND,
            FrameLayout.FIRST_SEQUENCE,
            FrameLayout.BASE_TIME_NS,
            FrameLayout.RECORD_COUNT,
            FrameLayout.PREVIOUS_CHECKSUM,
            FrameLayout.CHECKSUM,
            FrameLayout.HEADER_LENGTH
        };
        assertArrayEquals(new int[] {8, 12, 16, 20, 24, 32, 40, 44, 48, 56}, offsets);
    }

    @Test
    void shouldWriteTheSameBytesForEver() throws Exception {
        MemoryFrameStore store = new MemoryFrameStore();
        JournalConfig config = JournalConfig.on(store).withJournalId(new UUID(1, 2));
        try (Journal journal = Journals.open(config)) {
            UnsafeBuffer message = new UnsafeBuffer(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
            journal.appender().begin(0, 1_000);
            journal.appender().tryAdd(1_007, RecordKind.DATA, (byte) 3, 4, 5, 6, message, 0, 9);
            journal.appender().commit();
        }
        try (FrameSource frames = store.open(store.segments().get(0))) {
            assertEquals(
                    "3000010021030000480000000100000001000000020000000000000000000000"
                            + "00000000000000800000000000000000559c3c24000000000100000000000000"
                            + "0200000000000000",
                    next(frames));
            assertEquals(
                    "3000010021030000600000000100000001000000010000000000000000000000"
                            + "e80300000000000001000000559c3c248befb889000000000900000001030400"
                            + "0700000006000000050000000000000001020304050607080900000000000000",
                    next(frames));
            assertEquals(
                    "3000010021030000380000000100000001000000030000000100000000000000"
                            + "ef03000000000000000000008befb8890d9bb2a800000000",
                    next(frames));
            assertEquals(FrameSource.Outcome.END, frames.next());
        }
    }

    private static String next(FrameSource frames) {
        assertEquals(FrameSource.Outcome.FRAME, frames.next());
        byte[] frame = new byte[frames.length()];
        frames.buffer().getBytes(frames.offset(), frame);
        return HexFormat.of().formatHex(frame);
    }
}
