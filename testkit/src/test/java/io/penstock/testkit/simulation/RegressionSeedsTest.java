package io.penstock.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs that once failed, smallest form, by their lines: what seeds draw today does not change them.
 * {@code -Dpenstock.simulation="seed=... events=..."} repeats one line instead.
 */
class RegressionSeedsTest {
    private static final String FILE = "/seeds/regressions.txt";

    static List<String> lines() throws IOException {
        String line = System.getProperty("penstock.simulation");
        if (line != null) {
            return List.of(line);
        }
        try (InputStream in = RegressionSeedsTest.class.getResourceAsStream(FILE)) {
            assertNotNull(in, FILE);
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(text -> !text.isBlank() && !text.startsWith("#"))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("lines")
    void shouldKeepEveryPromiseInARunThatOnceBrokeOne(String line) {
        Simulator simulator = new Simulator();
        assertEquals(simulator.repeat(line), simulator.repeat(line));
    }

    @Test
    void shouldWriteOptionsAsALineThatReadsAsTheSame() {
        for (long seed = 0; seed < 100; seed++) {
            SimulationOptions drawn = SimulationOptions.draw(seed);
            assertEquals(drawn, SimulationOptions.parse(drawn.toString()));
        }
        assertTrue(SimulationOptions.parse("seed=1").faults().isEmpty());
    }
}
