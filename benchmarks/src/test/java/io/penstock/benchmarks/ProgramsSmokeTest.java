package io.penstock.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of scripts in their smallest form: they check their answers, and leave no files. */
class ProgramsSmokeTest {
    @TempDir private Path directory;

    @AfterEach
    void shouldLeaveNothing() throws Exception {
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void shouldScale() throws Exception {
        Scaling.main(new String[] {"--smoke", "--dir", directory.toString()});
    }

    @Test
    void shouldRecover() throws Exception {
        Recovery.main(
                new String[] {
                    "--quick", "--events", "20000", "--keys", "100", "--dir", directory.toString()
                });
    }

    @Test
    void shouldTellWhatDurabilityCosts() throws Exception {
        DurabilityCosts.main(new String[] {"--smoke", "--dir", directory.toString()});
    }

    @Test
    void shouldTellWhatASnapshotTakesFromSteps() throws Exception {
        SnapshotPause.main(
                new String[] {"--quick", "--keys", "10000", "--dir", directory.toString()});
    }
}
