package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.operator.Operator;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Events are taken without a sweep behind each, so stages have to tell when they need one. */
final class HorizonTest {
    @Test
    void shouldTellAHorizonWhereverSomethingMayBecomeDue() throws Exception {
        List<Class<?>> stages = stages();

        List<Class<?>> due = stages.stream().filter(stage -> declares(stage, "hasDue")).toList();
        assertTrue(due.size() >= 7, due.toString());
        assertEquals(due, due.stream().filter(stage -> declares(stage, "horizonNs")).toList());
    }

    private static List<Class<?>> stages() throws IOException, URISyntaxException {
        Path root =
                Path.of(Operator.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith("Operator.class"))
                    .<Class<?>>map(HorizonTest::load)
                    .filter(type -> Operator.class.isAssignableFrom(type) && type != Operator.class)
                    .toList();
        }
    }

    private static Class<?> load(String file) {
        String name = file.replace('/', '.').substring(0, file.length() - ".class".length());
        try {
            return Class.forName(name, false, HorizonTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(name, e);
        }
    }

    private static boolean declares(Class<?> type, String method) {
        return Arrays.stream(type.getDeclaredMethods()).anyMatch(m -> m.getName().equals(method));
    }
}
