package io.penstock.codecs.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class CsvWriterTest {
    private final CsvWriter writer = new CsvWriter();

    @Test
    void shouldQuoteOnlyWhereItMust() throws IOException {
        writer.row(List.of("plain", "a,b", "say \"x\"", "two\nlines", "cr\r", " space ", ""));
        writer.empty().field(-5).decimal(0, 150, 2).field("é").endRow();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.writeTo(out);

        assertEquals(
                "plain,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\"cr\r\", space ,\n,-5,1.5,é\n",
                out.toString(StandardCharsets.UTF_8));
        writer.reset();
        assertEquals(0, writer.length());
    }

    @Test
    void shouldWriteWhatTheReaderReads() {
        long seed = 61;
        Random random = new Random(seed);
        List<List<String>> rows = new ArrayList<>();
        writer.row(List.of("a", "b", "c"));
        for (int i = 0; i < 2_000; i++) {
            List<String> row = new ArrayList<>();
            for (int j = 0; j < 3; j++) {
                String value = text(random);
                row.add(value);
                byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
                if (random.nextBoolean()) {
                    writer.field(new UnsafeBuffer(bytes), 0, bytes.length);
                } else {
                    writer.field(bytes, 0, bytes.length);
                }
            }
            writer.endRow();
            rows.add(row);
        }
        CsvReader reader =
                new CsvReader(new ByteArrayInputStream(writer.buffer(), 0, writer.length()), "t");
        reader.readHeader();
        for (List<String> row : rows) {
            reader.next();
            List<String> read = new ArrayList<>();
            for (int j = 0; j < reader.fieldCount(); j++) {
                read.add(reader.fieldText(j));
            }
            assertEquals(row, read, () -> "seed " + seed);
        }
        assertEquals(false, reader.next());
    }

    private static String text(Random random) {
        String alphabet = "ab,\"\n\ré1 ";
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(6);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
