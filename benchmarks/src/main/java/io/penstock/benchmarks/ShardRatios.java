package io.penstock.benchmarks;

import io.penstock.benchmarks.Interleaved.Entrant;
import java.util.List;
import java.util.Map;

/** W2 with a million keys on two shards, a thread each, against one core; input prepared. */
final class ShardRatios implements RatioGroup {
    @Override
    public String name() {
        return "shards";
    }

    @Override
    public List<Ratio> ratios() {
        return List.of(Ratio.atLeast(1.6, "shards-2-vs-1", "shards-2", "shards-1"));
    }

    @Override
    public Map<String, Double> measure(Setting setting) {
        Events events = setting.events(Setting.MANY_KEYS);
        Answer answer = new HandLoop("hand", events).answerOnce();
        return setting.interleaved()
                .run(
                        name(),
                        List.of(
                                new Entrant(new ShardedRun("shards-1", events, 1), answer),
                                new Entrant(new ShardedRun("shards-2", events, 2), answer)));
    }
}
