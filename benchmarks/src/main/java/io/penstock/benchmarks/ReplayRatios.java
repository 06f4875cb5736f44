package io.penstock.benchmarks;

import io.penstock.benchmarks.Interleaved.Entrant;
import io.penstock.engine.Layout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A journal replayed through W2's pipeline, against the same pipeline live and by hand. */
final class ReplayRatios implements RatioGroup {
    @Override
    public String name() {
        return "replay";
    }

    @Override
    public List<Ratio> ratios() {
        return List.of(
                Ratio.atLeast(1.5, "replay-vs-live", "replay-10k", "live-10k"),
                Ratio.atLeast(0.7, "replay-vs-hand", "replay-10k", "hand-memory-10k"));
    }

    @Override
    public Map<String, Double> measure(Setting setting) {
        Events events = setting.events(Setting.FEW_KEYS);
        HandLoop handLoop = new HandLoop("hand-memory-10k", events);
        Answer answer = handLoop.answerOnce();
        Path journal = JournalReplay.record(events, setting.directory(), answer);
        return setting.interleaved()
                .run(
                        name(),
                        List.of(
                                new Entrant(handLoop, answer),
                                new Entrant(
                                        new PenstockPipeline(
                                                "live-10k",
                                                events,
                                                setting.directory(),
                                                Layout.SHARED,
                                                PenstockPipeline.Results.CHECKSUM),
                                        answer),
                                new Entrant(
                                        new JournalReplay("replay-10k", events, journal), answer)));
    }
}
