package io.penstock.cli.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.UUID;

/** The system's id of its boot, which a real loss of power changes, too. */
final class BootId implements AutoCloseable {
    private static final String SYSTEM_FILE = "/proc/sys/kernel/random/boot_id";

    private final Path file;
    private final SplittableRandom random;
    private boolean isMounted;

    BootId(Path file, long seed) {
        this.file = file;
        this.random = new SplittableRandom(seed);
    }

    /** Lets all processes see another id; false if the machine does not let a test do that. */
    boolean change() throws IOException, InterruptedException {
        Files.writeString(file, new UUID(random.nextLong(), random.nextLong()) + "\n");
        if (!isMounted) {
            isMounted = Machine.run("mount", "--bind", file.toString(), SYSTEM_FILE).isOk();
        }
        return isMounted;
    }

    @Override
    public void close() throws IOException {
        if (isMounted) {
            try {
                Machine.require("umount", SYSTEM_FILE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
