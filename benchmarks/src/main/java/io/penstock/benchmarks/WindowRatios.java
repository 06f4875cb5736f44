package io.penstock.benchmarks;

import io.penstock.benchmarks.Interleaved.Entrant;
import io.penstock.engine.Layout;
import java.util.List;
import java.util.Map;

/**
 * The whole engine, its journal on, over the tumbling window of W2 against a loop written by hand.
 */
final class WindowRatios implements RatioGroup {
    /** Records of a frame when an engine is busy: the most of one duty cycle. */
    private static final int FULL_FRAME = 1024;

    private static final int SBE_HEADER_LENGTH = 8;

    private final int keys;
    private final String suffix;

    WindowRatios(int keys, String suffix) {
        this.keys = keys;
        this.suffix = suffix;
    }

    @Override
    public String name() {
        return "window-" + suffix;
    }

    @Override
    public List<Ratio> ratios() {
        return List.of(
                Ratio.atLeast(
                        0.8,
                        "w2-" + suffix + "-vs-hand-loop",
                        "penstock-" + suffix,
                        "hand-loop-disruptor-" + suffix),
                // Of the time the pipeline takes per event, what the journal alone takes.
                Ratio.atLeast(
                        0.0,
                        "w2-" + suffix + "-journal-share",
                        "penstock-" + suffix,
                        "journal-alone-" + suffix));
    }

    @Override
    public Map<String, Double> measure(Setting setting) {
        Events events = setting.events(keys);
        HandLoop handLoop = new HandLoop("hand-loop-" + suffix, events);
        Answer answer = handLoop.answerOnce();
        List<Entrant> entrants =
                List.of(
                        new Entrant(handLoop, answer),
                        new Entrant(
                                new HandLoopBehindDisruptor(
                                        "hand-loop-disruptor-" + suffix, events),
                                answer),
                        new Entrant(
                                new PenstockPipeline(
                                        "penstock-" + suffix,
                                        events,
                                        setting.directory(),
                                        Layout.SHARED,
                                        PenstockPipeline.Results.CHECKSUM),
                                answer),
                        new Entrant(
                                new PenstockAppend(
                                        "journal-alone-" + suffix,
                                        events,
                                        setting.directory(),
                                        FULL_FRAME,
                                        false,
                                        SBE_HEADER_LENGTH),
                                events.sum(1)));
        return setting.interleaved().run(name(), entrants);
    }
}
