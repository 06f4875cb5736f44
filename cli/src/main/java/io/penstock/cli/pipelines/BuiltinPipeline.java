package io.penstock.cli.pipelines;

import io.penstock.cli.params.Parameter;
import io.penstock.fault.PenstockException;
import java.util.List;

/** A pipeline that the command line knows by name; stateless. */
public sealed interface BuiltinPipeline
        permits AggregatePipeline, OhlcPipeline, CardVelocityPipeline {
    /** Its name. */
    String name();

    /** What it is for, in one line. */
    String summary();

    /** Columns it reads, for a listing. */
    String inputText();

    /** Columns it writes, for a listing. */
    String outputText();

    /** Its parameters, in the order of the listing. */
    List<Parameter<?>> parameters();

    /**
     * Settings from assignments {@code name=value}.
     *
     * @throws PenstockException CONFIGURATION with everything that is wrong
     */
    PipelineSettings configure(List<String> assignments);
}
