package io.penstock.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(OS.LINUX)
class ScriptsTest {
    private static final Path SCRIPTS = Path.of("..", "perf-scripts");
    private static final Pattern VALUED = Pattern.compile("^(--[a-z-]+) [A-Z|a-z]+  ?");

    /** Stands for what builds and starts programs, where only the scripts themselves count. */
    private static final String NO_LAUNCH =
            """
            root=$(cd "$(dirname "$0")/.." && pwd)
            find_java() { :; }
            build() { :; }
            die() { echo "$1" >&2; exit 1; }
            """;

    static Stream<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            return files
                    .filter(file -> !file.toString().endsWith(".sh"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void shouldSayHowItIsUsedWhenAskedForHelp(Path script) {
        Script.Answer answer = Script.run(script, "--help");
        assertEquals(0, answer.code(), answer::err);
        String start = "Usage: perf-scripts/" + script.getFileName() + " ";
        assertTrue(answer.out().startsWith(start), answer::out);
        assertTrue(answer.out().contains("--help"), answer::out);
        assertEquals("", answer.err());
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void shouldRefuseWhatItDoesNotKnow(Path script) {
        if (script.endsWith("jmh")) {
            return; // All arguments are those of JMH.
        }
        Script.Answer answer = Script.run(script, "--no-such-option");
        assertEquals(2, answer.code(), answer::err);
        assertEquals("", answer.out());
        assertTrue(answer.err().contains("--no-such-option"), answer::err);
        assertTrue(answer.err().contains("Usage: "), answer::err);
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void shouldRefuseAnOptionWithoutItsValue(Path script) {
        for (String line : Script.run(script, "--help").out().lines().toList()) {
            Matcher matcher = VALUED.matcher(line);
            if (matcher.find()) {
                Script.Answer answer = Script.run(script, matcher.group(1));
                assertEquals(2, answer.code(), () -> matcher.group(1) + answer.err());
                assertEquals("", answer.out());
            }
        }
    }

    @Test
    void shouldPassShellcheckWhereItIsInstalled() throws Exception {
        Script.Answer found =
                Script.run(SCRIPTS, Map.of(), "sh", "-c", "command -v shellcheck || true");
        assumeFalse(found.out().isEmpty(), "shellcheck is not installed");
        Script.Answer answer =
                Script.run(SCRIPTS, Map.of(), "sh", "-c", "shellcheck --external-sources *");
        assertEquals(0, answer.code(), answer::out);
    }

    @Test
    void shouldRefuseWrongNamesAndNumbers() {
        assertEquals(2, Script.run(SCRIPTS.resolve("bench"), "--only", "nonsense").code());
        assertEquals(2, Script.run(SCRIPTS.resolve("bench"), "--only", "--quick").code());
        assertEquals(2, Script.run(SCRIPTS.resolve("compare")).code());
        assertEquals(2, Script.run(SCRIPTS.resolve("compare"), "no-such-commit").code());
        assertEquals(2, Script.run(SCRIPTS.resolve("compare"), "a", "b", "c").code());
        assertEquals(2, Script.run(SCRIPTS.resolve("compare"), "a", "--rounds", "0").code());
        assertEquals(2, Script.run(SCRIPTS.resolve("report"), "a", "b").code());
    }

    @Test
    void shouldRefuseWhatCouldOnlyBeEmptyOrMixed(@TempDir Path folder) throws Exception {
        Path scripts = folder.resolve("perf-scripts");
        copy(scripts, "bench");
        copy(scripts, "compare");
        Script.write(scripts.resolve("launch.sh"), NO_LAUNCH);

        Script.Answer bench =
                Script.run(scripts.resolve("bench"), "--smoke", "--only", "sustained");
        assertEquals(2, bench.code(), bench::err);
        assertTrue(bench.err().contains("none of sustained has a smoke form"), bench::err);
        assertFalse(Files.exists(folder.resolve("perf-results")));

        Script.Answer peers = Script.run(scripts.resolve("compare"), "HEAD", "--only", "peers-w2");
        assertEquals(2, peers.code(), peers::err);
        assertTrue(peers.err().contains("groups of peers are not compared"), peers::err);

        Script.Answer mixed =
                Script.run(scripts.resolve("compare"), "HEAD", "--keep", scripts.toString());
        assertEquals(2, mixed.code(), mixed::err);
        assertTrue(mixed.err().contains("--keep needs a folder that is new or empty"), mixed::err);
    }

    @Test
    void shouldCollectWhatFiguresDependOnAndNoNames() throws Exception {
        Script.Answer answer = Script.run(SCRIPTS.resolve("collect-environment"));
        assertEquals(0, answer.code(), answer::err);
        List<String> lines = answer.out().lines().toList();
        lines.forEach(line -> assertTrue(line.matches("[a-z-]+: \\S.*"), line));
        for (String name :
                List.of("commit", "jdk", "processor", "cores", "kernel", "file-system", "load")) {
            assertTrue(lines.stream().anyMatch(line -> line.startsWith(name + ": ")), name);
        }
        assertTrue(answer.out().contains("jdk: OpenJDK") || answer.out().contains("jdk: Java"));
        String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).trim();
        String words = " " + answer.out().replaceAll("[^A-Za-z0-9_/.-]", " ") + " ";
        assertFalse(words.contains(" " + host + " "), host);
        String home = System.getProperty("user.home") + "/";
        assertFalse(answer.out().contains(home), home);
    }

    @Test
    void shouldExamineThisMachineAndMeasureIt() {
        Script.Answer answer = Script.run(SCRIPTS.resolve("doctor"));
        assertEquals(0, answer.code(), answer::err);
        for (String line : answer.out().lines().toList()) {
            assertTrue(
                    line.matches("ok [a-z-]+ \\S.*|(warn|unknown) [a-z-]+ \\S.* — .+ — .+"), line);
        }
        assertTrue(answer.out().matches("(?s).*(ok|warn) clock-cost \\d.*"), answer::out);
        assertTrue(answer.out().matches("(?s).*(ok|warn) stalls \\d.*"), answer::out);
        boolean hasWarning = answer.out().lines().anyMatch(line -> line.startsWith("warn "));
        int strict = Script.run(SCRIPTS.resolve("doctor"), "--strict", "--no-measure").code();
        assertTrue(hasWarning || strict == 0);
    }

    @Test
    void shouldFindNothingOnAMachineThatIsPrepared(@TempDir Path machine) throws Exception {
        prepared(machine);
        Script.Answer answer = doctor(machine);
        assertEquals(0, answer.code(), answer::out);
        assertFalse(answer.out().contains("unknown "), answer::out);
        assertTrue(answer.out().contains("ok isolation isolcpus=2-3 nohz_full=2-3\n"));
        assertTrue(answer.out().contains("ok mount ext4 rw,noatime,errors=remount-ro\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proc/cmdline|quiet|isolation",
                "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor|powersave|governor",
                "sys/devices/system/cpu/cpufreq/boost|1|turbo",
                "sys/devices/system/cpu/smt/active|1|smt",
                "sys/kernel/mm/transparent_hugepage/enabled|[always] madvise never|"
                        + "transparent-huge-pages",
                "proc/sys/vm/nr_hugepages|512|huge-pages",
                "sys/devices/system/clocksource/clocksource0/current_clocksource|hpet|clock-source",
                "sys/fs/cgroup/group/cpu.max|150000 100000|cpu-quota",
                "sys/fs/cgroup/group/memory.max|1073741824|memory-limit",
                "proc/swaps|Filename Type Size Used Priority\n/swap file 1024 0 -2|swap",
                "proc/sys/vm/dirty_ratio|1|dirty-pages",
                "proc/self/mountinfo|27 1 0:1 / / rw - tmpfs tmpfs rw|mount",
                "proc/loadavg|3.10 2.00 1.00 1/100 5|load",
                "proc/stat|cpu 100 0 100 700 0 0 0 100 0 0|steal"
            })
    void shouldWarnOfWhatIsNotPrepared(String change, @TempDir Path machine) throws Exception {
        prepared(machine);
        String[] parts = change.split("\\|", -1);
        Path file = machine.resolve(parts[0]);
        assertTrue(Files.exists(file), parts[0]);
        Files.writeString(file, parts[1] + "\n");
        if (parts[2].equals("isolation")) {
            Files.writeString(machine.resolve("sys/devices/system/cpu/isolated"), "\n");
        }

        Script.Answer answer = doctor(machine);
        assertEquals(1, answer.code(), answer::out);
        List<String> warnings =
                answer.out().lines().filter(line -> line.startsWith("warn ")).toList();
        assertTrue(warnings.get(0).startsWith("warn " + parts[2] + " "), answer::out);
        // Swap that is on makes a limit of locked memory matter, too.
        assertEquals(parts[2].equals("swap") ? 2 : 1, warnings.size(), answer::out);
    }

    @Test
    void shouldKeepWhatPartsPrintAndNameThoseThatFail(@TempDir Path folder) throws Exception {
        Path scripts = folder.resolve("perf-scripts");
        copy(scripts, "bench");
        Script.write(scripts.resolve("launch.sh"), NO_LAUNCH);
        Script.write(scripts.resolve("collect-environment"), "echo cores: 4\n");
        Script.write(scripts.resolve("doctor"), "echo ok cores 4\n");
        Script.write(
                scripts.resolve("ratios"), "echo step >&2\necho \"r 1 1 ok\"\necho \"$@\" >&2\n");
        Script.write(scripts.resolve("latency"), "echo broken >&2\nexit 3\n");
        Script.write(scripts.resolve("durability"), "echo costs\n");

        Script.Answer answer = Script.run(scripts.resolve("bench"), "--quick");

        assertEquals(1, answer.code());
        assertTrue(answer.err().contains("failed: latency (see"), answer::err);
        Path results = only(folder.resolve("perf-results"));
        assertTrue(
                results.getFileName().toString().matches("\\d{8}T\\d{6}Z-unknown"),
                results::toString);
        assertEquals("r 1 1 ok\n", Files.readString(results.resolve("ratios.txt")));
        assertEquals(
                "cores: 4\nsize: quick\n", Files.readString(results.resolve("environment.txt")));
        assertEquals("costs\n", Files.readString(results.resolve("durability.txt")));
        String log = Files.readString(results.resolve("log"));
        assertTrue(log.contains("== ratios\nstep\n--quick --rates "), log);
        assertTrue(log.contains("== latency\nbroken\nlatency FAILED with exit code 3\n"), log);
        assertTrue(log.contains("== scaling is left out: there is no perf-scripts/scaling"), log);
        assertTrue(log.contains("left out: scaling jmh recovery snapshot-pause"), log);
        assertFalse(Files.exists(results.resolve("progress")));
    }

    @Test
    void shouldRunOnlyThePartsThatAreNamed(@TempDir Path folder) throws Exception {
        Path scripts = folder.resolve("perf-scripts");
        copy(scripts, "bench");
        Script.write(scripts.resolve("launch.sh"), NO_LAUNCH);
        for (String name : List.of("collect-environment", "doctor", "ratios", "latency", "jmh")) {
            Script.write(scripts.resolve(name), "echo \"$@\"\n");
        }
        Path results = folder.resolve("kept");
        Script.Answer answer =
                Script.run(
                        scripts.resolve("bench"),
                        "--only",
                        "latency",
                        "jmh",
                        "--dir",
                        "/tmp",
                        "--results",
                        results.toString());
        assertEquals(0, answer.code(), answer::err);
        assertEquals(
                "--out " + results + "/latency.txt --dir /tmp\n",
                Files.readString(results.resolve("latency-table.txt")));
        assertEquals(
                "-rf json -rff " + results + "/jmh.json\n",
                Files.readString(results.resolve("jmh.txt")));
        assertFalse(Files.exists(results.resolve("ratios.txt")));
    }

    @Test
    void shouldTellFasterFromSlowerAndSame(@TempDir Path folder) throws Exception {
        Path scripts = folder.resolve("perf-scripts");
        copy(scripts, "compare");
        Script.write(scripts.resolve("launch.sh"), NO_LAUNCH);
        git(folder, "init", "-q", ".");
        commit(folder, "fast 100 slow 300 even 200 wait 10 gone 1");
        String before = git(folder, "rev-parse", "HEAD").out().trim();
        commit(folder, "fast 200 slow 150 even 201 wait 1 new 1");

        Path kept = folder.resolve("kept");
        Script.Answer few = Script.run(scripts.resolve("compare"), before, "--rounds", "4");
        assertTrue(
                few.out().lines().noneMatch(line -> line.matches(".* (faster|slower)")), few::out);
        Script.Answer answer =
                Script.run(
                        scripts.resolve("compare"),
                        before,
                        "--rounds",
                        "5",
                        "--keep",
                        kept.toString());

        assertEquals(0, answer.code(), answer::err);
        assertEquals(
                """
                even 203 204 1.005 2.0% same
                fast 103 203 1.971 3.9% faster
                gone only-in-base
                new only-in-head
                slow 303 153 0.505 2.6% slower
                wait 13 4 0.308 100.0% faster
                """,
                answer.out());
        assertTrue(Files.exists(kept.resolve("head-5")));
        String order = "round 1 of 5: base\nround 1 of 5: head\nround 2 of 5: head\n";
        assertTrue(answer.err().contains(order), answer::err);
        assertEquals(
                "", git(folder, "worktree", "list").out().lines().skip(1).findAny().orElse(""));
    }

    /** A commit whose ratios are those, and one more with each run. */
    private static void commit(Path folder, String rates) throws Exception {
        Script.write(
                folder.resolve("perf-scripts/ratios"),
                """
                [ "$1" != --help ] || { echo "--quick --rates FILE"; exit 0; }
                [ "$1 $2" = "--quick --rates" ] || exit 2
                round=${3##*-}
                set -- "$3" %s
                file=$1
                shift
                while [ $# -gt 0 ]; do
                    case $1 in
                        wait) echo "$1 $(($2 + round)) g ours ms" >>"$file" ;;
                        *) echo "$1 $(($2 + round))" >>"$file" ;;
                    esac
                    shift 2
                done
                """
                        .formatted(rates));
        git(folder, "add", "perf-scripts");
        git(folder, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", "rates");
    }

    private static Script.Answer git(Path folder, String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = "git";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Script.Answer answer =
                Script.run(folder, Map.of("GIT_CONFIG_GLOBAL", "/dev/null"), command);
        assertEquals(0, answer.code(), answer::err);
        return answer;
    }

    private static Script.Answer doctor(Path machine) {
        return Script.run(SCRIPTS.resolve("doctor"), "--strict", "--root", machine.toString());
    }

    private static void prepared(Path machine) throws IOException {
        String[] files = {
            "proc/cmdline", "quiet isolcpus=2-3 nohz_full=2-3",
            "proc/cpuinfo", "processor\t: 0\nprocessor\t: 1\nprocessor\t: 2\nprocessor\t: 3",
            "proc/meminfo", "MemTotal:       32000000 kB",
            "proc/swaps", "Filename Type Size Used Priority",
            "proc/loadavg", "0.01 0.00 0.00 1/100 5",
            "proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0",
            "proc/self/cgroup", "0::/group",
            "proc/self/limits", "Max locked memory         8388608    8388608    bytes",
            "proc/self/mountinfo",
                    "27 1 254:0 / / rw,noatime shared:1 - ext4 /dev/vda rw,errors=remount-ro",
            "proc/sys/vm/nr_hugepages", "0",
            "proc/sys/vm/swappiness", "60",
            "proc/sys/vm/dirty_ratio", "20",
            "proc/sys/vm/dirty_background_ratio", "10",
            "sys/devices/system/cpu/isolated", "2-3",
            "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance",
            "sys/devices/system/cpu/cpufreq/boost", "0",
            "sys/devices/system/cpu/smt/active", "0",
            "sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc",
            "sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never",
            "sys/fs/cgroup/group/cpu.max", "max 100000",
            "sys/fs/cgroup/group/memory.max", "max"
        };
        for (int i = 0; i < files.length; i += 2) {
            Path file = machine.resolve(files[i]);
            Files.createDirectories(file.getParent());
            Files.writeString(file, files[i + 1] + "\n");
        }
    }

    private static void copy(Path scripts, String name) throws IOException {
        Files.createDirectories(scripts);
        Files.copy(
                SCRIPTS.resolve(name), scripts.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static Path only(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertEquals(1, all.size(), all::toString);
            return all.get(0);
        }
    }
}
