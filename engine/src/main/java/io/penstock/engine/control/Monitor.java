package io.penstock.engine.control;

import io.penstock.engine.core.Core;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.stage.OperatorStage;
import io.penstock.engine.telemetry.Counter;
import io.penstock.engine.telemetry.EngineCounters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Publishes what the core counts and how long records take, on the operator thread.
 *
 * <p>The latency of a duty cycle is that of its oldest record, from the ingress clock to the end of
 * its last step, once for each record of the cycle: an upper bound for each. Reads a clock, but
 * tells the core nothing.
 */
public final class Monitor implements OperatorStage.BatchListener {
    private static final long PUBLISH_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long MAX_LATENCY_NS = TimeUnit.HOURS.toNanos(1);

    /** A count that is no count of the stage's, but what it holds. */
    private static final int HELD_INDEX = -1;

    private static final String HELD = ".held";

    private final EpochNanoClock clock;
    private final EngineCounters counters;
    private final Histogram latencies = new Histogram(MAX_LATENCY_NS, 2);
    private final List<Mirror> mirrors = new ArrayList<>();
    private final Counter processed;
    private final Counter timeNs;
    private final Counter stateBytes;
    private final Counter p50;
    private final Counter p90;
    private final Counter p99;
    private final Counter p999;
    private final Counter max;
    private Core core;
    private long nextPublishNs;

    /** One count of one stage and its counter. */
    private record Mirror(Operator operator, int index, Counter counter) {}

    /** Creates a monitor of no core yet. */
    public Monitor(EngineCounters counters, EpochNanoClock clock) {
        this.counters = counters;
        this.clock = clock;
        this.processed = counters.counter("processed.sequence");
        this.timeNs = counters.counter("engine.timeNs");
        this.stateBytes = counters.counter("state.bytes");
        this.p50 = counters.counter("latency.p50Ns");
        this.p90 = counters.counter("latency.p90Ns");
        this.p99 = counters.counter("latency.p99Ns");
        this.p999 = counters.counter("latency.p999Ns");
        this.max = counters.counter("latency.maxNs");
    }

    /** Starts to mirror a core's counts; before its thread runs. */
    public void watch(Core watched) {
        core = watched;
        for (Operator operator : watched.operators()) {
            String[] labels = operator.countLabels();
            for (int i = 0; i < labels.length; i++) {
                mirrors.add(
                        new Mirror(
                                operator, i, counters.counter(operator.name() + "." + labels[i])));
            }
            if (operator.outcomes().length > 0) {
                mirrors.add(
                        new Mirror(operator, HELD_INDEX, counters.counter(operator.name() + HELD)));
            }
        }
        publish();
    }

    /** What became of the events of each stage that keeps an account, as published last. */
    public List<StageAccount> accounts() {
        Map<String, Long> values = counters.values();
        List<StageAccount> accounts = new ArrayList<>();
        for (Operator operator : core.operators()) {
            String[] labels = operator.countLabels();
            Map<String, Long> outcomes = new LinkedHashMap<>();
            for (int outcome : operator.outcomes()) {
                outcomes.put(labels[outcome], values.get(operator.name() + "." + labels[outcome]));
            }
            if (!outcomes.isEmpty()) {
                accounts.add(
                        new StageAccount(
                                operator.name(),
                                values.get(operator.name() + "." + labels[0]),
                                outcomes,
                                values.get(operator.name() + HELD)));
            }
        }
        return accounts;
    }

    @Override
    public void onBatch(long oldestTimeNs, long records) {
        long nowNs = clock.nanoTime();
        long latencyNs = Math.min(Math.max(nowNs - oldestTimeNs, 0), MAX_LATENCY_NS);
        latencies.recordValueWithCount(latencyNs, records);
        if (nowNs >= nextPublishNs) {
            nextPublishNs = nowNs + PUBLISH_EVERY_NS;
            publish();
        }
    }

    /** Publishes everything as it is now; the operator thread, or any when that has stopped. */
    public void publish() {
        processed.setRelease(core.lastSequence());
        timeNs.setRelease(core.timeNs());
        stateBytes.setRelease(core.stateBytes());
        for (int i = 0; i < mirrors.size(); i++) {
            Mirror mirror = mirrors.get(i);
            Operator operator = mirror.operator();
            mirror.counter()
                    .setRelease(
                            mirror.index() == HELD_INDEX
                                    ? operator.held()
                                    : operator.countOf(mirror.index()));
        }
        p50.setRelease(latencies.getValueAtPercentile(50));
        p90.setRelease(latencies.getValueAtPercentile(90));
        p99.setRelease(latencies.getValueAtPercentile(99));
        p999.setRelease(latencies.getValueAtPercentile(99.9));
        max.setRelease(latencies.getMaxValue());
    }
}
