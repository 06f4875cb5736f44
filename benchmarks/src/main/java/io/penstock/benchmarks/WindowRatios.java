package io.penstock.benchmarks;

import io.penstock.benchmarks.Interleaved.Entrant;
import io.penstock.engine.Layout;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.journal.JournalKind;
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

    private final double operatorGoal;

    /**
     * Over so many keys.
     *
     * @param operatorGoal share of the rate of a loop by hand that our operators should reach
     */
    WindowRatios(int keys, String suffix, double operatorGoal) {
        this.keys = keys;
        this.operatorGoal = operatorGoal;
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
                        operatorGoal,
                        "w2-" + suffix + "-operator-vs-hand-loop",
                        "operators-" + suffix,
                        "hand-loop-disruptor-" + suffix),
                // No goals: what the journal adds, and which one.
                Ratio.note(
                        "w2-" + suffix + "-whole-vs-hand-loop",
                        "penstock-" + suffix,
                        "hand-loop-disruptor-" + suffix),
                Ratio.note(
                        "w2-" + suffix + "-whole-chronicle-vs-segment",
                        "penstock-chronicle-" + suffix,
                        "penstock-" + suffix),
                // Of the time the pipeline takes per event, what the journal alone takes.
                Ratio.note(
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
                        new Entrant(operators(events), answer),
                        new Entrant(
                                whole("penstock-", JournalKind.SEGMENT, events, setting), answer),
                        new Entrant(
                                whole(
                                        "penstock-chronicle-",
                                        JournalKind.CHRONICLE,
                                        events,
                                        setting),
                                answer),
                        new Entrant(
                                new PenstockAppend(
                                        "journal-alone-" + suffix,
                                        events,
                                        setting.directory(),
                                        FULL_FRAME,
                                        false,
                                        SBE_HEADER_LENGTH,
                                        JournalKind.SEGMENT),
                                events.sum(1)));
        return setting.interleaved().run(name(), entrants);
    }

    private Contender operators(Events events) {
        TotalsSink totals = new TotalsSink();
        return new RingToCore(
                "operators-" + suffix, events, Pipelines.tumbling(Sinks.custom(totals)), totals);
    }

    private Contender whole(String name, JournalKind kind, Events events, Setting setting) {
        return new PenstockPipeline(
                        name + suffix,
                        events,
                        setting.directory(),
                        Layout.SHARED,
                        PenstockPipeline.Results.CHECKSUM)
                .journal(kind);
    }
}
