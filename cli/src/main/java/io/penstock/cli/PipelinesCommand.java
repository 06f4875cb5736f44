package io.penstock.cli;

import io.penstock.cli.params.Parameter;
import io.penstock.cli.pipelines.BuiltinPipeline;
import io.penstock.cli.pipelines.BuiltinPipelines;
import java.io.PrintStream;
import picocli.CommandLine.Command;

/** Lists the built-in pipelines. */
@Command(
        name = "pipelines",
        description = "List the built-in pipelines, their columns, parameters and defaults.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class PipelinesCommand implements Runnable {
    private static final int DESCRIPTION_COLUMN = 46;

    private final Terminal terminal;

    PipelinesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        PrintStream out = terminal.out();
        String separator = "";
        for (BuiltinPipeline pipeline : BuiltinPipelines.all()) {
            out.print(separator);
            out.println(pipeline.name() + ": " + pipeline.summary());
            out.println("  input   " + pipeline.inputText());
            out.println("  output  " + pipeline.outputText());
            out.println("  parameters, each given with --set");
            for (Parameter<?> parameter : pipeline.parameters()) {
                print(out, parameter);
            }
            separator = System.lineSeparator();
        }
        out.flush();
    }

    private static void print(PrintStream out, Parameter<?> parameter) {
        String head = "    " + parameter.name() + "=" + parameter.type().form();
        String description = parameter.description() + presence(parameter);
        if (head.length() >= DESCRIPTION_COLUMN) {
            out.println(head);
            out.println(" ".repeat(DESCRIPTION_COLUMN) + description);
        } else {
            out.println(head + " ".repeat(DESCRIPTION_COLUMN - head.length()) + description);
        }
    }

    private static String presence(Parameter<?> parameter) {
        if (parameter.defaultText() != null) {
            return " (default " + parameter.defaultText() + ")";
        }
        return parameter.isRequired() ? " (required)" : " (optional)";
    }
}
