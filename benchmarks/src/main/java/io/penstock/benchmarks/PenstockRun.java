package io.penstock.benchmarks;

import io.penstock.engine.Layout;
import io.penstock.journal.JournalKind;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Ours in a JVM of its own, as each peer has one: takes a {@link RunOrder}, and its lines are the
 * answer. The working folder is where it writes.
 */
public final class PenstockRun {
    /** Whole engine, journal on. */
    static final String ENGINE = "penstock";

    /** W1: our own segment files. */
    static final String SEGMENT_JOURNAL = "segment-journal";

    /** W1: our frames in Chronicle's files. */
    static final String CHRONICLE_FRAMES = "chronicle-frames";

    private static final double NS_PER_S = 1e9;
    private static final int FRAME = 64;

    /** Held, because loggers that nobody holds lose their level. */
    private static final Logger CHRONICLE = Logger.getLogger("net.openhft");

    private PenstockRun() {}

    /** Runs an order. */
    public static void main(String[] args) {
        CHRONICLE.setLevel(Level.WARNING);
        RunOrder order = RunOrder.parse(args);
        Contender contender = contender(order, Path.of(""));
        if (order.workload() == Workload.FIRST_RESULT) {
            contender.prepare();
            contender.run();
            // Everything is drained: the sink has the result.
            Answer expected = order.workload().expected(order.events());
            order.reportFirst(System.out, expected);
            Interleaved.check(contender, expected, contender.finish());
            return;
        }
        order.warmUp(
                () -> {
                    contender.prepare();
                    contender.run();
                    contender.finish();
                });
        for (int i = 0; i < order.repetitions(); i++) {
            contender.prepare();
            long startNs = System.nanoTime();
            contender.run();
            long elapsedNs = System.nanoTime() - startNs;
            Answer answer = contender.finish();
            order.reportRate(System.out, contender.events() * NS_PER_S / elapsedNs, answer);
        }
    }

    private static Contender contender(RunOrder order, Path directory) {
        Events events = order.events();
        return switch (order.system()) {
            case ENGINE ->
                    new PenstockPipeline(
                                    ENGINE,
                                    events,
                                    directory,
                                    Layout.SHARED,
                                    PenstockPipeline.Results.CHECKSUM)
                            .journal(JournalKind.SEGMENT)
                            .pipeline(order.workload()::pipeline);
            case SEGMENT_JOURNAL -> journal(events, directory, JournalKind.SEGMENT);
            case CHRONICLE_FRAMES -> journal(events, directory, JournalKind.CHRONICLE);
            default -> throw new IllegalArgumentException("no system of ours: " + order.system());
        };
    }

    private static Contender journal(Events events, Path directory, JournalKind kind) {
        return new PenstockAppend(kind.name(), events, directory, FRAME, true, 0, kind);
    }
}
