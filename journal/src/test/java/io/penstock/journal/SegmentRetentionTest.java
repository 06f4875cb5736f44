package io.penstock.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The retention suite over segments of our own. */
final class SegmentRetentionTest extends JournalRetentionConformanceTest {
    @TempDir Path directory;

    @Override
    TestStore newStore() throws Exception {
        return new TestStore.Segments(Files.createTempDirectory(directory, "journal"), directory);
    }
}
