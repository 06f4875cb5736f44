package io.penstock.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.journal.files.Disk;
import io.penstock.journal.store.SegmentWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChronicleEpochTest {
    private static final int BLOCK_LENGTH = 1 << 20;

    @TempDir Path folder;

    @Test
    void shouldHaveNothingToForceWhenASegmentHasNoFrameYet() throws IOException {
        Path directory = Files.createDirectories(folder.resolve("e00001"));
        UnsafeBuffer frame = new UnsafeBuffer(new byte[64]);
        try (ChronicleEpoch epoch =
                new ChronicleEpoch(directory, 1 << 30, BLOCK_LENGTH, 0, Disk.REAL)) {
            for (int number = 0; number < 2; number++) {
                SegmentWriter writer = epoch.create(number);
                Path file = folder.resolve(writer.name());
                writer.force();
                assertEquals(false, Files.exists(file));
                writer.append(frame, 0, frame.capacity());
                writer.force();
                assertTrue(Files.exists(file));
                writer.close();
            }
        }
    }
}
