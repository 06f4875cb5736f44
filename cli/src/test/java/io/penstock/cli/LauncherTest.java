package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script itself, in a project of its own with a build and a Java that only tell on it. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest {
    private static final List<String> TOOLS =
            List.of(
                    "find",
                    "cksum",
                    "sort",
                    "tr",
                    "sed",
                    "head",
                    "tail",
                    "cat",
                    "ln",
                    "ls",
                    "rm",
                    "rmdir",
                    "mkdir",
                    "mv",
                    "cp",
                    "ps",
                    "grep",
                    "sleep",
                    "dirname",
                    "readlink",
                    "date");

    @TempDir private Path temp;

    private Path project;
    private Path jdk;
    private Path tools;

    @BeforeEach
    void makeProject() throws IOException {
        project = Files.createDirectories(temp.resolve("a project"));
        String script = Files.readString(root().resolve("penstock"));
        // Only the JDKs made here are to be found.
        write(
                project.resolve("penstock"),
                script.replaceAll(" (/(usr|opt|Library)/)", " /nowhere$1"));
        write(project.resolve("pom.xml"), "<project/>");
        write(project.resolve("cli/pom.xml"), "<project/>");
        write(project.resolve("cli/src/main/java/A.java"), "class A {}");
        write(project.resolve(".mvn/jvm.config"), "");
        write(
                project.resolve("mvnw"),
                """
                #!/bin/sh
                echo build >>builds
                if [ -e hold ]; then read -r line <hold; fi
                [ ! -e broken ] || { echo 'A.java:1: no such thing'; exit 1; }
                mkdir -p cli/target/lib
                echo jar >cli/target/penstock-cli.jar
                echo >cli/target/penstock.jvmopts
                mkdir -p examples/target
                echo jar >examples/target/penstock-examples.jar
                """);
        tools = Files.createDirectories(temp.resolve("tools"));
        for (String tool : TOOLS) {
            provide(tool);
        }
        jdk = makeJava("jdk 17", "17.0.1", true);
    }

    @Test
    void shouldBuildOnceAndAgainOnlyWhenSourcesDiffer() throws Exception {
        Run first = start(project).end();
        Run second = start(project).end();

        assertEquals(0, first.exitCode, first.err);
        assertTrue(first.err.contains("penstock: building"), first.err);
        assertEquals("", second.err);
        assertEquals(1, builds());

        write(project.resolve("cli/src/main/java/A.java"), "class A { int a; }");
        start(project).end();
        assertEquals(2, builds());
        write(project.resolve("cli/src/main/java/A.java"), "class A {}");
        start(project).end();
        assertEquals(2, builds(), "the first build is still there");
        Files.delete(project.resolve("cli/src/main/java/A.java"));
        start(project).end();
        assertEquals(3, builds());
    }

    @Test
    void shouldPassArgumentsAndStartFromAnywhereThroughLinks() throws Exception {
        Path elsewhere = Files.createDirectories(temp.resolve("else where"));
        Files.createSymbolicLink(elsewhere.resolve("inner"), Path.of("../a project/penstock"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("outer"), Path.of("inner"));

        Run run = start(link, elsewhere, Map.of(), "run", "a b", "", "*", "$HOME", "@x").end();

        assertEquals(0, run.exitCode, run.err);
        List<String> lines = run.out.lines().toList();
        assertEquals(elsewhere.toRealPath().toString(), lines.get(0));
        assertEquals(
                List.of("<run>", "<a b>", "<>", "<*>", "<$HOME>", "<@x>"),
                lines.subList(lines.size() - 6, lines.size()));
    }

    @Test
    void shouldStartTheExamplesBesideTheCommandLine() throws Exception {
        Path script = project.resolve("penstock");
        Run run = start(script, project, Map.of(), "example", "word-count", "--dir", "a b").end();

        assertEquals(0, run.exitCode, run.err);
        List<String> lines = run.out.lines().toList();
        assertEquals(
                List.of("<io.penstock.examples.Examples>", "<word-count>", "<--dir>", "<a b>"),
                lines.subList(lines.size() - 4, lines.size()));
        String classPath = lines.get(lines.size() - 5);
        assertTrue(classPath.contains("penstock-examples.jar:"), classPath);
        assertTrue(classPath.endsWith("/lib/*>"), classPath);
    }

    @Test
    void shouldBecomeTheJvm() throws Exception {
        start(project).end();

        Running running = start(project);
        long pid = running.process.pid();
        Run run = running.end();

        assertEquals("pid " + pid, run.out.lines().toList().get(1));
    }

    @Test
    void shouldSplitJavaOptionsAtBlanks() throws Exception {
        Run run =
                start(
                                project.resolve("penstock"),
                                project,
                                Map.of("PENSTOCK_JAVA_OPTS", "-Xmx1g  -Dall=*"))
                        .end();

        List<String> lines = run.out.lines().toList();
        int at = lines.indexOf("<-Xmx1g>");
        assertTrue(at > 0, run.out);
        assertEquals(List.of("<-Dall=*>", "<-jar>"), lines.subList(at + 1, at + 3));
    }

    @Test
    void shouldShowTheLogOfABuildThatFailsAndTryAgain() throws Exception {
        write(project.resolve("broken"), "");
        Run failed = start(project).end();
        Files.delete(project.resolve("broken"));
        Run repaired = start(project).end();

        assertEquals(1, failed.exitCode);
        assertTrue(failed.err.contains("A.java:1: no such thing"), failed.err);
        assertEquals(0, repaired.exitCode, repaired.err);
    }

    @Test
    void shouldBuildOnceWhenTwoStartTogether() throws Exception {
        buildTogether();
    }

    @Test
    void shouldBuildOnceWhenTwoStartTogetherUnderAKernelLock() throws Exception {
        assumeTrue(which("flock") != null, "no flock here");
        provide("flock");
        buildTogether();
    }

    @Test
    void shouldTakeOverTheLockOfADeadBuild() throws Exception {
        Process dead = new ProcessBuilder("/bin/sh", "-c", "exit 0").start();
        dead.waitFor();
        write(project.resolve("target/launcher/pid"), dead.pid() + "\n");

        Run run = start(project).end();

        assertEquals(0, run.exitCode, run.err);
        assertEquals(1, builds());
        assertFalse(Files.exists(project.resolve("target/launcher/pid")));
    }

    @Test
    void shouldNotTakeAnotherProcessOfTheSameNumberForABuild() throws Exception {
        // This JVM lives, and is no launcher of a build.
        write(project.resolve("target/launcher/pid"), ProcessHandle.current().pid() + "\n");

        assertEquals(0, start(project).end().exitCode);
        assertEquals(1, builds());
    }

    @Test
    void shouldSayWhatToDoWithoutAJdkThatIsNewEnough() throws Exception {
        Path old = makeJava("jdk 11", "11.0.2", true);
        Run run = start(project.resolve("penstock"), project, Map.of("JAVA_HOME", "" + old)).end();

        assertEquals(2, run.exitCode);
        assertTrue(run.err.contains("needs a JDK 17 or newer"), run.err);
        assertTrue(run.err.contains(old + " is Java 11"), run.err);
        assertTrue(run.err.contains("apt-get install openjdk-17-jdk"), run.err);
    }

    @Test
    void shouldNeedACompilerOnlyToBuild() throws Exception {
        Path jre = makeJava("jre 17", "17.0.1", false);
        Map<String, String> environment = Map.of("JAVA_HOME", jre.toString());

        Run refused = start(project.resolve("penstock"), project, environment).end();
        start(project).end();
        Run started = start(project.resolve("penstock"), project, environment).end();

        assertEquals(2, refused.exitCode);
        assertTrue(refused.err.contains("without a compiler"), refused.err);
        assertEquals(0, started.exitCode, started.err);
    }

    @Test
    void shouldFindJavaOnThePathBehindLinks() throws Exception {
        Files.createSymbolicLink(tools.resolve("java"), jdk.resolve("bin/java"));

        Run run = start(project.resolve("penstock"), project, Map.of("JAVA_HOME", "")).end();

        assertEquals(0, run.exitCode, run.err);
    }

    private void buildTogether() throws Exception {
        Path hold = project.resolve("hold");
        new ProcessBuilder("mkfifo", hold.toString()).start().waitFor();
        Running first = start(project);
        first.awaitErr("penstock: building");
        Running second = start(project);
        second.awaitErr("waiting for");
        Files.writeString(hold, "go\n");
        Run firstRun = first.end();
        Run secondRun = second.end();

        assertEquals(0, firstRun.exitCode, firstRun.err);
        assertEquals(0, secondRun.exitCode, secondRun.err);
        assertEquals(1, builds());
    }

    private Running start(Path folder) throws IOException {
        return start(folder.resolve("penstock"), folder, Map.of());
    }

    private Running start(
            Path script, Path folder, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().putAll(environment);
        return new Running(builder.start());
    }

    private int builds() throws IOException {
        return Files.readAllLines(project.resolve("builds")).size();
    }

    private Path makeJava(String name, String version, boolean hasCompiler) throws IOException {
        Path home = temp.resolve(name);
        write(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        write(
                home.resolve("bin/java"),
                """
                #!/bin/sh
                pwd -P
                echo "pid $$"
                printf '<%s>\\n' "$@"
                """);
        if (hasCompiler) {
            write(home.resolve("bin/javac"), "#!/bin/sh\n");
        }
        return home;
    }

    /** The script finds only these, and no Java that the machine may have. */
    private void provide(String tool) throws IOException {
        write(tools.resolve(tool), "#!/bin/sh\nexec " + which(tool) + " \"$@\"\n");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path which(String tool) {
        for (String folder : System.getenv("PATH").split(":", -1)) {
            Path file = Path.of(folder, tool);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }

    private static Path root() {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("penstock"))) {
            root = root.getParent();
        }
        return root;
    }

    private record Run(int exitCode, String out, String err) {}

    private static final class Running {
        private final Process process;
        private final BufferedReader errReader;
        private final StringBuilder err = new StringBuilder();

        Running(Process process) {
            this.process = process;
            this.errReader = process.errorReader(StandardCharsets.UTF_8);
        }

        void awaitErr(String text) throws IOException {
            while (err.indexOf(text) < 0) {
                String line = errReader.readLine();
                if (line == null) {
                    throw new AssertionError("ended before '" + text + "': " + err);
                }
                err.append(line).append('\n');
            }
        }

        Run end() throws IOException, InterruptedException {
            String out =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            for (String line = errReader.readLine(); line != null; line = errReader.readLine()) {
                err.append(line).append('\n');
            }
            return new Run(process.waitFor(), out, err.toString());
        }
    }
}
