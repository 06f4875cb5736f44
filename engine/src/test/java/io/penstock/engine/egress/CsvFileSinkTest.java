package io.penstock.engine.egress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever became of the file, it ends as that of a run that never stopped. */
final class CsvFileSinkTest {
    private static final int ROWS = 24;
    private static final int COMMITTED_ROWS = 11;

    private static final CsvFormat FORMAT =
            new CsvFormat() {
                @Override
                public void header(CsvLine line) {
                    line.field("ordinal").field("text").endRow();
                }

                @Override
                public void row(OutputRecord record, CsvLine line) {
                    line.field(record.ordinal());
                    line.field(record.buffer(), record.messageOffset(), record.messageLength());
                    line.endRow();
                }
            };

    @TempDir Path directory;

    private Path file;
    private byte[] whole;
    private Sink.Committed committed;

    private static void write(CsvFileSink sink, long from, long to) {
        try (OutputRing ring = new OutputRing(4096)) {
            for (long i = from; i < to; i++) {
                Results.put(ring, 0, i, i, i % 4 == 0 ? "a \"b\", c\n" + i : "text " + i);
                ring.drain(
                        record -> {
                            sink.write(record);
                            return true;
                        },
                        1);
                if (i % 5 == 0) {
                    sink.flush();
                }
            }
        }
        sink.flush();
    }

    private void makeWhole() throws IOException {
        file = directory.resolve("out.csv");
        try (CsvFileSink sink = new CsvFileSink(file, FORMAT)) {
            assertEquals(0, sink.open(Sink.Committed.NONE));
            write(sink, 0, COMMITTED_ROWS);
            sink.force();
            committed = sink.committed();
            write(sink, COMMITTED_ROWS, ROWS);
        }
        whole = Files.readAllBytes(file);
        assertEquals(COMMITTED_ROWS, committed.ordinal());
        assertTrue(new String(whole, StandardCharsets.UTF_8).startsWith("ordinal,text\n0,\"a"));
    }

    private void assertResumes(String what, long expectedFrom) throws IOException {
        try (CsvFileSink sink = new CsvFileSink(file, FORMAT)) {
            long from = sink.open(committed);
            assertEquals(expectedFrom, from, what);
            write(sink, from, ROWS);
        }
        assertArrayEquals(whole, Files.readAllBytes(file), what);
    }

    @Test
    void shouldGoOnFromTheCommittedLengthWhereverTheFileWasCut() throws IOException {
        makeWhole();
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            long from = length >= committed.lengthBytes() ? COMMITTED_ROWS : 0;
            assertResumes("cut at " + length, from);
        }
    }

    @Test
    void shouldStartAnewWhenACommittedByteIsAltered() throws IOException {
        makeWhole();
        for (int i = 0; i < whole.length; i++) {
            byte[] altered = whole.clone();
            altered[i] ^= 1;
            Files.write(file, altered);
            assertResumes("altered at " + i, i < committed.lengthBytes() ? 0 : COMMITTED_ROWS);
        }
    }

    @Test
    void shouldResumeWhenTheFileIsMissingOrLonger() throws IOException {
        makeWhole();
        Files.delete(file);
        assertResumes("missing", 0);
        Files.write(file, Arrays.copyOf(whole, whole.length + 5000));
        assertResumes("longer", COMMITTED_ROWS);
    }

    @Test
    void shouldReplaceWhateverIsThereWithoutASnapshot() throws IOException {
        makeWhole();
        committed = Sink.Committed.NONE;
        Files.writeString(file, "another file altogether");
        assertResumes("replaced", 0);
    }

    @Test
    void shouldRefuseAResultOutOfTurn() throws IOException {
        makeWhole();
        try (CsvFileSink sink = new CsvFileSink(file, FORMAT)) {
            assertEquals(COMMITTED_ROWS, sink.open(committed));
            assertThrows(IllegalStateException.class, () -> write(sink, COMMITTED_ROWS + 1, ROWS));
        }
    }

    @Test
    void shouldNameTheFileWhenItCannotBeMade() {
        Path missing = directory.resolve("no/such/directory/out.csv");
        try (CsvFileSink sink = new CsvFileSink(missing, FORMAT)) {
            PenstockException fault =
                    assertThrows(PenstockException.class, () -> sink.open(Sink.Committed.NONE));
            assertEquals(Category.STORAGE, fault.category());
            assertTrue(fault.getMessage().contains(missing.toString()), fault::getMessage);
        }
    }

    @Test
    void shouldQuoteOnlyWhereRfc4180NeedsIt() {
        CsvLine line = new CsvLine();
        line.field(Long.MIN_VALUE).field(Long.MAX_VALUE).field(0).field(-7).emptyField().endRow();
        line.field("plain").field("a,b").field("q\"q").field("é,\n").field("").endRow();
        byte[] bytes = "x\r,\"y\"".getBytes(StandardCharsets.UTF_8);
        line.field(new UnsafeBuffer(bytes), 0, bytes.length);
        line.field("z".repeat(200_000)).endRow();

        byte[] built = new byte[line.length()];
        line.view().get(built);

        assertEquals(
                "-9223372036854775808,9223372036854775807,0,-7,\n"
                        + "plain,\"a,b\",\"q\"\"q\",\"é,\n\",\n"
                        + "\"x\r,\"\"y\"\"\","
                        + "z".repeat(200_000)
                        + "\n",
                new String(built, StandardCharsets.UTF_8));
    }
}
