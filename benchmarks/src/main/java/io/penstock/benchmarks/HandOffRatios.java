package io.penstock.benchmarks;

import io.penstock.benchmarks.Interleaved.Entrant;
import java.util.List;
import java.util.Map;

/** Our ring against a bare Disruptor; a slot of ours is 96 bytes where the bare one is 64. */
final class HandOffRatios implements RatioGroup {
    private static final int CLAIM = 16;

    @Override
    public String name() {
        return "hand-off";
    }

    @Override
    public List<Ratio> ratios() {
        return List.of(
                Ratio.atLeast(0.95, "handoff-vs-disruptor", "penstock-ring", "disruptor"),
                Ratio.atLeast(
                        0.95,
                        "handoff-claim16-vs-disruptor",
                        "penstock-ring-claim16",
                        "disruptor-claim16"),
                Ratio.atLeast(
                        0.95,
                        "handoff-multi-vs-disruptor",
                        "penstock-ring-multi",
                        "disruptor-multi"));
    }

    @Override
    public Map<String, Double> measure(Setting setting) {
        Events events = setting.events(Setting.FEW_KEYS);
        int rounds = setting.size().pick(1, 8, 4);
        List<Entrant> entrants =
                List.of(
                                new BareHandOff("disruptor", events, rounds, 1, false),
                                new PenstockHandOff("penstock-ring", events, rounds, 1, 1),
                                new BareHandOff("disruptor-claim16", events, rounds, CLAIM, false),
                                new PenstockHandOff(
                                        "penstock-ring-claim16", events, rounds, CLAIM, 1),
                                new BareHandOff("disruptor-multi", events, rounds, CLAIM, true),
                                new PenstockHandOff(
                                        "penstock-ring-multi", events, rounds, CLAIM, 2))
                        .stream()
                        .map(contender -> new Entrant(contender, events.sum(rounds)))
                        .toList();
        return setting.interleaved().run(name(), entrants);
    }
}
