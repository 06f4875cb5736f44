package io.penstock.benchmarks;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * W1, the bound: a plain copy into a mapped file whose pages have been touched before, with the
 * length in front of each event and nothing else.
 */
final class MappedCopyAppend extends AppendThenHandOff {
    private static final int HEADER_LENGTH = Long.BYTES;
    private static final int RECORD_LENGTH = HEADER_LENGTH + Events.LENGTH;
    private static final int PAGE_LENGTH = 4096;

    private final UnsafeBuffer file = new UnsafeBuffer(0, 0);
    private MappedByteBuffer mapping;

    MappedCopyAppend(String name, Events events, Path parent, int batch, boolean isHandedOff) {
        super(name, events, parent, batch, isHandedOff);
    }

    @Override
    void openLog(Path directory) throws IOException {
        long length = Math.multiplyExact(input().count(), RECORD_LENGTH);
        try (FileChannel channel =
                FileChannel.open(
                        directory.resolve("log"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            mapping = channel.map(FileChannel.MapMode.READ_WRITE, 0, length);
        }
        file.wrap(mapping);
        for (int i = 0; i < length; i += PAGE_LENGTH) {
            file.putByte(i, (byte) 0);
        }
    }

    @Override
    void append(int firstEvent, int count) {
        for (int i = firstEvent; i < firstEvent + count; i++) {
            int offset = i * RECORD_LENGTH;
            SlotRing.write(file, offset + HEADER_LENGTH, input().values(), i * Events.LONGS);
            file.putLongOrdered(offset, Events.LENGTH);
        }
    }

    @Override
    Answer readBack() {
        long count = 0;
        long sum = 0;
        for (int offset = 0; offset < file.capacity(); offset += RECORD_LENGTH) {
            if (file.getLongVolatile(offset) == Events.LENGTH) {
                sum += SlotRing.sum(file, offset + HEADER_LENGTH);
                count++;
            }
        }
        return new Answer(count, sum);
    }

    @Override
    void closeLog() {
        file.wrap(0, 0);
        IoUtil.unmap(mapping);
    }
}
