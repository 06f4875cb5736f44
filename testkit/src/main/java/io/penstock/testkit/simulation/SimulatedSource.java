package io.penstock.testkit.simulation;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** Everything that one source will ever send, position by position; it can always send again. */
final class SimulatedSource {
    private static final long MILLISECOND_NS = 1_000_000;
    private static final int LENGTH = 128;

    private final List<byte[]> messages = new ArrayList<>();

    SimulatedSource(SplittableRandom random, int events, int keys) {
        KeyedValueEncoder encoder = new KeyedValueEncoder();
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[LENGTH]);
        long timeMs = random.nextInt(-50, 50);
        for (int i = 0; i < events; i++) {
            timeMs += random.nextInt(20) == 0 ? random.nextInt(100) : random.nextInt(6);
            long lagMs = random.nextInt(10) == 0 ? random.nextInt(90) : random.nextInt(25);
            BuiltinMessages.KEYED_VALUE.wrapAndWriteHeader(encoder, buffer, 0);
            encoder.eventTimeNs((timeMs - lagMs) * MILLISECOND_NS + random.nextInt(2));
            encoder.value().mantissa(random.nextInt(-20, 1000)).scale((short) 0);
            byte[] key = ("k" + random.nextInt(keys)).getBytes(StandardCharsets.US_ASCII);
            encoder.putKey(key, 0, key.length);
            byte[] message = new byte[BuiltinMessages.KEYED_VALUE.encodedLength(encoder)];
            buffer.getBytes(0, message);
            messages.add(message);
        }
    }

    int count() {
        return messages.size();
    }

    byte[] message(long position) {
        return messages.get((int) position);
    }

    /** The running checksum that the record at a position carries. */
    static int check(long position) {
        return (int) position * 0x9E3779B9;
    }
}
