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
