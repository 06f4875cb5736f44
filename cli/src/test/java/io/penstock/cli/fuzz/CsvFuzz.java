package io.penstock.cli.fuzz;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.CsvReader;
import io.penstock.codecs.csv.TimeUnitFormat;
import java.io.ByteArrayInputStream;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** CSV rows, read and mapped to messages; the first byte chooses longest row and form of times. */
public final class CsvFuzz implements FuzzTarget {
    private static final CsvFuzz TARGET = new CsvFuzz();
    private static final TimeUnitFormat[] FORMATS = TimeUnitFormat.values();

    private final UnsafeBuffer message = new UnsafeBuffer(new byte[256]);

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] input) {
        TARGET.run(input);
    }

    @Override
    public Verdict run(byte[] input) {
        int flags = Bytes.flags(input);
        byte[] text = Bytes.rest(input).array();
        return Typed.of(() -> read(text, flags));
    }

    private boolean read(byte[] text, int flags) {
        int longest = (flags & 1) == 0 ? 64 : CsvReader.DEFAULT_MAX_ROW_LENGTH;
        TimeUnitFormat format = FORMATS[(flags >>> 1 & 7) % FORMATS.length];
        try (CsvReader reader = new CsvReader(new ByteArrayInputStream(text), "input", longest)) {
            CsvMapper mapper =
                    CsvMapper.of(BuiltinMessages.CARD_TRANSACTION)
                            .time("eventTimeNs", "t", format)
                            .decimal("amount", "v", 2)
                            .key("customer", List.of("k", "v"))
                            .field("terminal", "k")
                            .field("txId", "t")
                            .unset("seq")
                            .build(reader.readHeader());
            long rows = 0;
            long line = 0;
            int mapped = 0;
            while (reader.next()) {
                if (++rows > text.length || reader.line() <= line) {
                    throw new AssertionError("row " + rows + " at line " + reader.line());
                }
                line = reader.line();
                int length = mapper.map(reader, message, 0);
                if (length > 0) {
                    int code =
                            BuiltinMessages.CARD_TRANSACTION
                                    .validator()
                                    .validate(message, 0, length);
                    if (code != 0) {
                        throw new AssertionError("a mapped message is not valid: " + code);
                    }
                    mapped++;
                }
                reader.rowChecksum();
            }
            return mapped > 0;
        }
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                Bytes.with(1, Bytes.of("t,k,v\n1,a,1.5\n2,\"b,\"\"c\",-2\n\n3,,1e3\n")),
                Bytes.with(0, Bytes.of("t,k,v\r\n1,a," + "9".repeat(80) + "\n2,b,2\r\n")),
                Bytes.with(9, Bytes.of("t,k,v\n2026-01-31T12:00:00.25Z,é,1\n")),
                Bytes.with(1, Bytes.of("\u00ef\u00bb\u00bft,k,v\n1,\"a\nb\",2\n2,\"open,1\n")));
    }
}
