package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.builtin.Definition;
import io.penstock.engine.EngineConfig;
import io.penstock.fault.PenstockException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Slots that are just long enough for a message: a rejected row takes many of them. */
class ShortSlotsTest {
    @TempDir private Path folder;

    @Test
    void shouldKeepRowsThatCannotBeReadWholeHoweverShortSlotsAre() throws IOException {
        Path input = folder.resolve("input.csv");
        String garbage = "12,a,no number but " + "a long tale ".repeat(50);
        Files.writeString(input, "t,k,v\n1,a,1\n" + garbage + "\n2,b,2\n25,a,4\n");

        Map<String, String> usual = results(input, "usual", 224);

        assertTrue(
                usual.values().stream().anyMatch(file -> file.contains(garbage.trim())),
                usual::toString);
        for (int length : new int[] {33, 64, 65}) {
            assertEquals(usual, results(input, "d" + length, length), "length " + length);
        }
        PenstockException tooShort =
                assertThrows(PenstockException.class, () -> results(input, "d8", 8));
        assertTrue(tooShort.getMessage().contains("(use 64 or more)"), tooShort::getMessage);
    }

    private Map<String, String> results(Path input, String name, int maxMessageLength)
            throws IOException {
        Path directory = folder.resolve(name);
        Definition definition = WholeRun.tumbling();
        EngineConfig config = EngineConfig.at(directory).maxMessageLength(maxMessageLength);
        WholeRun.of(input, definition, config);
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(path -> path.toString().endsWith(".csv")).toList()) {
                files.put(directory.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }
}
