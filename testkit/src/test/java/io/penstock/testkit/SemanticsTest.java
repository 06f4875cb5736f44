package io.penstock.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** SEMANTICS.md names, for each rule, the test that holds it: each of them is there. */
class SemanticsTest {
    private static final String FILE = "SEMANTICS.md";
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*Test)(?:\\.(\\w+))?`");
    private static final String RULE = "- ";

    @Test
    void shouldFindEveryTestThatARuleNames() throws IOException {
        Path root = root();
        Map<String, String> tests = testSources(root);
        List<String> missing = new ArrayList<>();
        int named = 0;
        Matcher matcher = NAMED.matcher(Files.readString(root.resolve(FILE)));
        while (matcher.find()) {
            named++;
            String source = tests.get(matcher.group(1));
            if (source == null || !hasTest(source, matcher.group(2))) {
                missing.add(matcher.group());
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(named > 0, "no rule names a test");
    }

    @Test
    void shouldHoldEveryRuleByATest() throws IOException {
        List<String> unheld = new ArrayList<>();
        StringBuilder rule = new StringBuilder();
        List<String> lines = new ArrayList<>(Files.readAllLines(root().resolve(FILE)));
        lines.add("");
        for (String line : lines) {
            boolean goesOn = line.startsWith("  ") && rule.length() > 0;
            if (!goesOn && rule.length() > 0) {
                if (!NAMED.matcher(rule).find()) {
                    unheld.add(rule.toString());
                }
                rule.setLength(0);
            }
            if (goesOn || line.startsWith(RULE)) {
                rule.append(line.strip()).append(' ');
            }
        }
        assertEquals(List.of(), unheld);
    }

    private static boolean hasTest(String source, String method) {
        return method == null || Pattern.compile("void " + method + "\\(").matcher(source).find();
    }

    /** The folder of the project: the tests of a module run in the module's. */
    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve(FILE))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException(FILE + " is in no folder above this one");
            }
        }
        return folder;
    }

    private static Map<String, String> testSources(Path root) throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.toList()) {
                Path folder = module.resolve("src/test/java");
                if (Files.isDirectory(folder)) {
                    addSources(folder, sources);
                }
            }
        }
        return sources;
    }

    private static void addSources(Path folder, Map<String, String> sources) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                sources.merge(name, Files.readString(file), String::concat);
            }
        }
    }
}
