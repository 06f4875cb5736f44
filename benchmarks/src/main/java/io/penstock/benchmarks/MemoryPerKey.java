package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.PaymentEncoder;
import io.penstock.engine.core.Core;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.Step;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Memory of a core's state per key, as a ratio to what a user put there: 8 bytes of the key and a
 * value of 24, which are a sum, a count and a maximum. Once in one long window, once in a handler's
 * state. Exact, not measured: memory outside the heap, as the engine's own limit counts it.
 */
final class MemoryPerKey implements RatioGroup {
    private static final int KEYS = 1_000_000;
    private static final int VALUE_LENGTH = 24;
    private static final int HEADER_LENGTH = 8;
    private static final CoreLimits LIMITS = new CoreLimits(2L << 30, 4096);

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public List<Ratio> ratios() {
        return List.of(
                Ratio.atMost(2, "memory-per-key-1m", "window-state"),
                Ratio.atMost(2, "memory-per-key-value-1m", "value-state"));
    }

    @Override
    public Map<String, Double> measure(Setting setting) {
        Map<String, Double> ratios = new LinkedHashMap<>();
        ratios.put(
                "window-state", ratio(setting, Pipelines.totals(Sinks.custom(new TotalsSink()))));
        ratios.put("value-state", ratio(setting, Pipelines.sums(Sinks.custom(new TotalsSink()))));
        return ratios;
    }

    private static double ratio(Setting setting, Pipeline pipeline) {
        try (OutputRing ring = new OutputRing(1 << 20);
                Core core = new Core(pipeline, LIMITS, 1, ring)) {
            long empty = core.stateBytes();
            fill(core);
            long bytes = core.stateBytes();
            setting.log()
                    .accept(
                            String.format(
                                    Locale.ROOT,
                                    "memory: %s %.1f bytes a key, %d of them before the first",
                                    pipeline.name(),
                                    (double) bytes / KEYS,
                                    empty));
            return (double) bytes / KEYS / (Long.BYTES + VALUE_LENGTH);
        }
    }

    private static void fill(Core core) {
        RecordView record = new RecordView();
        PaymentEncoder encoder = new PaymentEncoder();
        UnsafeBuffer message = new UnsafeBuffer(new byte[HEADER_LENGTH + Events.LENGTH]);
        long[] event = new long[Events.LONGS];
        for (int i = 0; i < KEYS; i++) {
            event[Events.ID] = i;
            event[Events.ACCOUNT] = Answer.finish(i + 1) >>> 1;
            event[Events.TIME_MS] = Events.START_MS;
            event[Events.AMOUNT] = i;
            PenstockPipeline.encode(encoder, message, 0, event, 0);
            record.header(i, i, RecordKind.DATA, (byte) 0, 0, i, 0);
            record.message(message, 0, message.capacity());
            Step step = core.step(record);
            while (step != Step.COMPLETE) {
                if (step == Step.BLOCKED) {
                    throw new IllegalStateException("there are results where none can be");
                }
                step = core.step(record);
            }
        }
    }
}
