package io.penstock.testkit.harness;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.engine.pipeline.Pipeline;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/** Random keyed values with disorder, ties, duplicates, and keys of all kinds. */
final class RandomEvents {
    /** The empty key, one byte, characters outside of the basic plane, and long ones. */
    static final List<String> KEYS =
            List.of("", "a", "b", "\u00e9t\u00e9", "\ud83d\ude80", "\u0000", "k".repeat(64), " ");

    private static final long MILLISECOND_NS = 1_000_000;

    private RandomEvents() {}

    /** Inputs of a pipeline of keyed values: all its sources by turns, ticks, and the ends. */
    static HarnessInputs of(Pipeline pipeline, long seed, int events, boolean withTicks) {
        HarnessInputs inputs = new HarnessInputs(pipeline);
        addTo(inputs, pipeline, seed, events, withTicks);
        return inputs;
    }

    /** Adds the same to what may be there already. */
    static void addTo(
            HarnessInputs inputs, Pipeline pipeline, long seed, int events, boolean withTicks) {
        SplittableRandom random = new SplittableRandom(seed);
        int sources = pipeline.sources().size();
        long timeMs = random.nextInt(-50, 50);
        long clockNs = 1_000_000_000_000L;
        for (int i = 0; i < events; i++) {
            clockNs += random.nextInt(5) * MILLISECOND_NS;
            inputs.at(clockNs);
            timeMs += random.nextInt(20) == 0 ? random.nextInt(100) : random.nextInt(6);
            long lagMs = random.nextInt(10) == 0 ? random.nextInt(90) : random.nextInt(25);
            long timeNs = (timeMs - lagMs) * MILLISECOND_NS + random.nextInt(2);
            String source = pipeline.sources().get(random.nextInt(sources)).name();
            int times = random.nextInt(8) == 0 ? 2 : 1;
            long value = random.nextInt(-20, 1000);
            String key = KEYS.get(random.nextInt(KEYS.size()));
            for (int j = 0; j < times; j++) {
                event(inputs, source, timeNs, key, value);
            }
            if (withTicks && random.nextInt(4) == 0) {
                clockNs += random.nextInt(40) * MILLISECOND_NS;
                inputs.tick(clockNs);
            }
        }
        inputs.endAll();
    }

    static void event(HarnessInputs inputs, String source, long timeNs, String key, long value) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        inputs.send(
                source,
                BuiltinMessages.KEYED_VALUE,
                event -> {
                    event.eventTimeNs(timeNs);
                    event.value().mantissa(value).scale((short) 0);
                    event.putKey(bytes, 0, bytes.length);
                });
    }
}
