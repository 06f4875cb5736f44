package io.penstock.engine.egress;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Results as rows on a stream that cannot be opened again, such as standard output. */
public final class CsvStreamSink implements Sink {
    private final OutputStream stream;
    private final CsvFormat format;
    private final CsvLine line = new CsvLine();
    private long ordinal;

    /** Creates a sink; the stream stays the caller's. */
    public CsvStreamSink(OutputStream stream, CsvFormat format) {
        this.stream = stream;
        this.format = format;
    }

    @Override
    public long open(Committed committed) {
        format.header(line);
        flush();
        return 0;
    }

    @Override
    public void write(OutputRecord record) {
        format.row(record, line);
        ordinal++;
    }

    @Override
    public void flush() {
        ByteBuffer bytes = line.view();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        try {
            stream.write(copy);
        } catch (IOException e) {
            throw new PenstockException(Category.STORAGE, "cannot write results: " + e, e);
        }
        line.reset();
    }

    @Override
    public void force() {
        // A stream has no medium.
    }

    @Override
    public Committed committed() {
        return new Committed(ordinal, 0, 0);
    }

    @Override
    public void close() {
        flush();
    }
}
