package io.penstock.testkit.oracle;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.testkit.harness.HarnessInputs;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random events of one source: drifting times with disorder, ties, duplicates, jumps to anywhere
 * and to the ends of time; keys that are empty, long, and no text at all.
 */
final class RandomStream {
    private final SplittableRandom random;
    private final long originNs;
    private final long spreadNs;
    private final boolean isWild;
    private final List<byte[]> keys;
    private long timeNs;
    private int index;

    /**
     * Creates a stream.
     *
     * @param unitNs what the times are multiples of, and a little more
     * @param isWild whether times jump, and begin at the ends of time
     */
    RandomStream(SplittableRandom random, long unitNs, boolean isWild) {
        this.random = random;
        this.isWild = isWild;
        this.originNs = isWild ? wildOrigin() : random.nextLong(-100, 100) * unitNs;
        this.spreadNs = (1 + random.nextInt(random.nextBoolean() ? 10 : 150)) * unitNs;
        this.keys = keys(random);
        this.timeNs = originNs;
    }

    private long wildOrigin() {
        return switch (random.nextInt(4)) {
            case 0 -> Long.MAX_VALUE - random.nextInt(60);
            case 1 -> Long.MIN_VALUE + random.nextInt(60);
            case 2 -> random.nextLong();
            default -> random.nextInt(200) - 100;
        };
    }

    private static List<byte[]> keys(SplittableRandom random) {
        List<byte[]> keys = new ArrayList<>();
        int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 40 : 4);
        for (int i = 0; i < count; i++) {
            int length =
                    switch (random.nextInt(8)) {
                        case 0 -> 0;
                        case 1 -> 1024 - random.nextInt(3);
                        case 2 -> random.nextInt(200);
                        default -> 1 + random.nextInt(9);
                    };
            byte[] key = new byte[length];
            random.nextBytes(key);
            keys.add(key);
        }
        return keys;
    }

    /** So many events, as inputs of a source too. */
    List<TimedValue> events(HarnessInputs inputs, String source, int count) {
        List<TimedValue> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            timeNs = nextTime(index++);
            byte[] key = keys.get(random.nextInt(keys.size()));
            long value = random.nextInt(10) == 0 ? random.nextLong() : random.nextInt(-50, 1000);
            int times = random.nextInt(15) == 0 ? 2 : 1;
            for (int j = 0; j < times; j++) {
                TimedValue event = new TimedValue(inputs.count(), timeNs, key, value);
                events.add(event);
                send(inputs, source, event);
            }
        }
        return events;
    }

    static void send(HarnessInputs inputs, String source, TimedValue event) {
        inputs.send(
                source,
                BuiltinMessages.KEYED_VALUE,
                message -> {
                    message.eventTimeNs(event.timeNs());
                    message.value().mantissa(event.value()).scale((short) 0);
                    message.putKey(event.key(), 0, event.key().length);
                });
    }

    private long nextTime(int at) {
        int choice = random.nextInt(40);
        if (choice >= 3 && choice <= 10) {
            return timeNs; // a tie
        }
        if (isWild && choice < 3) {
            return switch (choice) {
                case 0 -> random.nextLong();
                case 1 -> originNs < -1000 ? Long.MIN_VALUE : originNs;
                default -> at > 30 && originNs > 1000 ? Long.MAX_VALUE : originNs;
            };
        }
        long drift = at * (spreadNs / 8) + random.nextLong(spreadNs);
        long time = originNs + drift;
        return originNs > 0 && time < 0 ? Long.MAX_VALUE - drift % 100 : time;
    }
}
