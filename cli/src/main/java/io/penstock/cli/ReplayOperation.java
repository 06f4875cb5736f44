package io.penstock.cli;

import io.penstock.cli.builtin.Definition;
import io.penstock.engine.control.EngineDirectory;
import io.penstock.engine.control.ReaderHold;
import io.penstock.engine.control.Replay;
import io.penstock.engine.control.ReplayVerification;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.egress.CountingSink;
import io.penstock.engine.egress.CsvFileSink;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvStreamSink;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Journals;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Computes a directory's results again, from its journal alone unless that was trimmed. */
final class ReplayOperation {
    private final ReplayRequest request;
    private final Terminal terminal;

    ReplayOperation(ReplayRequest request, Terminal terminal) {
        this.request = request;
        this.terminal = terminal;
    }

    int run() {
        EngineDirectory.StoredPlan stored = EngineDirectory.inspect(request.directory());
        Definition definition = StoredPipelines.definitionOf(stored);
        return request.isVerify() ? verify(definition) : replay(stored, definition);
    }

    private int verify(Definition definition) {
        ReplayVerification.Result result;
        try (Progress progress = new Progress(terminal)) {
            result =
                    ReplayVerification.verify(
                            definition.pipeline(),
                            request.directory(),
                            request.toSequence(),
                            CoreLimits.DEFAULT,
                            (done, total) -> progress.update(() -> "replayed " + done));
        }
        PrintStream out = terminal.out();
        out.printf(
                Locale.ROOT,
                "replayed sequences %d to %d%n",
                result.firstSequence(),
                result.lastSequence());
        result.results().forEach((sink, count) -> out.println("sink " + sink + ": equal " + count));
        if (result.notRecorded() > 0) {
            out.println("results behind the end of the output log: " + result.notRecorded());
        }
        out.println(
                "snapshots equal: "
                        + result.snapshots().size()
                        + (result.snapshots().isEmpty()
                                ? ""
                                : " (" + String.join(", ", result.snapshots()) + ")"));
        result.notes().forEach(note -> out.println("note: " + note));
        if (result.difference().isEmpty()) {
            out.printf(Locale.ROOT, "state hash %016x%n", result.stateHash());
        }
        out.flush();
        result.damages().forEach(damage -> terminal.err().println("penstock: damage: " + damage));
        result.difference()
                .ifPresent(difference -> terminal.err().println("penstock: " + difference));
        terminal.err().flush();
        if (result.difference().isPresent()) {
            return ExitCode.FAILED;
        }
        return result.damages().isEmpty() ? ExitCode.OK : ExitCode.DAMAGE;
    }

    private int replay(EngineDirectory.StoredPlan stored, Definition definition) {
        OutputPaths.requireNoEngineFile("--output", request.output(), request.directory());
        OutputPaths.requireNoEngineFile("--late", request.late(), request.directory());
        List<Sink> sinks = new ArrayList<>();
        for (PlanSink sink : definition.pipeline().sinks()) {
            sinks.add(sink(sink.name(), definition.formats().get(sink.name())));
        }
        Replay replay =
                new Replay(definition.pipeline(), CoreLimits.DEFAULT, stored.hashSeed(), sinks)
                        .withSnapshots(request.directory());
        Replay.Result result;
        try (ReaderHold hold = request.isHolding() ? hold() : null;
                JournalReader reader = Journals.read(request.directory().resolve("journal"));
                Progress progress = new Progress(terminal)) {
            EngineDirectory.requireJournal(request.directory(), stored, reader.id());
            replay.moving(hold);
            result =
                    replay.run(
                            reader,
                            request.toSequence(),
                            (done, total) -> progress.update(() -> "replayed " + done));
        }
        if (result.snapshotSequence() >= 0) {
            terminal.err()
                    .printf(
                            Locale.ROOT,
                            "replayed from sequence %d on, behind the oldest snapshot: the journal"
                                    + " was trimmed; results before it are in outputs.log alone%n",
                            result.snapshotSequence() + 1);
        }
        terminal.err()
                .printf(
                        Locale.ROOT,
                        "replayed to sequence %d: read %d, rejected %d, late %d, results %d,"
                                + " state hash %016x%n",
                        result.lastSequence(),
                        result.counts().get(Definition.SOURCE + ".read"),
                        result.counts().get(Definition.SOURCE + ".rejected"),
                        result.results().get(Definition.LATE),
                        result.results().get(Definition.OUTPUT),
                        result.stateHash());
        terminal.err().flush();
        return ExitCode.OK;
    }

    private ReaderHold hold() {
        return ReaderHold.register(request.directory(), "replay", 0);
    }

    private Sink sink(String name, CsvFormat format) {
        return switch (name) {
            case Definition.OUTPUT ->
                    request.output() == null
                            ? new CsvStreamSink(terminal.out(), format)
                            : new CsvFileSink(request.output(), format);
            case Definition.LATE ->
                    request.late() == null
                            ? new CountingSink()
                            : new CsvFileSink(request.late(), format);
            default -> new CountingSink();
        };
    }
}
