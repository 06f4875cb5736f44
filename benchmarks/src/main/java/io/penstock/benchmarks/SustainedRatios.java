package io.penstock.benchmarks;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Journals against a mapped copy and bare Chronicle over twenty gigabytes, until all is on the
 * disk, which sets the pace: what is beside the bursts of {@link AppendRatios}. Too long for {@code
 * --quick}, which leaves it out.
 */
final class SustainedRatios implements RatioGroup {
    private static final String PREFIX = "sustained-";
    private static final long SMOKE_BYTES = 64_000_000;
    private static final long FULL_BYTES = 20_000_000_000L;

    @Override
    public String name() {
        return "sustained";
    }

    @Override
    public List<Ratio> ratios() {
        return List.of(
                ratio(0.7, "segment", "mapped-copy"),
                ratio(3, "segment", "chronicle-64"),
                ratio(6, "segment", "chronicle-1"),
                ratio(1.5, "chronicle-frames", "chronicle-64"),
                ratio(4, "chronicle-frames", "chronicle-1"));
    }

    private static Ratio ratio(double goal, String ours, String other) {
        return Ratio.atLeast(goal, PREFIX + ours + "-vs-" + other, PREFIX + ours, PREFIX + other);
    }

    @Override
    public Map<String, Double> measure(Setting setting) throws IOException {
        if (setting.isQuick() && !setting.isSmoke()) {
            setting.log().accept("sustained: left out by --quick; perf-scripts/sustained has it");
            return Map.of();
        }
        Map<String, Double> rates = new LinkedHashMap<>();
        long bytes = setting.isSmoke() ? SMOKE_BYTES : FULL_BYTES;
        Sustained sustained = new Sustained(bytes, setting.directory(), setting.log());
        for (String system : Sustained.SYSTEMS.keySet()) {
            rates.put(PREFIX + system, sustained.run(system));
        }
        return rates;
    }
}
