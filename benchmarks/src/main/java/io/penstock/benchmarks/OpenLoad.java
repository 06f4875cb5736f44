package io.penstock.benchmarks;

import io.penstock.engine.Layout;
import io.penstock.journal.JournalKind;
import java.nio.file.Path;

/** Runs one system under an open load, and checks its answer before anyone sees a figure. */
final class OpenLoad {
    private final Events events;
    private final Path directory;
    private final Layout layout;
    private final JournalKind journal;

    /**
     * Creates loads of the same events.
     *
     * @param directory for journals, each deleted after its run
     */
    OpenLoad(Events events, Path directory, Layout layout, JournalKind journal) {
        this.events = events;
        this.directory = directory;
        this.layout = layout;
        this.journal = journal;
    }

    /**
     * Runs a system once.
     *
     * @return the load, with what was recorded
     */
    Pace run(PacedSystem system, long ratePerSecond, double seconds) {
        Pace pace = new Pace(events, ratePerSecond, (long) (ratePerSecond * seconds));
        Contender contender = contender(system, pace);
        contender.prepare();
        Answer answer;
        try {
            contender.run();
        } finally {
            answer = contender.finish();
        }
        Interleaved.check(contender, expected(system, pace), answer);
        return pace;
    }

    private Contender contender(PacedSystem system, Pace pace) {
        return switch (system) {
            case DISRUPTOR -> new PacedDisruptor(pace);
            case RING -> new PacedRing(pace);
            case HAND_LOOP -> new PacedHandLoop(pace);
            case ENGINE -> engine(system, pace, PacedPipeline.Work.WINDOWS);
            case ENGINE_SINK -> engine(system, pace, PacedPipeline.Work.ECHO);
        };
    }

    private Contender engine(PacedSystem system, Pace pace, PacedPipeline.Work work) {
        return new PacedPipeline(system.label(), pace, directory, work, layout, journal);
    }

    private static Answer expected(PacedSystem system, Pace pace) {
        return switch (system) {
            case DISRUPTOR, RING, ENGINE_SINK -> Rounds.sum(pace.events(), pace.count());
            case HAND_LOOP, ENGINE -> Rounds.windows(pace.events(), pace.count());
        };
    }
}
