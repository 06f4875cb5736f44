package io.penstock.codecs.csv;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * What the reader must find in an input without long rows: regular expressions on Latin-1 text, one
 * row at a time and slowly.
 */
final class CsvOracle {
    private static final String FIELD = "(?:\"(?:[^\"]|\"\")*+\"|[^\",\n]*+)";
    private static final Pattern ROW =
            Pattern.compile(FIELD + "(?:," + FIELD + ")*+(?:(?<=\")\r)?(?:\n|\\z)");
    private static final Pattern OPEN_QUOTE =
            Pattern.compile("(?:" + FIELD + ",)*+\"(?:[^\"]|\"\")*+\\z");
    private static final Pattern GOOD_PART = Pattern.compile("(?:" + FIELD + ",)*+" + FIELD);
    private static final Pattern ONE_FIELD = Pattern.compile(FIELD);

    /**
     * A row as text: its line, its reason or null, its fields, its bytes, the checksum up to it.
     */
    record Row(long line, String reason, List<String> fields, String raw, int check) {}

    private CsvOracle() {}

    /** All rows, the header first. */
    static List<Row> read(String text) {
        List<Row> rows = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            String rest = text.substring(start);
            int end = start + rest.length();
            String reason = null;
            List<String> fields = List.of();
            Matcher row = ROW.matcher(rest);
            Matcher good = GOOD_PART.matcher(rest);
            if (row.lookingAt()) {
                end = start + row.end();
                fields = fields(withoutLineEnd(rest.substring(0, row.end())));
            } else if (OPEN_QUOTE.matcher(rest).lookingAt()) {
                reason = "unterminated-quote";
                end = lineEnd(text, start);
            } else if (good.lookingAt()) {
                reason = "bad-quote";
                end = lineEnd(text, start + good.end());
            }
            String raw = withoutLineEnd(text.substring(start, end));
            long line = 1 + text.substring(0, start).chars().filter(c -> c == '\n').count();
            if (!raw.isEmpty() || rows.isEmpty() || rows.get(0).fields().size() == 1) {
                rows.add(new Row(line, reason, fields, raw, crc(text.substring(0, end))));
            }
            start = end;
        }
        return rows;
    }

    static int crc(String latin1) {
        CRC32C crc = new CRC32C();
        crc.update(latin1.getBytes(StandardCharsets.ISO_8859_1));
        return (int) crc.getValue();
    }

    private static List<String> fields(String row) {
        List<String> fields = new ArrayList<>();
        Matcher field = ONE_FIELD.matcher(row);
        int at = 0;
        do {
            field.region(at, row.length()).lookingAt();
            String value = field.group();
            fields.add(
                    value.startsWith("\"")
                            ? value.substring(1, value.length() - 1).replace("\"\"", "\"")
                            : value);
            at = field.end() + 1;
        } while (at <= row.length());
        return fields;
    }

    private static int lineEnd(String text, int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end + 1;
    }

    private static String withoutLineEnd(String row) {
        String line = row.endsWith("\n") ? row.substring(0, row.length() - 1) : row;
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }
}
