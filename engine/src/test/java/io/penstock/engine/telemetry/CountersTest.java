package io.penstock.engine.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.TestProcess;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counters of a running engine as others read them. */
final class CountersTest {
    @TempDir Path directory;

    /** Prints a counters file. */
    static final class Reader {
        private Reader() {}

        public static void main(String[] arguments) {
            CountersFile file = CountersFile.read(Path.of(arguments[0]));
            System.out.println(file.pid() + " " + file.state() + " " + file.values());
        }
    }

    @Test
    void shouldBeReadByAnotherProcessWhileTheyAreCounted() throws Exception {
        Path file = directory.resolve("counters.dat");
        try (EngineCounters counters = EngineCounters.create(file, 123)) {
            counters.counter("one").setRelease(41);
            Counter two = counters.counter("two");
            two.setRelease(Long.MIN_VALUE);
            counters.state(2);

            TestProcess.Result result =
                    TestProcess.run(TestProcess.flags(), Reader.class, file.toString());

            assertEquals(
                    ProcessHandle.current().pid() + " 2 {one=41, two=-9223372036854775808}",
                    result.output().strip());
            two.setRelease(5);
            assertEquals(5, CountersFile.read(file).values().get("two"));
            assertEquals(123, CountersFile.read(file).startTimeMs());
        }
        assertEquals(5, CountersFile.read(file).values().get("two"));
    }

    @Test
    void shouldStartAnewWithoutTouchingWhatAReaderHasOpen() throws IOException {
        Path file = directory.resolve("counters.dat");
        Files.writeString(file, "left by something else");
        try (EngineCounters counters = EngineCounters.create(file, 1)) {
            counters.counter("only").setRelease(1);
            assertEquals(Map.of("only", 1L), CountersFile.read(file).values());
        }
    }

    @Test
    void shouldRefuseAFileThatIsDamaged() throws IOException {
        Path file = directory.resolve("counters.dat");
        EngineCounters.create(file, 1).close();
        byte[] whole = Files.readAllBytes(file);
        for (int length : List.of(0, 1, 63, 64, whole.length - 1)) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertDamaged(file);
        }
        for (int i = 0; i < 8; i++) {
            byte[] altered = whole.clone();
            altered[i] ^= 1;
            Files.write(file, altered);
            assertDamaged(file);
        }
    }

    private static void assertDamaged(Path file) {
        PenstockException fault =
                assertThrows(PenstockException.class, () -> CountersFile.read(file));
        assertEquals(Category.DAMAGE, fault.category());
        assertTrue(fault.getMessage().contains(file.toString()), fault::getMessage);
    }

    @Test
    void shouldReadSomethingWhateverTheBytesAre() throws IOException {
        Path file = directory.resolve("counters.dat");
        try (EngineCounters counters = EngineCounters.create(file, 1)) {
            counters.counter("x");
        }
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, CountersLayout.STATE_OFFSET, bytes.length, (byte) 0xFF);
        Files.write(file, bytes);
        assertTrue(CountersFile.read(file).values().size() <= CountersLayout.MAX_COUNTERS);
    }

    @Test
    void shouldSayThatNoEngineHasRun() {
        PenstockException fault =
                assertThrows(
                        PenstockException.class,
                        () -> CountersFile.read(directory.resolve("counters.dat")));
        assertEquals(Category.CONFIGURATION, fault.category());
    }

    @Test
    void shouldCutLongLabelsAndRefuseTooManyCounters() {
        try (EngineCounters counters = EngineCounters.inMemory()) {
            counters.counter("l".repeat(500)).setRelease(9);
            assertEquals(Map.of("l".repeat(112), 9L), counters.values());
            for (int i = 1; i < CountersLayout.MAX_COUNTERS; i++) {
                counters.counter("c" + i);
            }
            PenstockException fault =
                    assertThrows(PenstockException.class, () -> counters.counter("more"));
            assertEquals(Category.LIMIT, fault.category());
        }
    }
}
