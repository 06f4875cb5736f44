package io.penstock.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The damage suite over segments of our own. */
final class SegmentDamageTest extends JournalDamageConformanceTest {
    @TempDir Path directory;

    @Override
    TestStore newStore() throws Exception {
        return new TestStore.Segments(Files.createTempDirectory(directory, "journal"), directory);
    }

    @Override
    int byteStep() {
        return 2;
    }

    @Override
    int longerByteStep() {
        return 5;
    }
}
