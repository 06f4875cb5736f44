package io.penstock.cli.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small file system of its own: in memory, or ext4 in a file. Gone when it is closed, or when
 * this process ends by itself or by a signal that can be caught.
 */
final class Mount implements AutoCloseable {
    private static final String SHUTDOWN =
            "open(my $f, '<', $ARGV[0]) or die $!;"
                    + " my $how = pack('L', $ARGV[1]);"
                    + " ioctl($f, 0x8004587d, $how) or die $!;";

    private final Path point;
    private final Path image;
    private final Thread remover = new Thread(this::removeQuietly, "mount-remover");
    private boolean isMounted;

    private Mount(Path point, Path image) {
        this.point = point;
        this.image = image;
        Runtime.getRuntime().addShutdownHook(remover);
    }

    /** Memory with a limit; null where none may be mounted. */
    static Mount tmpfs(Path point, int kib) throws IOException, InterruptedException {
        Files.createDirectories(point);
        Mount mount = new Mount(point, null);
        mount.isMounted =
                Machine.run(
                                "mount",
                                "-t",
                                "tmpfs",
                                "-o",
                                "size=" + kib + "k,mode=0755",
                                "tmpfs",
                                point.toString())
                        .isOk();
        return mount.orNull();
    }

    /** A new ext4 in a new file; null where none may be mounted. */
    static Mount ext4(Path image, Path point, int kib) throws IOException, InterruptedException {
        Files.createDirectories(point);
        Mount mount = new Mount(point, image);
        boolean isMade =
                Machine.run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString(), kib + "k").isOk();
        mount.isMounted =
                isMade
                        && Machine.run("mount", "-o", "loop", image.toString(), point.toString())
                                .isOk();
        return mount.orNull();
    }

    /** The file system in a copy of an image, as it is after the power came back. */
    static Mount ofImage(Path image, Path point) throws IOException, InterruptedException {
        Files.createDirectories(point);
        Mount mount = new Mount(point, image);
        mount.mount();
        return mount;
    }

    private Mount orNull() throws IOException, InterruptedException {
        if (!isMounted) {
            close();
        }
        return isMounted ? this : null;
    }

    Path point() {
        return point;
    }

    Path image() {
        return image;
    }

    /**
     * Cuts the power: what has not been forced never reaches the image.
     *
     * @param how 2: at once; 1: the file system's own log is written before, so names without their
     *     bytes are there
     */
    Machine.Result cut(int how) throws InterruptedException {
        return Machine.run("perl", "-e", SHUTDOWN, point.toString(), String.valueOf(how));
    }

    /** Takes the file system away; the process that used it has ended or let go of it. */
    void unmount() throws IOException, InterruptedException {
        Machine.require("umount", point.toString());
        isMounted = false;
    }

    /** Takes it out of all folders while it is in use, as a lost device does. */
    void vanish() throws IOException, InterruptedException {
        Machine.require("umount", "-l", point.toString());
        isMounted = false;
    }

    /** Mounts the image again, which replays the file system's log. */
    void mount() throws IOException, InterruptedException {
        Machine.require("mount", "-o", "loop", image.toString(), point.toString());
        isMounted = true;
    }

    /** Changes options while it is mounted, such as {@code ro} or {@code size=1g}. */
    void remount(String options) throws IOException, InterruptedException {
        Machine.require("mount", "-o", "remount," + options, point.toString());
    }

    /** Makes an ext4 larger, while it is not mounted for a moment. */
    void grow(int kib) throws IOException, InterruptedException {
        unmount();
        Machine.run("e2fsck", "-f", "-p", image.toString());
        Machine.require("resize2fs", image.toString(), kib + "k");
        mount();
    }

    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(remover);
        } catch (IllegalStateException e) {
            return; // the hook is at work
        }
        try {
            remove();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void remove() throws IOException, InterruptedException {
        if (isMounted && !Machine.run("umount", point.toString()).isOk()) {
            Machine.require("umount", "-l", point.toString());
        }
        isMounted = false;
        if (image != null) {
            Files.deleteIfExists(image);
        }
    }

    private void removeQuietly() {
        try {
            remove();
        } catch (IOException | InterruptedException e) {
            System.err.println("left behind: " + point + ": " + e);
        }
    }
}
