package io.penstock.engine.control;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.fault.PrivateFiles;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * How processes ask the engine of a directory to trim its journal: {@code requests/ID.trim}, and
 * the engine answers with {@code requests/ID.answer}. Each is written whole, and both are removed
 * by whoever reads them.
 */
final class TrimRequests {
    private static final String FOLDER = "requests";
    private static final String REQUEST = ".trim";
    private static final String ANSWER = ".answer";
    private static final String FAULT = "fault ";
    private static final String DRY_RUN = "dry-run";
    private static final String TRIM = "trim";

    private final Path folder;
    private final File folderFile;

    TrimRequests(Path directory) {
        this.folder = directory.resolve(FOLDER);
        this.folderFile = folder.toFile();
    }

    /**
     * A request.
     *
     * @param id of it
     * @param isDryRun whether only an answer is wanted
     */
    record Request(UUID id, boolean isDryRun) {}

    /** Whether somebody may have asked; one look at the file system. */
    boolean mayHaveSome() {
        return folderFile.exists();
    }

    /** Asks. */
    Request ask(boolean isDryRun) {
        Request request = new Request(UUID.randomUUID(), isDryRun);
        put(request);
        return request;
    }

    /** Asks again, if the engine has lost the question. */
    void askAgain(Request request) {
        if (!Files.exists(path(request, REQUEST)) && !Files.exists(path(request, ANSWER))) {
            put(request);
        }
    }

    private void put(Request request) {
        try {
            PrivateFiles.createDirectories(folder);
        } catch (IOException e) {
            throw fault("ask in", e);
        }
        ChecksummedFile.write(
                path(request, REQUEST),
                (request.isDryRun() ? DRY_RUN : TRIM).getBytes(StandardCharsets.US_ASCII));
    }

    /** The engine's answer; null as long as there is none. */
    TrimReport answerTo(Request request) {
        Path file = path(request, ANSWER);
        if (!Files.exists(file)) {
            return null;
        }
        byte[] bytes = ChecksummedFile.read(file);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.startsWith(FAULT)) {
            throw new PenstockException(Category.STORAGE, text.substring(FAULT.length()));
        }
        return TrimReport.fromBytes(bytes);
    }

    /** Leaves nothing of a request. */
    void withdraw(Request request) {
        try {
            Files.deleteIfExists(path(request, REQUEST));
            Files.deleteIfExists(path(request, ANSWER));
            ReaderHold.deleteEmpty(folder);
        } catch (IOException e) {
            throw fault("tidy", e);
        }
    }

    /** What is asked; for the engine. */
    List<Request> all() {
        List<Request> requests = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + REQUEST)) {
            for (Path file : files) {
                Request request = read(file);
                if (request != null) {
                    requests.add(request);
                }
            }
        } catch (NoSuchFileException e) {
            return requests;
        } catch (IOException e) {
            throw fault("list", e);
        }
        return requests;
    }

    private static Request read(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        try {
            UUID id = UUID.fromString(name.substring(0, name.length() - REQUEST.length()));
            String text = new String(ChecksummedFile.read(file), StandardCharsets.US_ASCII);
            return new Request(id, !text.equals(TRIM));
        } catch (IllegalArgumentException | PenstockException e) {
            // Withdrawn since, or never written by us: nobody waits for an answer.
            Files.deleteIfExists(file);
            return null;
        }
    }

    /** Answers a request that was not withdrawn. */
    void answer(Request request, TrimReport report) {
        answer(request, report.toBytes());
    }

    /** Says why a request came to nothing. */
    void refuse(Request request, PenstockException reason) {
        answer(request, (FAULT + reason.getMessage()).getBytes(StandardCharsets.UTF_8));
    }

    private void answer(Request request, byte[] content) {
        try {
            if (Files.exists(path(request, REQUEST))) {
                ChecksummedFile.write(path(request, ANSWER), content);
                Files.deleteIfExists(path(request, REQUEST));
            }
        } catch (IOException e) {
            throw fault("answer in", e);
        }
    }

    /** Removes what was left by askers that died; for the engine when it opens. */
    void clear() {
        if (!mayHaveSome()) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            ReaderHold.deleteEmpty(folder);
        } catch (IOException e) {
            throw fault("clear", e);
        }
    }

    private Path path(Request request, String suffix) {
        return folder.resolve(request.id() + suffix);
    }

    private PenstockException fault(String action, IOException cause) {
        return new PenstockException(
                Category.STORAGE, "cannot " + action + " " + folder + ": " + cause, cause);
    }
}
