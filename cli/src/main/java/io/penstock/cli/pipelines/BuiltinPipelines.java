package io.penstock.cli.pipelines;

import io.penstock.fault.NearestName;
import io.penstock.fault.PenstockException;
import java.util.List;

/** The pipelines that can be run by name. */
public final class BuiltinPipelines {
    private static final List<BuiltinPipeline> ALL =
            List.of(new AggregatePipeline(), new OhlcPipeline(), new CardVelocityPipeline());

    private BuiltinPipelines() {}

    /** All of them, in the order of the listing. */
    public static List<BuiltinPipeline> all() {
        return ALL;
    }

    /**
     * The pipeline of a name.
     *
     * @throws PenstockException CONFIGURATION with the nearest name
     */
    public static BuiltinPipeline named(String name) {
        for (BuiltinPipeline pipeline : ALL) {
            if (pipeline.name().equals(name)) {
                return pipeline;
            }
        }
        List<String> names = ALL.stream().map(BuiltinPipeline::name).toList();
        throw new PenstockException(
                PenstockException.Category.CONFIGURATION,
                "unknown pipeline '" + name + "' " + NearestName.hint(name, names));
    }
}
