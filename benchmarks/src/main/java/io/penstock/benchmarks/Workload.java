package io.penstock.benchmarks;

import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.SinkSpec;
import io.penstock.engine.window.Windows;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a system in a JVM of its own can be told to do with the common events. */
public enum Workload {
    /** W1: every event into a log in the page cache, and to a consumer; sum of all values. */
    W1,
    /** W2: tumbling windows of a second; sum, count and maximum per account and window. */
    W2,
    /** W3: the same over windows of ten seconds, one beginning every second. */
    W3,
    /** W4: the fraud rule of {@link VelocityRing}. */
    W4,
    /** W2 with events sent at their event time; how late results are. */
    RESULT_LATENCY,
    /** W2 of a single event; how long after its start a process has the result. */
    FIRST_RESULT;

    /** Size of W3's windows, ms. */
    public static final long OVERLAP_SIZE_MS = 10_000;

    /** How far apart W3's windows begin, ms. */
    public static final long OVERLAP_EVERY_MS = 1_000;

    /** Name in arguments. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The one of a name; {@code IllegalArgumentException} if there is none. */
    public static Workload of(String label) {
        return Arrays.stream(values())
                .filter(workload -> workload.label().equals(label))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no workload is called "
                                                + label
                                                + "; there are "
                                                + Arrays.stream(values())
                                                        .map(Workload::label)
                                                        .collect(Collectors.joining(", "))));
    }

    /** What every system must answer, computed by the loops that are written by hand. */
    public Answer expected(Events events) {
        return switch (this) {
            case W1 -> events.sum(1);
            case W2, RESULT_LATENCY, FIRST_RESULT -> new HandLoop("hand", events).answerOnce();
            case W3 ->
                    new HandPanes("hand", events, OVERLAP_SIZE_MS, OVERLAP_EVERY_MS).answerOnce();
            case W4 -> new HandVelocity("hand", events).answerOnce();
        };
    }

    /** Ours. */
    Pipeline pipeline(SinkSpec results) {
        return switch (this) {
            case W2, RESULT_LATENCY, FIRST_RESULT -> Pipelines.tumbling(results);
            case W3 ->
                    Pipelines.windows(
                            Windows.hopping(
                                    Duration.ofMillis(OVERLAP_SIZE_MS),
                                    Duration.ofMillis(OVERLAP_EVERY_MS)),
                            results);
            case W4 -> Pipelines.velocity(results);
            case W1 -> throw new IllegalArgumentException("W1 has no pipeline");
        };
    }
}
