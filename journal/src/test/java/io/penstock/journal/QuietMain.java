package io.penstock.journal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogManager;

/** Writes and reads a journal, then says which sockets and telling threads there are. */
final class QuietMain {
    private static final int INODE_COLUMN = 9;

    private QuietMain() {}

    public static void main(String[] arguments) throws IOException {
        LogManager.getLogManager().getLogger("").setLevel(Level.WARNING);
        Path directory = Path.of(arguments[0]);
        try (Journal journal = Journals.open(JournalConfig.at(directory))) {
            TestJournals.append(journal, 999, 7);
            journal.force();
            try (JournalReader reader = Journals.read(directory)) {
                System.out.println("count " + TestJournals.readAll(reader).count());
            }
            for (String table : List.of("tcp", "tcp6", "udp", "udp6", "raw", "raw6")) {
                for (String line : Files.readAllLines(Path.of("/proc/self/net", table))) {
                    String[] columns = line.trim().split("\\s+", -1);
                    System.out.println("network socket:[" + columns[INODE_COLUMN] + "]");
                }
            }
            Thread.getAllStackTraces()
                    .keySet()
                    .forEach(thread -> System.out.println("thread " + thread.getName()));
            try (DirectoryStream<Path> entries =
                    Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
                for (Path entry : entries) {
                    System.out.println("fd " + target(entry));
                }
            }
        }
    }

    private static String target(Path entry) throws IOException {
        try {
            return Files.readSymbolicLink(entry).toString();
        } catch (NoSuchFileException e) {
            // The descriptor that lists the descriptors.
            return "closed";
        }
    }
}
