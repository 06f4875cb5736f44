package io.penstock.cli;

import io.penstock.cli.builtin.Definition;
import io.penstock.cli.pipelines.BuiltinPipelines;
import io.penstock.engine.control.EngineDirectory;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.ArrayList;
import java.util.List;

/** Finds the built-in pipeline that a directory was made with. */
final class StoredPipelines {
    private StoredPipelines() {}

    static Definition definitionOf(EngineDirectory.StoredPlan stored) {
        List<String> assignments = new ArrayList<>();
        stored.parameters().forEach((name, value) -> assignments.add(name + "=" + value));
        Definition definition =
                Definition.of(BuiltinPipelines.named(stored.pipeline()).configure(assignments));
        if (!definition.pipeline().plan().text().equals(stored.text())) {
            throw new PenstockException(
                    Category.OTHER_PLAN,
                    "the directory's plan of pipeline "
                            + stored.pipeline()
                            + " is not the one this version makes: use the version that wrote it");
        }
        return definition;
    }
}
