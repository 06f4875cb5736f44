package io.penstock.cli;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.fault.PrivateFiles;
import io.penstock.journal.AuditReport;
import io.penstock.journal.Checkpoint;
import io.penstock.journal.JournalDamage;
import io.penstock.journal.JournalInfo;
import io.penstock.journal.Journals;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/**
 * Compares a journal with a checkpoint, and exports a new one; also while its engine runs. Writes
 * nothing but the checkpoint.
 */
final class AuditOperation {
    /** A million segments and more. */
    private static final long MAX_CHECKPOINT_BYTES = 256L << 20;

    private final AuditRequest request;
    private final Terminal terminal;
    private final Path journal;

    AuditOperation(AuditRequest request, Terminal terminal) {
        this.request = request;
        this.terminal = terminal;
        this.journal = JournalOperation.journalIn(request.directory());
    }

    int run() {
        OutputPaths.requireNoEngineFile("--output", request.output(), request.directory());
        Checkpoint compared = read(compared());
        JournalOperation.requireOwn(request.directory(), journal);
        AuditReport report;
        try (Progress progress = new Progress(terminal)) {
            report =
                    Journals.audit(
                            journal,
                            compared,
                            request.givenUpBefore(),
                            (done, total) ->
                                    progress.update(() -> "audited " + done + " of " + total));
        }
        for (JournalDamage finding : report.findings()) {
            terminal.err().println("penstock: " + finding.toException().getMessage());
        }
        report.notes().forEach(note -> terminal.err().println("note: " + note));
        if (!request.isExport()) {
            print(report, compared);
        } else if (report.isSound()) {
            export(report.checkpoint());
        } else {
            terminal.err().println("no checkpoint is made of a journal that is not sound");
        }
        return report.isSound() ? ExitCode.OK : ExitCode.of(Category.DAMAGE);
    }

    /** A checkpoint that is there is never replaced by one of a journal that it does not fit. */
    private Path compared() {
        if (request.compared() != null || !request.isExport() || request.output() == null) {
            return request.compared();
        }
        return Files.exists(request.output()) ? request.output() : null;
    }

    private static Checkpoint read(Path file) {
        if (file == null) {
            return null;
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new PenstockException(
                    Category.INPUT,
                    "checkpoint must be a file: "
                            + file
                            + " (name one that 'journal checkpoint' wrote)");
        }
        try {
            if (Files.size(file) > MAX_CHECKPOINT_BYTES) {
                throw new PenstockException(
                        Category.INPUT,
                        "checkpoint must have at most "
                                + MAX_CHECKPOINT_BYTES
                                + " bytes: "
                                + file
                                + " has "
                                + Files.size(file)
                                + " (name a file that 'journal checkpoint' wrote)");
            }
            // One byte a character, so that no byte is lost before the checksum is.
            String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            return Checkpoint.parse(file.toString(), text);
        } catch (NoSuchFileException e) {
            throw new PenstockException(
                    Category.INPUT,
                    "checkpoint is not there: " + file + " (name the file it was exported to)",
                    e);
        } catch (IOException e) {
            throw new PenstockException(
                    Category.INPUT, "checkpoint cannot be read: " + file + ": " + e, e);
        }
    }

    private void print(AuditReport report, Checkpoint compared) {
        PrintStream out = terminal.out();
        JournalInfo info = report.info();
        out.printf(Locale.ROOT, "journal %s%n", info.id());
        for (JournalInfo.Segment segment : info.segments()) {
            out.printf(
                    Locale.ROOT,
                    "segment %d epoch %d %s first %d last %d frames %d%s%s%n",
                    segment.number(),
                    segment.epoch(),
                    segment.file(),
                    segment.firstSequence(),
                    segment.lastSequence(),
                    segment.frames(),
                    root(report, segment.number()),
                    segment.isSealed() ? " sealed" : "");
        }
        if (report.isSound()) {
            out.printf(
                    Locale.ROOT,
                    "sound: records %d, last sequence %d, chain %s%n",
                    info.records(),
                    info.lastSequence(),
                    report.checkpoint().head());
            if (compared != null) {
                out.printf(
                        Locale.ROOT,
                        "as the checkpoint says: segments %d, last sequence %d%n",
                        compared.segments().size(),
                        compared.lastSequence());
            }
        }
        out.flush();
    }

    private static String root(AuditReport report, int number) {
        List<Checkpoint.Segment> lines =
                report.checkpoint() == null ? List.of() : report.checkpoint().segments();
        for (Checkpoint.Segment line : lines) {
            if (line.number() == number) {
                return " root " + line.root();
            }
        }
        return "";
    }

    private void export(Checkpoint checkpoint) {
        byte[] text = checkpoint.toText().getBytes(StandardCharsets.US_ASCII);
        Path output = request.output();
        if (output == null) {
            terminal.out().write(text, 0, text.length);
            terminal.out().flush();
            return;
        }
        try {
            // New, private, and never one that a link leads to.
            String name = output.getFileName() + "." + ProcessHandle.current().pid() + ".tmp";
            Path unfinished = output.resolveSibling(name);
            try (FileChannel channel =
                    PrivateFiles.open(
                            unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(text));
            }
            Files.move(
                    unfinished,
                    output,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new PenstockException(
                    Category.STORAGE,
                    "checkpoint cannot be written: " + output + ": " + e + " (name another file)",
                    e);
        }
        terminal.err()
                .printf(
                        Locale.ROOT,
                        "checkpoint %s: segments %d, last sequence %d, head %s%n"
                                + "keep it where the journal's writer cannot write%n",
                        output,
                        checkpoint.segments().size(),
                        checkpoint.lastSequence(),
                        checkpoint.head());
    }
}
