package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineConfigTest {
    /** Half cache lines, and never whole pages, which would all fall into one set of a cache. */
    @ParameterizedTest
    @CsvSource({"8, 64", "32, 64", "33, 96", "64, 96", "65, 128", "224, 256", "4064, 4128"})
    void shouldMakeSlotsAsLongAsTheLongestMessageNeeds(int maxMessageLength, int stride) {
        EngineConfig config = EngineConfig.at(Path.of("unused")).maxMessageLength(maxMessageLength);

        assertEquals(stride, config.slotStride());
    }
}
