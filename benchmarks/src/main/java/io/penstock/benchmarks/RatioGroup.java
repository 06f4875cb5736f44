package io.penstock.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Workloads that are measured together, and the ratios that are printed of them. */
interface RatioGroup {
    /** Name to choose the group by, without blanks. */
    String name();

    /** What is printed, in this order. */
    List<Ratio> ratios();

    /**
     * What measured values are: events/s, of which more is better; ns, us, ms, s, bytes, of which
     * less is; {@code -} when it has no name.
     */
    default String unit() {
        return ratios().stream().anyMatch(Ratio::isMost) ? "-" : Rates.EVENTS_PER_SECOND;
    }

    /** Whether it starts other processes, which a build's test leaves out. */
    default boolean isForked() {
        return false;
    }

    /**
     * Measures everything that the ratios name, answers checked.
     *
     * @return values by name: events per second, or what the ratio is of
     */
    Map<String, Double> measure(Setting setting) throws IOException;
}
