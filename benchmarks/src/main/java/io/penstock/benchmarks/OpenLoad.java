package io.penstock.benchmarks;

import io.penstock.engine.Layout;
import io.penstock.journal.JournalKind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Runs one system under an open load, and checks its answer before anyone sees a figure. */
final class OpenLoad {
    /** What stands under the load. */
    enum System {
        /** A bare Disruptor; the events are looked at. */
        DISRUPTOR("disruptor"),
        /** Our ring; the events are looked at. */
        RING("penstock-ring"),
        /** W2 by hand behind a bare Disruptor. */
        HAND_LOOP("hand-loop"),
        /** W2, the whole engine, journal on; events are recorded behind the window. */
        ENGINE("penstock"),
        /** The whole engine, journal on; events are recorded at the sink. */
        ENGINE_SINK("penstock-sink");

        private final String label;

        System(String label) {
            this.label = label;
        }

        /** Name in tables, without blanks. */
        String label() {
            return label;
        }

        static System of(String label) {
            return Arrays.stream(values())
                    .filter(system -> system.label.equals(label))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            "no such system: "
                                                    + label
                                                    + " (there are "
                                                    + Arrays.stream(values())
                                                            .map(System::label)
                                                            .collect(Collectors.joining(", "))
                                                    + ")"));
        }
    }

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
    Pace run(System system, long ratePerSecond, double seconds) {
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

    private Contender contender(System system, Pace pace) {
        return switch (system) {
            case DISRUPTOR -> new PacedDisruptor(pace);
            case RING -> new PacedRing(pace);
            case HAND_LOOP -> new PacedHandLoop(pace);
            case ENGINE -> engine(system, pace, PacedPipeline.Work.WINDOWS);
            case ENGINE_SINK -> engine(system, pace, PacedPipeline.Work.ECHO);
        };
    }

    private Contender engine(System system, Pace pace, PacedPipeline.Work work) {
        return new PacedPipeline(system.label(), pace, directory, work, layout, journal);
    }

    private static Answer expected(System system, Pace pace) {
        return switch (system) {
            case DISRUPTOR, RING, ENGINE_SINK -> Rounds.sum(pace.events(), pace.count());
            case HAND_LOOP, ENGINE -> Rounds.windows(pace.events(), pace.count());
        };
    }
}
