package io.penstock.engine;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether what lies below a directory can keep a promise that speaks of a loss of power.
 *
 * <p>It warns and does not refuse: only the operator knows what stands behind a mount.
 */
final class MediumCheck {
    private static final Logger LOG = LoggerFactory.getLogger(MediumCheck.class);

    private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs");
    private static final Set<String> UNKNOWN =
            Set.of(
                    "overlay",
                    "aufs",
                    "nfs",
                    "nfs4",
                    "cifs",
                    "smb3",
                    "smbfs",
                    "9p",
                    "virtiofs",
                    "fuse",
                    "fuseblk",
                    "ceph",
                    "glusterfs",
                    "afs");

    private MediumCheck() {}

    /** Logs one line if a directory's medium cannot keep, or may not keep, a level. */
    static void warn(Path directory, Durability level) {
        if (!level.isForced()) {
            return;
        }
        String problem = problem(typeOf(directory));
        if (problem != null) {
            LOG.warn(
                    "durability {} speaks of a loss of power, but {}: {} (use a directory on a disk"
                            + " of this machine)",
                    level,
                    problem,
                    directory);
        }
    }

    /** What is wrong with a type of file system; null if nothing is known to be. */
    static String problem(String type) {
        if (MEMORY.contains(type)) {
            return "the directory is in memory (" + type + ") and is gone then";
        }
        if (UNKNOWN.contains(type) || type.startsWith("fuse.")) {
            return "what a force means on this file system (" + type + ") is not known here";
        }
        return null;
    }

    private static String typeOf(Path directory) {
        try {
            return Files.getFileStore(directory).type();
        } catch (IOException e) {
            throw new PenstockException(
                    Category.STORAGE, "cannot tell the file system of " + directory + ": " + e, e);
        }
    }
}
