package io.penstock.cli.safety;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What processes of ours ask the kernel for when they are started as anybody would start them,
 * traced by strace: they listen to nothing, connect to nothing, and write nothing outside their
 * directory; and what they make is private although the umask is 000. With the flags that the
 * launcher gives.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class DefaultStartTest {
    private static final String CALLS =
            "network,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,"
                    + "symlinkat,truncate";

    @TempDir Path folder;

    @Test
    void shouldStayInItsDirectoryWhenAPipelineIsRun() throws Exception {
        Path rows = Files.writeString(folder.resolve("in.csv"), "t,k,v\n1,a,1\n2,b,2\n12,a,3\n");
        Path directory = folder.resolve("run");
        assertQuiet(
                directory,
                "io.penstock.cli.Main",
                "run",
                "aggregate",
                "--input",
                rows.toString(),
                "--dir",
                directory.toString(),
                "--set",
                "key=k",
                "--set",
                "value=v",
                "--set",
                "time=t",
                "--set",
                "window=tumbling:10s",
                "--set",
                "time-unit=s");
        assertPrivate(directory);
        List<String> before = list(directory);
        assertQuiet(
                folder.resolve("nothing"), "io.penstock.cli.Main", "state", directory.toString());
        assertEquals(before, list(directory), "a command that only reads made or removed a file");
    }

    @Test
    void shouldStayInItsDirectoryWhenAnEngineIsEmbedded() throws Exception {
        Path directory = folder.resolve("embedded");
        assertQuiet(directory, EmbeddedStart.class.getName(), directory.toString());
        assertPrivate(directory);
    }

    @Test
    void shouldFindWhatATracedProcessDoes() throws Exception {
        Path elsewhere = folder.resolve("elsewhere");
        List<String> found =
                findings(
                        trace("/bin/sh", "-c", "echo x > " + elsewhere),
                        folder.resolve("directory"));
        assertEquals(1, found.size(), found.toString());
        assertTrue(found.get(0).contains("elsewhere"), found.toString());
        List<String> planted =
                List.of(
                        "1 bind(5, {sa_family=AF_INET, sin_port=htons(80)}, 16) = 0",
                        "1 listen(5, 50) = 0",
                        "1 connect(5, {sa_family=AF_INET6, sin6_port=htons(443)}, 28) = 0",
                        "1 sendto(5, \"x\", 1, 0, {sa_family=AF_INET}, 16) = 1");
        assertEquals(planted, findings(planted, folder.resolve("directory")));
    }

    private void assertQuiet(Path directory, String main, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(launcherFlags());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp"));
        command.addAll(List.of(System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        List<String> lines = trace(command.toArray(new String[0]));
        assertTrue(lines.size() > 100, lines.size() + " calls");
        assertEquals(List.of(), findings(lines, directory));
        System.out.println(
                "GUARANTEE R20c 1 traced starts (run, state, an embedding program), umask 000:"
                        + " 0 listening sockets, 0 connections, 0 files written elsewhere, 0 files"
                        + " or directories that others can read");
    }

    /** What the launcher gives: the flags of the parent pom, and the lines of its own file. */
    private static List<String> launcherFlags() throws IOException {
        String pom = Files.readString(Path.of("..", "pom.xml"));
        int start = pom.indexOf("<jvm.flags>") + "<jvm.flags>".length();
        List<String> flags =
                new ArrayList<>(
                        List.of(pom.substring(start, pom.indexOf("</jvm.flags>")).split(" ")));
        for (String line : Files.readAllLines(Path.of("src/main/launcher/penstock.jvmopts"))) {
            if (line.startsWith("-")) {
                flags.add(line);
            }
        }
        assertTrue(flags.contains("-Djdk.serialFilter=!*"), flags.toString());
        return flags;
    }

    /** Runs a command under strace with an umask of 000; the lines that strace wrote. */
    private List<String> trace(String... command) throws IOException, InterruptedException {
        Path out = folder.resolve("trace");
        List<String> all =
                new ArrayList<>(
                        List.of("/bin/sh", "-c", "umask 000; exec strace \"$@\"", "sh", "-f"));
        all.addAll(List.of("-qq", "-y", "-s", "4096", "-e", "trace=" + CALLS));
        all.addAll(List.of("-o", out.toString()));
        assumeTrue(canTrace(all), "GUARANTEE R20c not-run strace is not there, or may not trace");
        all.addAll(List.of(command));
        int exitCode = execute(all);
        assertEquals(0, exitCode, () -> said());
        return joined(Files.readAllLines(out, StandardCharsets.ISO_8859_1));
    }

    private boolean canTrace(List<String> strace) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(strace);
        command.add("/bin/true");
        return execute(command) == 0;
    }

    private int execute(List<String> command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("said").toFile())
                        .start();
        try {
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }

    private String said() {
        try {
            return Files.readString(folder.resolve("said"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Puts calls together that strace shows in two parts because others came between. */
    private static List<String> joined(List<String> lines) {
        List<String> whole = new ArrayList<>();
        java.util.Map<String, String> begun = new java.util.HashMap<>();
        for (String line : lines) {
            String thread = line.substring(0, Math.max(0, line.indexOf(' ')));
            int cut = line.indexOf(" <unfinished ...>");
            int resumed = line.indexOf(" resumed>");
            if (cut >= 0) {
                begun.put(thread, line.substring(0, cut));
            } else if (resumed >= 0) {
                whole.add(begun.remove(thread) + line.substring(resumed + 9));
            } else {
                whole.add(line);
            }
        }
        return whole;
    }

    /** The calls that a quiet process does not make. */
    private static List<String> findings(List<String> lines, Path directory) {
        return lines.stream().filter(line -> isLoud(line, directory)).toList();
    }

    private static boolean isLoud(String line, Path directory) {
        boolean isFailed = line.matches(".* = -1 E[A-Z]+ .*");
        String call = line.replaceFirst("^[0-9]+ +", "");
        if (call.matches("(bind|listen|accept4?|connect|send(to|msg|mmsg))\\(.*")) {
            // A name service on this machine may be asked through its local socket.
            return !call.contains("sa_family=AF_UNIX")
                    && !call.contains("socketpair")
                    && !call.contains("sa_family=AF_UNSPEC");
        }
        boolean isWriting =
                call.matches("(creat|mkdir|rename|link|symlink|truncate).*")
                        || (call.startsWith("open")
                                && call.matches(".*O_(WRONLY|RDWR|CREAT|TRUNC|APPEND).*"));
        if (!isWriting || isFailed) {
            return false;
        }
        String path = call.replaceFirst("^[^\"]*\"([^\"]*)\".*$", "$1");
        return !path.startsWith(directory + "/")
                && !path.equals(directory.toString())
                && !path.equals("/dev/null")
                && !path.equals("/dev/tty")
                && !path.startsWith("/proc/self/")
                && !path.equals("/proc/" + path.replaceAll("\\D", "") + "/coredump_filter");
    }

    private static void assertPrivate(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                assertEquals(
                        Files.isDirectory(file) ? "rwx------" : "rw-------", mode, file.toString());
            }
        }
        assertFalse(list(directory).isEmpty());
    }

    private static List<String> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(Path::toString).sorted().toList();
        }
    }
}
