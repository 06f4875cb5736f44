package io.penstock.benchmarks;

import io.penstock.benchmarks.Interleaved.Entrant;
import io.penstock.engine.Layout;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import java.util.List;
import java.util.Map;

/** W4: the fraud rule through the public API, the core alone and the whole engine. */
final class VelocityRatios implements RatioGroup {
    @Override
    public String name() {
        return "velocity";
    }

    @Override
    public List<Ratio> ratios() {
        return List.of(
                Ratio.atLeast(0.7, "w4-vs-hand", "core-w4", "hand-w4"),
                // No goal of its own: how much of the core is left with ring, journal and sink.
                Ratio.note("w4-whole-vs-core", "penstock-w4", "core-w4"));
    }

    @Override
    public Map<String, Double> measure(Setting setting) {
        Events events = setting.events(Setting.FEW_KEYS);
        HandVelocity byHand = new HandVelocity("hand-w4", events);
        Answer answer = byHand.answerOnce();
        Pipeline core = Pipelines.velocity(Sinks.custom(new TotalsSink()));
        return setting.interleaved()
                .run(
                        name(),
                        List.of(
                                new Entrant(byHand, answer),
                                new Entrant(new CoreRun("core-w4", events, core), answer),
                                new Entrant(
                                        new PenstockPipeline(
                                                        "penstock-w4",
                                                        events,
                                                        setting.directory(),
                                                        Layout.SHARED,
                                                        PenstockPipeline.Results.CHECKSUM)
                                                .pipeline(Pipelines::velocity),
                                        answer)));
    }
}
