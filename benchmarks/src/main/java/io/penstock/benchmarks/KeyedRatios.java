package io.penstock.benchmarks;

import io.penstock.benchmarks.Interleaved.Entrant;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.SinkSpec;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Windows;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The core alone on one thread, with a million keys in sessions and timers. */
final class KeyedRatios implements RatioGroup {
    /** Longer than all events: every account has a session, or a timer, until the end. */
    private static final long GAP_MS = 60_000;

    @Override
    public String name() {
        return "keyed-1m";
    }

    @Override
    public List<Ratio> ratios() {
        return List.of(
                Ratio.atLeast(0.7, "core-w2-1m-vs-hand", "core-1s-1m", "hand-1s-1m"),
                Ratio.atLeast(0.7, "sessions-1m-vs-hand", "core-sessions", "hand-sessions"),
                Ratio.atLeast(0.7, "timers-1m-vs-hand", "core-timers", "hand-timers"));
    }

    @Override
    public Map<String, Double> measure(Setting setting) {
        Events events = setting.events(Setting.MANY_KEYS);
        Windows second = Windows.tumbling(Duration.ofMillis(Events.WINDOW_MS));
        Windows sessions = Windows.sessions(Duration.ofMillis(GAP_MS));
        HandLoop loop = new HandLoop("hand-1s-1m", events);
        HandSessions handSessions = new HandSessions(events, GAP_MS);
        HandTimers handTimers = new HandTimers(events, GAP_MS);
        return setting.interleaved()
                .run(
                        name(),
                        List.of(
                                new Entrant(loop, loop.answerOnce()),
                                core("core-1s-1m", events, Pipelines.windows(second, sink()), loop),
                                new Entrant(handSessions, handSessions.answerOnce()),
                                core(
                                        "core-sessions",
                                        events,
                                        Pipelines.windows(sessions, sink()),
                                        handSessions),
                                new Entrant(handTimers, handTimers.answerOnce()),
                                core(
                                        "core-timers",
                                        events,
                                        Pipelines.quiet(GAP_MS, sink()),
                                        handTimers)));
    }

    private static Entrant core(String name, Events events, Pipeline pipeline, Contender byHand) {
        return new Entrant(new CoreRun(name, events, pipeline), byHand.answerOnce());
    }

    private static SinkSpec sink() {
        return Sinks.custom(new TotalsSink());
    }
}
