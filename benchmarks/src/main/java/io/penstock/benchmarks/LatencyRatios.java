package io.penstock.benchmarks;

import io.penstock.engine.Layout;
import io.penstock.journal.JournalKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Latencies under an open load against a bare Disruptor's: each system runs for a moment in each
 * repetition, and medians over repetitions are compared. Above the 90th percentile a machine that
 * is shared with others measures them.
 */
final class LatencyRatios implements RatioGroup {
    private static final int EVENT_COUNT = 1_000_000;
    private static final long WARM_UP_RATE = 1_000_000;
    private static final double WARM_UP_S = 0.7;
    private static final double SMOKE_SHARE = 0.1;
    private static final double SECONDS = 0.4;
    private static final double ENGINE_SECONDS = 1.2;
    private static final int MEDIAN = 50;
    private static final int MOST = 90;
    private static final double NS_PER_US = 1e3;

    /** Measured, and at which rate. */
    private record Load(PacedSystem system, long ratePerSecond, String suffix) {
        String name() {
            return system.label() + suffix;
        }

        /** A journal's first moments are left out, in which it makes its next file. */
        double seconds() {
            return switch (system) {
                case DISRUPTOR, RING, HAND_LOOP -> SECONDS;
                case ENGINE, ENGINE_SINK -> ENGINE_SECONDS;
            };
        }
    }

    private static final List<Load> LOADS =
            List.of(
                    new Load(PacedSystem.DISRUPTOR, 1_000_000, "-1m"),
                    new Load(PacedSystem.RING, 1_000_000, "-1m"),
                    new Load(PacedSystem.DISRUPTOR, 100_000, "-100k"),
                    new Load(PacedSystem.RING, 100_000, "-100k"),
                    new Load(PacedSystem.ENGINE, 100_000, "-100k"),
                    new Load(PacedSystem.ENGINE_SINK, 100_000, "-100k"));

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public List<Ratio> ratios() {
        return List.of(
                ratio(1.1, "handoff-p50-vs-disruptor", "penstock-ring-1m", "disruptor-1m", MEDIAN),
                ratio(
                        1.1,
                        "handoff-100k-p50-vs-disruptor",
                        "penstock-ring-100k",
                        "disruptor-100k",
                        MEDIAN),
                ratio(3, "event-p50-vs-disruptor", "penstock-100k", "disruptor-100k", MEDIAN),
                ratio(3, "event-p90-vs-disruptor", "penstock-100k", "disruptor-100k", MOST),
                // No goal of their own: until an event that is sent on has come out at the sink.
                Ratio.note(
                        "sink-p50-vs-disruptor",
                        "penstock-sink-100k-p" + MEDIAN,
                        "disruptor-100k-p" + MEDIAN),
                Ratio.note(
                        "sink-p90-vs-disruptor",
                        "penstock-sink-100k-p" + MOST,
                        "disruptor-100k-p" + MOST));
    }

    private static Ratio ratio(double goal, String name, String ours, String other, int at) {
        return Ratio.atMost(goal, name, ours + "-p" + at, other + "-p" + at);
    }

    @Override
    public Map<String, Double> measure(Setting setting) {
        setting.log().accept("generating " + EVENT_COUNT + " events");
        Events events = Events.generate(EVENT_COUNT, Setting.FEW_KEYS);
        OpenLoad load =
                new OpenLoad(events, setting.directory(), Layout.SHARED, JournalKind.SEGMENT);
        int repetitions = setting.size().pick(1, 7, 21);
        double share = setting.isSmoke() ? SMOKE_SHARE : 1;
        for (Load each : LOADS) {
            load.run(each.system(), WARM_UP_RATE, WARM_UP_S * share);
        }
        Map<String, List<Double>> held = new TreeMap<>();
        Map<String, List<Double>> missed = new TreeMap<>();
        Noise noise = new Noise();
        for (int i = 0; i < repetitions; i++) {
            for (Load each : LOADS) {
                Pace pace = load.run(each.system(), each.ratePerSecond(), each.seconds() * share);
                if (!pace.isHeld()) {
                    setting.log().accept(each.name() + ": the rate was missed, the run left out");
                }
                Map<String, List<Double>> runs = pace.isHeld() ? held : missed;
                for (int at : new int[] {MEDIAN, MOST}) {
                    runs.computeIfAbsent(each.name() + "-p" + at, name -> new ArrayList<>())
                            .add((double) pace.latencies().getValueAtPercentile(at));
                }
            }
        }
        setting.log().accept(name() + ": others used " + noise.describe());
        missed.forEach(
                (name, values) -> {
                    if (held.putIfAbsent(name, values) == null) {
                        setting.log().accept(name + ": every run missed the rate");
                    }
                });
        return medians(setting, held);
    }

    private static Map<String, Double> medians(Setting setting, Map<String, List<Double>> runs) {
        Map<String, Double> medians = new LinkedHashMap<>();
        runs.forEach(
                (name, list) -> {
                    double[] values = list.stream().mapToDouble(value -> value).sorted().toArray();
                    double median =
                            (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
                    medians.put(name, median);
                    setting.log()
                            .accept(
                                    String.format(
                                            Locale.ROOT,
                                            "%-28s %8.3f us [%.3f..%.3f]",
                                            name,
                                            median / NS_PER_US,
                                            values[0] / NS_PER_US,
                                            values[values.length - 1] / NS_PER_US));
                });
        return medians;
    }
}
