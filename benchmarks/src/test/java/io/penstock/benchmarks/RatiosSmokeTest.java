package io.penstock.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.benchmarks.Setting.Size;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RatiosSmokeTest {
    static Stream<Named<RatioGroup>> groups() {
        return Ratios.groups().stream()
                .filter(group -> !group.isForked())
                .map(group -> Named.of(group.name(), group));
    }

    @ParameterizedTest
    @MethodSource("groups")
    void shouldMeasureEveryRatioOfGroup(RatioGroup group, @TempDir Path folder) throws Exception {
        Path directory = Files.createDirectory(folder.resolve("run"));
        Path rates = folder.resolve("rates.txt");
        List<String> log = new ArrayList<>();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> failed;
        try (PrintStream stream = new PrintStream(out, false, StandardCharsets.UTF_8)) {
            failed =
                    Ratios.run(
                            List.of(group),
                            new Setting(Size.SMOKE, directory, log::add),
                            stream,
                            rates);
        }

        assertEquals(List.of(), failed, () -> String.join("\n", log));
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        List<Ratio> ratios = group.ratios();
        assertEquals(
                ratios.stream().filter(Ratio::hasGoal).count(),
                lines.size(),
                () -> String.join("\n", log));
        assertEquals(
                ratios.stream().filter(ratio -> !ratio.hasGoal()).count(),
                log.stream().filter(line -> line.endsWith(", without a goal")).count());
        for (String line : lines) {
            assertTrue(line.matches("\\S+ \\d+\\.\\d{3} \\d+\\.\\d{2} (ok|short)"), line);
        }
        assertFalse(Files.readAllLines(rates).isEmpty());
        for (String line : Files.readAllLines(rates)) {
            assertTrue(
                    line.matches("\\S+ \\d+\\.\\d{3} " + group.name() + " (ours|baseline) \\S+"),
                    line);
        }
    }

    @Test
    void shouldNameEachRatioOnce() {
        Set<String> names = new HashSet<>();
        for (RatioGroup group : Ratios.groups()) {
            for (Ratio ratio : group.ratios()) {
                assertTrue(names.add(ratio.name()), ratio::name);
                assertEquals(group.name(), Ratios.groupOf(ratio.name()));
            }
        }
    }

    @Test
    void shouldGoOnAndNameTheGroupThatFails(@TempDir Path directory) throws Exception {
        List<String> log = new ArrayList<>();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RatioGroup failing = new Planted("failing", null);
        RatioGroup working = new Planted("working", Map.of("value", 2.0));
        try (PrintStream stream = new PrintStream(out, false, StandardCharsets.UTF_8)) {
            Setting setting = new Setting(Size.SMOKE, directory, log::add);
            List<RatioGroup> groups = List.of(failing, working);
            assertEquals(List.of("failing"), Ratios.run(groups, setting, stream, null));
        }
        assertTrue(String.join("\n", log).contains("planted"), log::toString);
        assertEquals("working-ratio 2.000 1.00 ok\n", out.toString(StandardCharsets.UTF_8));
    }

    /** A group that answers as planted; null: it fails. */
    private record Planted(String name, Map<String, Double> values) implements RatioGroup {
        @Override
        public List<Ratio> ratios() {
            String value = values == null ? "missing" : "value";
            return List.of(Ratio.atLeast(1, name + "-ratio", value));
        }

        @Override
        public Map<String, Double> measure(Setting setting) {
            if (values == null) {
                throw new IllegalStateException("planted");
            }
            return values;
        }
    }
}
