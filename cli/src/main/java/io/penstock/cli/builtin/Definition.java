package io.penstock.cli.builtin;

import io.penstock.cli.pipelines.AggregateSettings;
import io.penstock.cli.pipelines.CardVelocitySettings;
import io.penstock.cli.pipelines.OhlcSettings;
import io.penstock.cli.pipelines.PipelineSettings;
import io.penstock.codecs.csv.CsvHeader;
import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.CsvMapperBuilder;
import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.pipeline.Pipeline;
import java.util.Map;
import java.util.TreeMap;

/**
 * A built-in pipeline ready to run: its plan, how its input is read, how its results are written.
 *
 * @param pipeline one source and three sinks, by the names below
 * @param mapper from the input's columns to the source's message
 * @param maxMessageLength of the source's messages, bytes
 * @param formats of the sinks by their names
 */
public record Definition(
        Pipeline pipeline,
        CsvMapperBuilder mapper,
        int maxMessageLength,
        Map<String, CsvFormat> formats) {
    /** Name of the one source. */
    public static final String SOURCE = "events";

    /** Name of the sink of the results. */
    public static final String OUTPUT = "output";

    /** Name of the sink of events that came too late. */
    public static final String LATE = "late";

    /** Name of the sink of rows that could not be read. */
    public static final String DEAD_LETTERS = "dead-letters";

    static final int MAX_KEY_LENGTH = 1024;

    /** The pipeline that settings describe. */
    public static Definition of(PipelineSettings settings) {
        if (settings instanceof AggregateSettings aggregate) {
            return AggregateDefinition.of(aggregate);
        }
        if (settings instanceof OhlcSettings ohlc) {
            return OhlcDefinition.of(ohlc);
        }
        return CardVelocityDefinition.of((CardVelocitySettings) settings);
    }

    /** How rows become messages, for an input with this header. */
    public CsvMapper mapperFor(CsvHeader header) {
        return mapper.build(header);
    }

    static TimeUnitFormat timeFormat(PipelineSettings settings) {
        return settings.timeUnit();
    }

    /** Notes all parameters in the plan, in the order of their names. */
    static void parameters(Pipeline.Definition plan, PipelineSettings settings) {
        new TreeMap<>(settings.canonical()).forEach(plan::parameter);
    }
}
