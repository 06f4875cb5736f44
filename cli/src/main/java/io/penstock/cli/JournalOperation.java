package io.penstock.cli;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.JournalDamage;
import io.penstock.journal.JournalInfo;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Journals;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Looks into a journal, also while its engine runs; writes nothing. */
final class JournalOperation {
    private final JournalRequest request;
    private final Terminal terminal;
    private final Path journal;
    private StoredMessages messages;

    JournalOperation(JournalRequest request, Terminal terminal) {
        this.request = request;
        this.terminal = terminal;
        this.journal = journalIn(request.directory());
    }

    /** The journal of an engine's directory, or the directory if it is that of a journal. */
    static Path journalIn(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new PenstockException(Category.CONFIGURATION, directory + " is no directory");
        }
        Path inside = directory.resolve("journal");
        return Files.isDirectory(inside) ? inside : directory;
    }

    int run() {
        return switch (request.action()) {
            case INFO -> info(Journals.info(journal));
            case VERIFY -> verify();
            case CAT -> cat();
        };
    }

    private int verify() {
        JournalInfo info;
        try (Progress progress = new Progress(terminal)) {
            info =
                    Journals.verify(
                            journal,
                            (done, total) ->
                                    progress.update(() -> "verified " + done + " of " + total));
        }
        return info(info);
    }

    private int info(JournalInfo info) {
        PrintStream out = terminal.out();
        out.printf(Locale.ROOT, "journal %s%n", info.id());
        out.printf(
                Locale.ROOT,
                "epoch %d, last sequence %d, forced to %d, segments %d%n",
                info.epoch(),
                info.appendedSequence(),
                info.forcedSequence(),
                info.segments().size());
        for (JournalInfo.Segment segment : info.segments()) {
            out.printf(
                    Locale.ROOT,
                    "segment %d epoch %d %s first %d last %d bytes %d%s%n",
                    segment.number(),
                    segment.epoch(),
                    segment.file(),
                    segment.firstSequence(),
                    segment.lastSequence(),
                    segment.lengthBytes(),
                    segment.isSealed() ? " sealed" : "");
        }
        if (info.isSound()) {
            out.println(request.action() == JournalRequest.Action.VERIFY ? "sound" : "readable");
            return ExitCode.OK;
        }
        for (JournalDamage damage : info.damages()) {
            terminal.err().println("penstock: " + damage.toException().getMessage());
        }
        return ExitCode.of(Category.DAMAGE);
    }

    private int cat() {
        messages = loadSchemas();
        boolean csv = request.format() == JournalRequest.Format.CSV;
        PrintStream out = terminal.out();
        StringBuilder line = new StringBuilder();
        if (csv) {
            out.println("sequence,time_ns,kind,source,position,message");
        }
        try (JournalReader reader = Journals.read(journal)) {
            requireGood(reader.seek(Math.max(0, request.fromSequence())), reader);
            RecordView view = new RecordView();
            Outcome outcome = reader.next(view);
            while (outcome == Outcome.OK
                    && (request.toSequence() < 0 || view.sequence() <= request.toSequence())) {
                line.setLength(0);
                if (csv) {
                    appendCsv(line, view);
                } else {
                    appendJson(line, view);
                }
                out.append(line).append('\n');
                outcome = reader.next(view);
            }
            requireGood(outcome, reader);
        }
        out.flush();
        return ExitCode.OK;
    }

    private static void requireGood(Outcome outcome, JournalReader reader) {
        if (outcome == Outcome.GAP || outcome == Outcome.CORRUPT) {
            throw reader.damage().toException();
        }
    }

    private void appendJson(StringBuilder line, RecordView view) {
        line.append("{\"sequence\":").append(view.sequence());
        line.append(",\"timeNs\":").append(view.timeNs());
        line.append(",\"kind\":\"").append(RecordKind.name(view.kind()));
        line.append("\",\"source\":").append(view.sourceId());
        line.append(",\"position\":").append(view.sourcePosition());
        line.append(",\"message\":");
        messages.appendJson(line, view.buffer(), view.offset(), view.length());
        line.append('}');
    }

    private void appendCsv(StringBuilder line, RecordView view) {
        line.append(view.sequence()).append(',').append(view.timeNs()).append(',');
        line.append(RecordKind.name(view.kind())).append(',').append(view.sourceId());
        line.append(',').append(view.sourcePosition()).append(",\"");
        StringBuilder message = new StringBuilder();
        messages.appendJson(message, view.buffer(), view.offset(), view.length());
        line.append(message.toString().replace("\"", "\"\"")).append('"');
    }

    /** The schemas that are stored with the data, and the engine's own. */
    private StoredMessages loadSchemas() {
        StoredMessages stored = StoredMessages.of(journal.toAbsolutePath().getParent());
        if (stored.isEmpty()) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "the schemas of "
                            + journal
                            + " are not beside it: name the engine's directory");
        }
        return stored;
    }
}
