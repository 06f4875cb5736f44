package io.penstock.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    @TempDir private Path folder;

    @Test
    void shouldMakeFoldersAndEmptyFiles() throws Exception {
        Path made = folder.resolve("a").resolve("b");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        Path file = Files.writeString(folder.resolve("rates.txt"), "old");

        assertEquals(made, Options.folder("--dir", made.toString()));
        assertTrue(Files.isDirectory(made));
        assertEquals(link, Options.folder("--dir", link.toString()));
        assertEquals(
                link.resolve("rates.txt"),
                Options.file("--rates", link.resolve("rates.txt").toString()));
        assertEquals(0, Files.size(file));
    }

    @ParameterizedTest
    @CsvSource({"--dir, file, folder", "--dir, file/below, folder", "--rates, '', file"})
    void shouldRefuseWhatCannotBeWritten(String option, String name, String kind) throws Exception {
        Files.writeString(folder.resolve("file"), "kept");
        String value = folder + "/" + name;

        Process process =
                new ProcessBuilder(
                                Forks.ours(
                                        Ratios.class.getName(), List.of("--list", option, value)))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String told = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        assertTrue(
                told.contains(option + " must be a " + kind + " that can be written: " + value),
                told);
        assertEquals(2, process.exitValue());
        assertEquals("kept", Files.readString(folder.resolve("file")));
    }
}
