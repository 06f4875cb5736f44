package io.penstock.codecs.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

final class CsvReaderTest {
    @Test
    void shouldReadQuotesLineEndsAndBlankLines() {
        List<String> rows =
                rows("a,b\r\n1,\"x,\"\"y\"\"\"\n\n\r\n\"\",\"two\nlines\"\r\n , z \nlast,row");

        assertEquals(
                List.of("2 [1, x,\"y\"]", "5 [, two\nlines]", "7 [ ,  z ]", "8 [last, row]"), rows);
    }

    @Test
    void shouldTakeEmptyLineAsRowWhereThereIsOneColumn() {
        assertEquals(List.of("2 [x]", "3 []", "4 []", "5 [y]"), rows("a\nx\n\n\r\ny\n"));
    }

    @Test
    void shouldSkipByteOrderMarkButCheckIt() {
        CsvReader reader = reader("\u00EF\u00BB\u00BFa,b\n1,2\n");

        assertEquals(List.of("a", "b"), reader.readHeader().columns());
        assertTrue(reader.next());
        assertEquals("1", reader.fieldText(0));
        assertEquals(CsvOracle.crc("\u00EF\u00BB\u00BFa,b\n1,2\n"), reader.sourceCheck());
    }

    @Test
    void shouldTellEmptyInputFromHeaderOnly() {
        for (String empty : new String[] {"", "\u00EF\u00BB\u00BF"}) {
            PenstockException fault =
                    assertThrows(PenstockException.class, () -> reader(empty).readHeader());
            assertEquals(Category.INPUT, fault.category());
            assertTrue(fault.getMessage().contains("is empty"));
        }
        for (String headerOnly : new String[] {"a,b", "a,b\n", "a,b\r\n", "a,b\n\n"}) {
            CsvReader reader = reader(headerOnly);
            assertEquals(2, reader.readHeader().columnCount());
            assertFalse(reader.next());
            assertFalse(reader.next());
        }
    }

    @Test
    void shouldRejectOnlyTheRowWithBadQuotes() {
        assertEquals(
                List.of(
                        "2 bad-quote [x\"y,1]",
                        "3 [ok, 1]",
                        "4 bad-quote [\"x\"y,\"1]",
                        "5 [ok, 2]",
                        "6 bad-quote [\"two\nlines\" ,3]",
                        "8 bad-quote [\"x\"\r,4]",
                        "9 [ok, 5]"),
                rows(
                        """
                        a,b
                        x"y,1
                        ok,1
                        "x"y,"1
                        ok,2
                        "two
                        lines" ,3
                        "x"\r,4
                        ok,5
                        """));
    }

    @Test
    void shouldTakeOneLineWhenQuoteIsNeverClosed() {
        assertEquals(
                List.of("2 unterminated-quote [\"x,1]", "3 [ok, 1]", "4 [ok, 2]"),
                rows("a,b\n\"x,1\nok,1\nok,2\n"));
        assertEquals(List.of("2 unterminated-quote [1,\"x]"), rows("a,b\n1,\"x"));
        assertEquals(List.of("2 unterminated-quote [1,\"]"), rows("a,b\n1,\""));
    }

    @Test
    void shouldNotLetStrayQuoteSwallowMoreThanTheLongestRow() {
        StringBuilder text = new StringBuilder("a,b\n\"stray,0\n");
        for (int i = 0; i < 30; i++) {
            text.append("row,").append(i).append('\n');
        }
        text.append("quoted,\"31\"\n");

        List<String> rows = rows(text.toString(), 100, 7);

        assertEquals("2 unterminated-quote [\"stray,0]", rows.get(0));
        assertEquals("3 [row, 0]", rows.get(1));
        assertEquals("33 [quoted, 31]", rows.get(rows.size() - 1));
        assertEquals(32, rows.size());
    }

    @Test
    void shouldKeepStartLengthAndChecksumOfTooLongRow() {
        for (int length : new int[] {101, 102, 103, 104, 200, 70_000, 200_000}) {
            for (String end : new String[] {"\n", "\r\n", "", "\r"}) {
                String row = "v,".repeat(length / 2) + (length % 2 == 1 ? "v" : "");
                String text = "a,b\n1,2\n" + row + end;
                CsvReader reader = new CsvReader(stream(text, 4096), "t", 100);
                reader.readHeader();
                assertTrue(reader.next());
                assertTrue(reader.next());

                assertEquals("row-too-long", RejectReason.of(reader.rejectCode()).text());
                assertEquals(length, reader.rowTotalLength());
                assertEquals(100, reader.rowLength());
                assertEquals(row.substring(0, 100), raw(reader));
                assertEquals(CsvOracle.crc(row), reader.rowChecksum());
                assertEquals(CsvOracle.crc(text), reader.sourceCheck());
                assertEquals(0, reader.fieldCount());
                assertFalse(reader.next());
            }
        }
    }

    @Test
    void shouldKeepRowOfExactlyTheLongestLength() {
        String row = "x".repeat(98) + ",y";

        assertEquals(List.of("2 [" + row.replace(",", ", ") + "]"), rows("a,b\n" + row, 100, 9));
        assertEquals(1, rows("a,b\n" + row + "\r\n", 100, 9).size());
    }

    @Test
    void shouldGoOnAfterTooLongRow() {
        String text = "a,b\n" + "x".repeat(300) + "\"\n1,2\n" + "y".repeat(150) + "\n3,4\n";
        List<String> rows = rows(text, 100, 13);

        assertEquals(4, rows.size());
        assertEquals("3 [1, 2]", rows.get(1));
        assertEquals("5 [3, 4]", rows.get(3));
    }

    @Test
    void shouldCutTheSameRowsHoweverTheBytesArrive() {
        long seed = 31;
        Random random = new Random(seed);
        for (int i = 0; i < 3_000; i++) {
            String text = "a,b\n" + randomText(random, 120);
            int maxRowLength = 1 + random.nextInt(20);
            List<String> whole = rows(text, Math.max(3, maxRowLength), Integer.MAX_VALUE);
            for (int chunk : new int[] {1, 2, 5}) {
                assertEquals(
                        whole,
                        rows(text, Math.max(3, maxRowLength), chunk),
                        () -> "seed " + seed + ": " + text);
            }
        }
    }

    @Test
    void shouldCoverEveryByteOfTheInputByExactlyOneRow() {
        long seed = 37;
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            String text = "a,b\n" + randomText(random, 120);
            CsvReader reader = new CsvReader(stream(text, 3), "t", 3 + random.nextInt(20));
            reader.readHeader();
            long line = 1;
            while (reader.next()) {
                assertTrue(reader.line() > line, () -> "seed " + seed + ": " + text);
                line = reader.line();
            }
            assertEquals(CsvOracle.crc(text), reader.sourceCheck(), () -> "seed " + seed);
        }
    }

    @Test
    void shouldAgreeWithOracleOnRandomText() {
        long seed = 41;
        Random random = new Random(seed);
        int rejected = 0;
        int good = 0;
        for (int i = 0; i < 10_000; i++) {
            String text = (random.nextInt(4) == 0 ? "a\n" : "a,b\n") + randomText(random, 60);
            List<CsvOracle.Row> expected = CsvOracle.read(text);
            CsvReader reader = new CsvReader(stream(text, 1 + random.nextInt(90)), "t");
            List<CsvOracle.Row> actual = new ArrayList<>();
            reader.readHeader();
            actual.add(row(reader));
            while (reader.next()) {
                actual.add(row(reader));
                rejected += reader.rejectCode() != 0 ? 1 : 0;
                good += reader.rejectCode() == 0 ? 1 : 0;
            }
            assertEquals(expected, actual, () -> "seed " + seed + ": " + text);
        }
        assertTrue(rejected > 1_000 && good > 10_000, rejected + " / " + good);
    }

    @Test
    void shouldSayAfterWhichLineTruncatedInputBreaksOff() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            Random random = new Random(3);
            gzip.write("a,b\n".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 5_000; i++) {
                gzip.write(
                        (random.nextLong() + "," + i + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        }
        byte[] cut = Arrays.copyOf(packed.toByteArray(), packed.size() / 2);
        CsvReader reader =
                new CsvReader(new GZIPInputStream(new ByteArrayInputStream(cut)), "in.csv.gz");
        reader.readHeader();
        long[] last = new long[1];
        PenstockException fault =
                assertThrows(
                        PenstockException.class,
                        () -> {
                            while (reader.next()) {
                                last[0] = reader.line();
                            }
                        });

        assertTrue(last[0] > 1_000);
        assertEquals(Category.INPUT, fault.category());
        assertTrue(
                fault.getMessage().contains("in.csv.gz is truncated after line " + last[0] + ":"),
                fault.getMessage());
        assertEquals(fault, assertThrows(PenstockException.class, reader::next));
    }

    @Test
    void shouldDeliverAllRowsBeforeDamagedTrailerIsAFault() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write("a,b\n1,2\n".getBytes(StandardCharsets.US_ASCII));
        }
        byte[] damaged = packed.toByteArray();
        damaged[damaged.length - 6] ^= 1;
        CsvReader reader =
                new CsvReader(new GZIPInputStream(new ByteArrayInputStream(damaged)), "t.gz");
        reader.readHeader();
        assertTrue(reader.next());

        PenstockException fault = assertThrows(PenstockException.class, reader::next);
        assertTrue(fault.getMessage().contains("t.gz cannot be read after line 2"));
    }

    @Test
    void shouldRefuseHeaderThatCannotBeRead() {
        for (String bad : new String[] {"a,\"b\nc", "a\"b,c\n", "\u00FF\n"}) {
            PenstockException fault =
                    assertThrows(PenstockException.class, () -> reader(bad).readHeader());
            assertEquals(Category.INPUT, fault.category());
        }
    }

    @Test
    void shouldNameMissingAndRepeatedColumns() {
        CsvHeader header = reader("ts,price,ts,qty\n").readHeader();

        assertEquals(1, header.indexOf("price"));
        PenstockException missing =
                assertThrows(PenstockException.class, () -> header.indexOf("prize"));
        assertEquals("input t has no column 'prize' (did you mean 'price'?)", missing.getMessage());
        PenstockException repeated =
                assertThrows(PenstockException.class, () -> header.indexOf("ts"));
        assertEquals(Category.CONFIGURATION, repeated.category());
        assertTrue(repeated.getMessage().contains("columns 1 and 3"));
    }

    @Test
    void shouldInsistOnItsOrderOfCalls() {
        CsvReader reader = reader("a\n");
        assertThrows(IllegalStateException.class, reader::next);
        reader.readHeader();
        assertThrows(IllegalStateException.class, reader::readHeader);
        assertThrows(PenstockException.class, () -> new CsvReader(stream("", 1), "t", 0));
    }

    @Test
    void shouldFindReasonsByTheirCodes() {
        for (RejectReason reason : RejectReason.values()) {
            assertEquals(reason, RejectReason.of(reason.code()));
            assertTrue(reason.text().matches("[a-z0-9-]+"));
        }
        assertThrows(IllegalArgumentException.class, () -> RejectReason.of(0));
    }

    private static String randomText(Random random, int length) {
        String alphabet = "ab,,\"\"\n\n\r1";
        StringBuilder text = new StringBuilder();
        int count = random.nextInt(length);
        boolean isTame = random.nextBoolean();
        for (int i = 0; i < count; i++) {
            if (isTame && random.nextInt(3) == 0) {
                text.append(random.nextBoolean() ? ",\"q\"\"\n,\"," : "1,2\r\n");
            } else {
                text.append(alphabet.charAt(random.nextInt(isTame ? 4 : alphabet.length())));
            }
        }
        return text.toString();
    }

    private static CsvOracle.Row row(CsvReader reader) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < reader.fieldCount(); i++) {
            fields.add(reader.fieldText(i));
        }
        int code = reader.rejectCode();
        return new CsvOracle.Row(
                reader.line(),
                code == 0 ? null : RejectReason.of(code).text(),
                fields,
                raw(reader),
                reader.sourceCheck());
    }

    private static String raw(CsvReader reader) {
        return new String(
                reader.rowBytes(),
                reader.rowOffset(),
                reader.rowLength(),
                StandardCharsets.ISO_8859_1);
    }

    private static List<String> rows(String text) {
        return rows(text, CsvReader.DEFAULT_MAX_ROW_LENGTH, Integer.MAX_VALUE);
    }

    private static List<String> rows(String text, int maxRowLength, int chunk) {
        CsvReader reader = new CsvReader(stream(text, chunk), "t", maxRowLength);
        reader.readHeader();
        List<String> rows = new ArrayList<>();
        while (reader.next()) {
            CsvOracle.Row row = row(reader);
            rows.add(
                    row.line()
                            + (row.reason() == null
                                    ? " " + row.fields()
                                    : " " + row.reason() + " [" + row.raw() + "]"));
        }
        return rows;
    }

    private static CsvReader reader(String latin1) {
        return new CsvReader(stream(latin1, Integer.MAX_VALUE), "t");
    }

    /** A stream that hands out at most so many bytes at a time. */
    private static InputStream stream(String latin1, int chunk) {
        byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(chunk, length));
            }
        };
    }
}
