package io.penstock.cli.fuzz;

import io.penstock.cli.builtin.Definition;
import io.penstock.cli.pipelines.BuiltinPipeline;
import io.penstock.cli.pipelines.BuiltinPipelines;
import io.penstock.codecs.csv.DecimalParser;
import io.penstock.codecs.csv.Durations;
import io.penstock.codecs.csv.LongParser;
import io.penstock.codecs.csv.TimeParser;
import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.journal.Durability;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Numbers, times, durations, levels, and the parameters of pipelines; one a line. */
public final class ValueFuzz implements FuzzTarget {
    private static final ValueFuzz TARGET = new ValueFuzz();

    private final DecimalParser decimals = new DecimalParser();
    private final LongParser longs = new LongParser();

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] input) {
        TARGET.run(input);
    }

    @Override
    public Verdict run(byte[] input) {
        decimals.parse(input, 0, input.length);
        longs.parse(input, 0, input.length);
        for (TimeUnitFormat format : TimeUnitFormat.values()) {
            new TimeParser(format).parse(input, 0, input.length);
        }
        String text = new String(input, StandardCharsets.UTF_8);
        boolean isAny = Typed.of(() -> Durations.parse(text) >= 0) == Verdict.ACCEPTED;
        isAny |= Typed.of(() -> Durability.parse(text) != null) == Verdict.ACCEPTED;
        isAny |= Typed.of(() -> TimeUnitFormat.of(text) != null) == Verdict.ACCEPTED;
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        if (lines.size() <= 1 || lines.size() > 32) {
            return isAny ? Verdict.ACCEPTED : Verdict.REFUSED;
        }
        String name = lines.remove(0);
        return Typed.of(
                () -> {
                    BuiltinPipeline pipeline = BuiltinPipelines.named(name);
                    Definition definition = Definition.of(pipeline.configure(lines));
                    return definition.pipeline().plan().text().length() > 0;
                });
    }

    @Override
    public List<byte[]> seeds() {
        return Bytes.all(
                "5m",
                "periodic:10ms",
                "power",
                "-12345.678e-3",
                "2026-01-31T12:00:00.123456789Z",
                "9223372036854775807",
                "aggregate\nkey=k\nvalue=v\ntime=t\nwindow=tumbling:10s\ntime-unit=s",
                "aggregate\nkey=k,l\nvalue=v\ntime=t\nwindow=hopping:1d:1d@Europe/Berlin",
                "aggregate\nkey=k\nvalue=v\ntime=t\nwindow=session:30m",
                "aggregate\nkey=k\nvalue=v\ntime=t\nwindow=cumulative:1d:1h\ndisorder=3s",
                "ohlc\ninterval=1m\ntime-unit=ms",
                "card-velocity\nspend-limit=5");
    }
}
