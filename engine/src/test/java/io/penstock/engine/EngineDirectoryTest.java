package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.control.EngineDirectory;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whose a directory is, who holds it, and what damage to its files does. */
@Timeout(60)
final class EngineDirectoryTest {
    private static final int EVENTS = 2_000;
    private static final long ONE_SECOND_NS = 1_000_000_000L;

    @TempDir Path directory;

    private final MemorySink results = new MemorySink();

    /** Opens an engine, and prints how that went. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] arguments) {
            try {
                EngineConfig config = EngineConfig.at(Path.of(arguments[0]));
                Engine.open(Totals.pipeline(new MemorySink()), config).close();
                System.out.println("opened");
            } catch (PenstockException e) {
                System.out.println(e.category() + " " + e.getMessage());
            }
        }
    }

    private EngineConfig config() {
        return EngineConfig.at(directory).ringCapacity(256).snapshotEvery(300);
    }

    private String fill() {
        try (Engine engine = Engine.open(Totals.pipeline(results), config())) {
            Publisher publisher = engine.publisher(Totals.SOURCE);
            for (int i = 0; i < EVENTS; i += 400) {
                Totals.publish(publisher, i, i + 400);
                engine.awaitIdle();
            }
            assertTrue(engine.lastSnapshot() > 0);
            return engine.stateHash() + " " + Totals.digest(results);
        }
    }

    private String reopened() {
        try (Engine engine = Engine.open(Totals.pipeline(results), config())) {
            return engine.stateHash() + " " + Totals.digest(results);
        }
    }

    private PenstockException refused() {
        return assertThrows(
                PenstockException.class,
                () -> EngineDirectory.open(directory, Totals.pipeline(results)).close());
    }

    @Test
    void shouldRefuseASecondEngineWithinASecondHereAndInAnotherProcess() throws Exception {
        try (Engine engine = Engine.open(Totals.pipeline(results), config())) {
            long startNs = System.nanoTime();
            PenstockException refused = refused();
            assertTrue(System.nanoTime() - startNs < ONE_SECOND_NS);
            assertEquals(Category.LOCKED, refused.category());
            assertTrue(refused.getMessage().contains("in use by a running engine"));

            // The refusal above must not have given the lock away to others.
            assertTrue(openElsewhere().startsWith("LOCKED "), this::openElsewhere);
            Totals.publish(engine.publisher(Totals.SOURCE), 0, 10);
            engine.awaitIdle();
        }
        assertEquals("opened", openElsewhere());
    }

    private String openElsewhere() {
        try {
            return TestProcess.run(TestProcess.flags(), Opener.class, directory.toString())
                    .output()
                    .lines()
                    .filter(line -> !line.startsWith("SLF4J") && !line.startsWith("WARNING"))
                    .reduce("", (a, b) -> a + b);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldNameTheFlagsThatTheJvmLacks() throws Exception {
        TestProcess.Result result = TestProcess.run(List.of(), Opener.class, directory.toString());

        assertTrue(result.output().startsWith("CONFIGURATION "), result::output);
        assertTrue(
                result.output().contains("--add-exports=java.base/sun.nio.ch=ALL-UNNAMED"),
                result::output);
        assertTrue(!result.output().contains("\tat "), result::output);
    }

    @Test
    void shouldRefuseAnotherPlanAndNameTheFirstDifference() {
        fill();
        PenstockException refused =
                assertThrows(
                        PenstockException.class,
                        () -> Engine.open(Totals.pipeline(Sinks.memory(results), 12), config()));
        assertEquals(Category.OTHER_PLAN, refused.category());
        String message = refused.getMessage();
        assertTrue(message.contains("it has 'stage windows: window"), message);
        assertTrue(message.contains("sizeNs=10"), message);
        assertTrue(message.contains("sizeNs=12"), message);
    }

    @Test
    void shouldRefuseWhenAnyByteOfWhatDecidesAnswersIsAltered() throws IOException {
        String expected = fill();
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deciding =
                    files.filter(
                                    f ->
                                            f.getFileName().toString().equals("identity")
                                                    || f.endsWith("plan.txt")
                                                    || f.toString().endsWith(".sbeir"))
                            .toList();
            assertEquals(3, deciding.size(), deciding::toString);
            for (Path file : deciding) {
                // Of a schema every so many bytes: it is long, and has one checksum over all.
                alterBytes(file, file.toString().endsWith(".sbeir") ? 53 : 1);
            }
        }
        assertEquals(expected, reopened());
    }

    private void alterBytes(Path file, int distance) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i += distance) {
            byte[] altered = whole.clone();
            altered[i] ^= (byte) (1 << i % 8);
            Files.write(file, altered);
            assertDamaged(file, "byte " + i);
        }
        for (int length : new int[] {0, 1, 15, 16, whole.length / 2, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertDamaged(file, "length " + length);
        }
        Files.delete(file);
        assertDamaged(file, "missing");
        Files.write(file, whole);
    }

    private void assertDamaged(Path file, String what) {
        PenstockException refused = refused();
        assertEquals(Category.DAMAGE, refused.category(), () -> file + " " + what + ": " + refused);
        assertTrue(refused.getMessage().contains(file.toString()), () -> what + ": " + refused);
    }

    @Test
    void shouldPassOverDamagedSnapshotsAndNameThem() throws IOException {
        String expected = fill();
        Path snapshots = directory.resolve("snapshots");
        List<Path> files;
        try (Stream<Path> all = Files.list(snapshots)) {
            files = all.sorted().toList();
        }
        assertEquals(2, files.size(), files::toString);
        Path newest = files.get(1);
        byte[] whole = Files.readAllBytes(newest);
        for (int i = 0; i < 12; i++) {
            byte[] altered = whole.clone();
            int at = (int) ((long) i * (whole.length - 1) / 11);
            altered[at] ^= 4;
            Files.write(newest, altered);
            assertPassedOver(newest, expected, "altered at " + at, false);
        }
        Files.write(newest, Arrays.copyOf(whole, whole.length - 5));
        assertPassedOver(newest, expected, "short", false);
        Files.write(files.get(0), new byte[0]);
        assertPassedOver(files.get(0), expected, "both", true);
    }

    private void assertPassedOver(Path snapshot, String expected, String what, boolean all) {
        try (Engine engine = Engine.open(Totals.pipeline(results), config().snapshotEvery(0))) {
            List<String> passedOver = engine.recovery().passedOver();
            assertEquals(all ? 2 : 1, passedOver.size(), what);
            String name = snapshot.getFileName().toString().replaceAll("\\..*", "");
            assertTrue(
                    passedOver.stream().anyMatch(p -> p.startsWith(name + ": ")),
                    () -> what + ": " + passedOver);
            assertEquals(all, engine.recovery().snapshotSequence() == -1, what);
            assertEquals(expected, engine.stateHash() + " " + Totals.digest(results), what);
        }
    }

    @Test
    void shouldGiveTheSameWhenOutputLogAndSnapshotsAreGone() throws IOException {
        String expected = fill();
        Files.delete(directory.resolve("outputs.log"));
        assertEquals(expected, reopened());
        try (Stream<Path> all = Files.list(directory.resolve("snapshots"))) {
            for (Path file : all.toList()) {
                Files.delete(file);
            }
        }
        assertEquals(expected, reopened());
    }

    @Test
    void shouldRefuseAJournalOfAnotherDirectory() throws IOException {
        fill();
        byte[] mine = Files.readAllBytes(directory.resolve("identity"));
        Path other = directory.resolve("other");
        EngineDirectory.open(other, Totals.pipeline(results)).close();
        Files.copy(
                other.resolve("identity"),
                directory.resolve("identity"),
                StandardCopyOption.REPLACE_EXISTING);
        PenstockException refused = assertThrows(PenstockException.class, this::reopened);
        assertTrue(
                List.of(Category.DAMAGE, Category.OTHER_PLAN).contains(refused.category()),
                refused::toString);
        Files.write(directory.resolve("identity"), mine);
        reopened();
    }

    @Test
    void shouldGiveEverythingBackWhenOpeningFails() throws IOException {
        fill();
        Path snapshots = directory.resolve("snapshots");
        long before = NativeMemory.liveBytes();
        Path identity = directory.resolve("identity");
        Path other = directory.resolve("other");
        EngineDirectory.open(other, Totals.pipeline(results)).close();
        byte[] mine = Files.readAllBytes(identity);
        Files.write(identity, Files.readAllBytes(other.resolve("identity")));
        assertThrows(PenstockException.class, this::reopened);
        Files.write(identity, mine);
        assertTrue(Files.exists(snapshots));

        assertEquals(before, NativeMemory.liveBytes());
        reopened();
        assertEquals(before, NativeMemory.liveBytes());
    }
}
