package io.penstock.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The damage suite over files of Chronicle Queue. */
final class ChronicleDamageTest extends JournalDamageConformanceTest {
    @TempDir Path directory;

    @Override
    TestStore newStore() throws Exception {
        return new TestStore.Chronicle(Files.createTempDirectory(directory, "journal"), directory);
    }

    @Override
    int byteStep() {
        // Memory has every byte; files cost a hundred times as much.
        return 5;
    }

    @Override
    int longerByteStep() {
        return 61;
    }
}
