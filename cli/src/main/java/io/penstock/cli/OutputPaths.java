package io.penstock.cli;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Files that a user names for outputs, which must be none of an engine's own. */
final class OutputPaths {
    private static final Set<String> OWN =
            Set.of(
                    "LOCK",
                    "identity",
                    "plan.txt",
                    "schemas",
                    "journal",
                    "snapshots",
                    "readers",
                    "requests",
                    "outputs.log",
                    "counters.dat");

    private OutputPaths() {}

    /**
     * Throws CONFIGURATION if a path leads to a file that an engine keeps for itself, in this or
     * any other directory.
     *
     * @param option that named it
     * @param path may be null
     * @param directory of the engine at work, which need not be there yet
     */
    static void requireNoEngineFile(String option, Path path, Path directory) {
        if (path == null) {
            return;
        }
        Path real = real(path);
        Path own = real(directory);
        Path below = real;
        for (Path above = real.getParent(); above != null; above = above.getParent()) {
            boolean isJournal =
                    Files.exists(above.resolve("MARK")) && Files.exists(above.resolve("LOCK"));
            boolean isEngine = above.equals(own) || Files.exists(above.resolve("identity"));
            String name = String.valueOf(below.getFileName());
            if (isJournal || (isEngine && OWN.contains(name))) {
                throw new PenstockException(
                        Category.CONFIGURATION,
                        option
                                + " must not be a file that an engine keeps for itself: "
                                + path
                                + " lies in "
                                + above
                                + " (name another file)");
            }
            below = above;
        }
    }

    /** The path without links, as far as it is there. */
    private static Path real(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            if (Files.exists(absolute)) {
                return absolute.toRealPath();
            }
        } catch (IOException e) {
            return absolute;
        }
        Path parent = absolute.getParent();
        return parent == null ? absolute : real(parent).resolve(absolute.getFileName());
    }
}
