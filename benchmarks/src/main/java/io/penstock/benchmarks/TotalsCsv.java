package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.AccountTotalsDecoder;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.egress.OutputRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** W2's results as rows, and back. */
final class TotalsCsv implements CsvFormat {
    private static final int MESSAGE_HEADER_LENGTH = 8;
    private static final String[] COLUMNS = {
        "account", "windowStartNs", "total", "payments", "largest"
    };

    private final AccountTotalsDecoder totals = new AccountTotalsDecoder();

    @Override
    public void header(CsvLine line) {
        for (String column : COLUMNS) {
            line.field(column);
        }
        line.endRow();
    }

    @Override
    public void row(OutputRecord record, CsvLine line) {
        totals.wrap(
                record.buffer(),
                record.messageOffset() + MESSAGE_HEADER_LENGTH,
                AccountTotalsDecoder.BLOCK_LENGTH,
                AccountTotalsDecoder.SCHEMA_VERSION);
        line.field(totals.account())
                .field(totals.windowStartNs())
                .field(totals.total())
                .field(totals.payments())
                .field(totals.largest())
                .endRow();
    }

    /** What the rows of a file add up to. */
    static Answer read(Path file) {
        long count = 0;
        long checksum = 0;
        try (BufferedReader rows = Files.newBufferedReader(file)) {
            String header = rows.readLine();
            if (!String.join(",", COLUMNS).equals(header)) {
                throw new IllegalStateException("unexpected header: " + header);
            }
            for (String row = rows.readLine(); row != null; row = rows.readLine()) {
                String[] columns = row.split(",", COLUMNS.length);
                checksum +=
                        Answer.mix(
                                Long.parseLong(columns[0]),
                                TimeUnit.NANOSECONDS.toMillis(Long.parseLong(columns[1])),
                                Long.parseLong(columns[2]),
                                Long.parseLong(columns[3]),
                                Long.parseLong(columns[4]));
                count++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Answer(count, checksum);
    }
}
