package io.penstock.testkit.harness;

import io.penstock.engine.pipeline.Pipeline;
import io.penstock.fault.NearestName;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.List;
import java.util.Map;

/**
 * What a pipeline gave, the same under every schedule.
 *
 * @param pipeline that was run
 * @param outputs of all sinks, in their order
 * @param counts of all stages, by {@code stage.count}
 * @param stateHash of the state behind the last input
 */
public record HarnessResult(
        Pipeline pipeline, List<HarnessOutput> outputs, Map<String, Long> counts, long stateHash) {

    /** Results of one sink, in their order. */
    public List<HarnessOutput> outputs(String sink) {
        List<String> names = pipeline.sinks().stream().map(s -> s.name()).toList();
        int id = names.indexOf(sink);
        if (id < 0) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "the pipeline has no sink " + sink + " " + NearestName.hint(sink, names));
        }
        return outputs.stream().filter(output -> output.sinkId() == id).toList();
    }

    /** A stage's count by its label. */
    public long count(String stage, String label) {
        Long count = counts.get(stage + "." + label);
        if (count == null) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "no stage counts " + stage + "." + label + ": there are " + counts.keySet());
        }
        return count;
    }
}
