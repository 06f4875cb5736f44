package io.penstock.engine.egress;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.fault.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Results as rows of a CSV file.
 *
 * <p>Opened again, the file is kept as far as a snapshot vouches for it by length and CRC32C, and
 * cut there; what follows is written again from the output log. A file that is missing, shorter or
 * another is made anew from the first result. So its bytes are those of a run that never stopped.
 */
public final class CsvFileSink implements Sink {
    private static final int FLUSH_BYTES = 48 * 1024;
    private static final int READ_BYTES = 256 * 1024;

    private final Path path;
    private final CsvFormat format;
    private final CsvLine line = new CsvLine();
    private final CRC32C crc = new CRC32C();
    private FileChannel channel;
    private long lengthBytes;
    private long ordinal;

    /** Creates a sink that is not opened. */
    public CsvFileSink(Path path, CsvFormat format) {
        this.path = path;
        this.format = format;
    }

    @Override
    public long open(Committed committed) {
        try {
            channel =
                    PrivateFiles.open(
                            path,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            if (committed.lengthBytes() > 0 && holds(committed)) {
                channel.truncate(committed.lengthBytes());
                lengthBytes = committed.lengthBytes();
                ordinal = committed.ordinal();
                return ordinal;
            }
            channel.truncate(0);
        } catch (IOException e) {
            throw fault("open", e);
        }
        crc.reset();
        lengthBytes = 0;
        ordinal = 0;
        format.header(line);
        flush();
        return 0;
    }

    @Override
    public void openAt(long firstOrdinal) {
        open(Committed.NONE);
        ordinal = firstOrdinal;
    }

    private boolean holds(Committed committed) throws IOException {
        crc.reset();
        if (channel.size() < committed.lengthBytes()) {
            return false;
        }
        ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
        long at = 0;
        while (at < committed.lengthBytes()) {
            buffer.clear().limit((int) Math.min(READ_BYTES, committed.lengthBytes() - at));
            int count = channel.read(buffer, at);
            if (count < 0) {
                return false;
            }
            at += count;
            crc.update(buffer.flip());
        }
        return (int) crc.getValue() == committed.checksum();
    }

    @Override
    public void write(OutputRecord record) {
        if (record.ordinal() != ordinal) {
            throw new IllegalStateException(
                    path + " expects result " + ordinal + ", was given " + record.ordinal());
        }
        format.row(record, line);
        ordinal++;
        if (line.length() >= FLUSH_BYTES) {
            flush();
        }
    }

    @Override
    public void flush() {
        if (line.length() == 0) {
            return;
        }
        ByteBuffer view = line.view();
        crc.update(view);
        view.rewind();
        try {
            while (view.hasRemaining()) {
                lengthBytes += channel.write(view, lengthBytes);
            }
        } catch (IOException e) {
            throw fault("write", e);
        }
        line.reset();
    }

    @Override
    public void force() {
        try {
            channel.force(true);
        } catch (IOException e) {
            throw fault("sync", e);
        }
    }

    @Override
    public Committed committed() {
        return new Committed(ordinal, lengthBytes, (int) crc.getValue());
    }

    @Override
    public void close() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw fault("close", e);
            }
        }
    }

    private PenstockException fault(String action, IOException cause) {
        return new PenstockException(
                Category.STORAGE,
                "cannot "
                        + action
                        + " the output file "
                        + path
                        + ": "
                        + cause
                        + (action.equals("open")
                                ? " (its directory must exist and be writable)"
                                : " (make room or repair the storage, then start again: what is"
                                        + " missing is made from the output log)"),
                cause);
    }
}
