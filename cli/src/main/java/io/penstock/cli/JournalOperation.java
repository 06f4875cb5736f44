package io.penstock.cli;

import io.penstock.engine.control.EngineDirectory;
import io.penstock.engine.control.ReaderHold;
import io.penstock.engine.control.Trim;
import io.penstock.engine.control.TrimReport;
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
import java.time.Duration;
import java.util.Locale;

/** Looks into a journal, also while its engine runs, and trims it. */
final class JournalOperation {
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
    private static final int RECORDS_PER_MOVE = 4096;

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

    /** Throws if an engine's directory says that its journal is another. */
    static void requireOwn(Path directory, Path journal) {
        if (!journal.equals(directory) && Files.exists(directory.resolve("identity"))) {
            EngineDirectory.requireJournal(
                    directory, EngineDirectory.inspect(directory), Journals.info(journal).id());
        }
    }

    int run() {
        return switch (request.action()) {
            case INFO -> info(Journals.info(journal));
            case VERIFY -> verify();
            case CAT -> cat();
            case TRIM -> trim();
        };
    }

    private int verify() {
        requireOwn(request.directory(), journal);
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
        if (info.firstSequence() > 0) {
            out.printf(
                    Locale.ROOT,
                    "begins at sequence %d: what was before it was given up%n",
                    info.firstSequence());
        }
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
        try (ReaderHold hold = request.isHolding() ? hold() : null;
                JournalReader reader = Journals.read(journal)) {
            long from =
                    request.fromSequence() < 0 ? reader.firstSequence() : request.fromSequence();
            requireKept(from, reader.seek(from), reader);
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
                if (hold != null && view.sequence() % RECORDS_PER_MOVE == 0) {
                    hold.moveTo(view.sequence());
                }
                outcome = reader.next(view);
            }
            requireGood(outcome, reader);
        }
        out.flush();
        return ExitCode.OK;
    }

    private ReaderHold hold() {
        return ReaderHold.register(
                engineDirectory(), "journal cat", Math.max(0, request.fromSequence()));
    }

    private Path engineDirectory() {
        Path parent = journal.toAbsolutePath().getParent();
        if (parent == null || !Files.exists(parent.resolve("identity"))) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    request.directory()
                            + " is no directory of an engine: name that (--dir of run)");
        }
        return parent;
    }

    private void requireKept(long from, Outcome outcome, JournalReader reader) {
        if (outcome == Outcome.GAP && reader.damage().isGivenUp() && request.fromSequence() >= 0) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "the journal begins at sequence "
                            + reader.firstSequence()
                            + " now, asked for "
                            + from);
        }
        requireGood(outcome, reader);
    }

    private int trim() {
        TrimReport report = Trim.run(engineDirectory(), request.isDryRun(), ANSWER_TIMEOUT);
        PrintStream out = terminal.out();
        String gave = report.isDryRun() ? "would give up" : "gave up";
        if (report.segments() == 0) {
            out.println(gave + " nothing");
        } else {
            out.printf(
                    Locale.ROOT,
                    "%s sequences %d to %d: %d segments, %d bytes%n",
                    gave,
                    report.firstBefore(),
                    report.firstSequence() - 1,
                    report.segments(),
                    report.lengthBytes());
        }
        out.printf(
                Locale.ROOT,
                "%s sequences %d to %d, in whole segments%n",
                report.isDryRun() ? "would keep" : "keeps",
                report.firstSequence(),
                report.lastSequence());
        report.heldBy().forEach(holder -> out.println("held by " + holder));
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
