package io.penstock.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The retention suite over files of Chronicle Queue. */
final class ChronicleRetentionTest extends JournalRetentionConformanceTest {
    @TempDir Path directory;

    @Override
    TestStore newStore() throws Exception {
        return new TestStore.Chronicle(Files.createTempDirectory(directory, "journal"), directory);
    }
}
