package io.penstock.cli.pipelines;

import io.penstock.codecs.csv.TimeUnitFormat;
import java.util.List;
import java.util.Map;

/** A built-in pipeline with all its parameters set; immutable. */
public sealed interface PipelineSettings
        permits AggregateSettings, OhlcSettings, CardVelocitySettings {
    /** Name of the pipeline. */
    String pipeline();

    /** How times are written in input and output. */
    TimeUnitFormat timeUnit();

    /** By how much events may arrive after later ones. */
    long disorderNs();

    /** The columns the input must have, each once, in no order. */
    List<String> inputColumns();

    /** Header of the results. */
    List<String> outputHeader();

    /** Header of the events that came too late. */
    List<String> lateHeader();

    /** Whether late events are written to a file of the directory where no other is named. */
    default boolean keepsLate() {
        return false;
    }

    /** Values by parameter: two settings mean the same when these are equal. */
    Map<String, String> canonical();
}
