package io.penstock.benchmarks;

import io.penstock.benchmarks.Interleaved.Entrant;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Windows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The core alone on one thread over tumbling and overlapping windows. */
final class OverlapRatios implements RatioGroup {
    @Override
    public String name() {
        return "overlap-10k";
    }

    @Override
    public List<Ratio> ratios() {
        return List.of(
                Ratio.atLeast(0.8, "core-w2-10k-vs-hand", "core-1s", "hand-1s"),
                // 0.4 of the rate is 2.5 times the cost.
                Ratio.atLeast(0.4, "overlap-10s-by-1s-vs-tumbling", "core-10s-by-1s", "core-1s"),
                Ratio.atLeast(1, "overlap-10s-by-1s-vs-hand", "core-10s-by-1s", "hand-10s-by-1s"),
                Ratio.atLeast(0.4, "overlap-60s-by-1s-vs-tumbling", "core-60s-by-1s", "core-1s"),
                Ratio.atLeast(0.4, "overlap-60s-by-7s-vs-tumbling", "core-60s-by-7s", "core-1s"));
    }

    @Override
    public Map<String, Double> measure(Setting setting) {
        Events events = setting.events(Setting.FEW_KEYS);
        List<Entrant> entrants = new ArrayList<>();
        HandLoop loop = new HandLoop("hand-1s", events);
        entrants.add(new Entrant(loop, loop.answerOnce()));
        entrants.add(new Entrant(windows("core-1s", events, 1, 1), loop.answerOnce()));
        HandPanes panes = panes(events, 10, 1);
        entrants.add(new Entrant(panes, panes.answerOnce()));
        entrants.add(new Entrant(windows("core-10s-by-1s", events, 10, 1), panes.answerOnce()));
        for (int everySeconds : new int[] {1, 7}) {
            String name = "core-60s-by-" + everySeconds + "s";
            entrants.add(
                    new Entrant(
                            windows(name, events, 60, everySeconds),
                            panes(events, 60, everySeconds).answerOnce()));
        }
        return setting.interleaved().run(name(), entrants);
    }

    private static HandPanes panes(Events events, int sizeSeconds, int everySeconds) {
        String name = "hand-" + sizeSeconds + "s-by-" + everySeconds + "s";
        return new HandPanes(name, events, sizeSeconds * 1000L, everySeconds * 1000L);
    }

    private static Contender windows(
            String name, Events events, int sizeSeconds, int everySeconds) {
        Windows windows =
                Windows.hopping(Duration.ofSeconds(sizeSeconds), Duration.ofSeconds(everySeconds));
        return new CoreRun(
                name, events, Pipelines.windows(windows, Sinks.custom(new TotalsSink())));
    }
}
