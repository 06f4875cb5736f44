package io.penstock.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.memory.NativeMemory;
import io.penstock.examples.Examples.Example;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every example prints what its expected file says, byte for byte, and has its page. */
@Timeout(120)
class ExamplesTest {
    @TempDir Path directory;

    private final long liveBytes = NativeMemory.liveBytes();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @AfterEach
    void shouldLeaveNoMemoryBehind() {
        assertEquals(liveBytes, NativeMemory.liveBytes());
    }

    static List<String> names() {
        return Examples.all().stream().map(Example::name).toList();
    }

    private int execute(String... args) {
        out.reset();
        err.reset();
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        return Examples.execute(printed, new PrintStream(err, true, StandardCharsets.UTF_8), args);
    }

    private String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldPrintWhatIsExpected(String name) throws IOException {
        assertEquals(0, execute(name), () -> text(err));
        assertEquals(Files.readString(Results.file(name)), text(out));
    }

    @ParameterizedTest
    @ValueSource(strings = {"stateful-processor", "event-time-simulation"})
    void shouldPrintTheSameAgainFromAnOldDirectory(String name) throws IOException {
        String dir = directory.resolve("engine").toString();
        for (int i = 0; i < 2; i++) {
            assertEquals(0, execute(name, "--dir", dir), () -> text(err));
            assertEquals(Files.readString(Results.file(name)), text(out));
        }
    }

    @Test
    void shouldRefuseADirectoryThatOtherKnobsFilled() {
        String dir = directory.resolve("engine").toString();
        String name = "event-time-simulation";
        assertEquals(0, execute(name, "--dir", dir, "--events", "60"), () -> text(err));
        for (String knob : List.of("seed", "events", "late-percent")) {
            assertEquals(4, execute(name, "--dir", dir, "--events", "60", "--" + knob, "7"));
            assertTrue(text(err).contains("another plan"), () -> text(err));
        }
    }

    @Test
    void shouldHaveMoreLateEventsWhenTheKnobIsTurned() {
        assertEquals(0, execute("event-time-simulation", "--late-percent", "0"));
        assertTrue(text(out).endsWith("# late\nevent,event_time\n"), () -> text(out));
        assertEquals(
                0, execute("event-time-simulation", "--late-percent", "30", "--disorder", "1s"));
        assertTrue(text(out).lines().count() > 30, () -> text(out));
    }

    @Test
    void shouldNameWhatIsWrongWithArguments() {
        assertEquals(2, execute("word-cound"));
        assertTrue(text(err).contains("word-count"), () -> text(err));
        assertEquals(2, execute("event-time-simulation", "--disordr", "5s"));
        assertTrue(text(err).contains("--disordr") && text(err).contains("disorder"));
        assertEquals(2, execute("event-time-simulation", "--events", "many"));
        assertTrue(text(err).contains("--events must be a number"), () -> text(err));
        assertEquals(2, execute("word-count", "--dir"));
        assertEquals(2, execute("event-time-simulation", "--late-percent", "101"));
        assertTrue(text(err).contains("--late-percent must be at most 100"), () -> text(err));
        assertEquals(0, execute("iot", "--help"));
        assertTrue(text(out).contains("Usage: penstock example"), () -> text(out));
    }

    @Test
    void shouldListEveryExampleAndHaveAPageOfEach() throws IOException {
        assertEquals(0, execute("list"));
        String pages = Files.readString(Path.of("README.md"));
        for (String name : names()) {
            assertTrue(text(out).contains(name), name);
            assertTrue(pages.contains("\n## " + name + "\n"), "no page of " + name);
            assertTrue(pages.contains("./penstock example " + name), "no command of " + name);
        }
    }

    @Test
    void shouldHaveTheInputsThatTheGeneratorMakes() throws IOException {
        for (Map.Entry<String, String> file : ExampleData.files().entrySet()) {
            assertEquals(file.getValue(), ExampleData.committed(file.getKey()), file.getKey());
        }
    }
}
