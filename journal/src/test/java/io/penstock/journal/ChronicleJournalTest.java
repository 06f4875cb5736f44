package io.penstock.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The conformance suite over files of Chronicle Queue. */
final class ChronicleJournalTest extends JournalConformanceTest {
    @TempDir Path directory;

    @Override
    TestStore newStore() throws Exception {
        return new TestStore.Chronicle(Files.createTempDirectory(directory, "journal"), directory);
    }
}
