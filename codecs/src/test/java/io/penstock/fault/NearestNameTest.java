package io.penstock.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearestNameTest {
    private static final List<String> NAMES = List.of("aggregate", "ohlc", "card-velocity", "ts");

    @Test
    void shouldFindNameWithFewestEdits() {
        assertEquals("aggregate", NearestName.of("agregate", NAMES));
        assertEquals("card-velocity", NearestName.of("CARD-VELOCTY", NAMES));
        assertEquals("ohlc", NearestName.of("ohcl", NAMES));
        assertEquals("ts", NearestName.of("t", NAMES));
    }

    @Test
    void shouldFindNothingWhenNothingIsNear() {
        assertNull(NearestName.of("windows", NAMES));
        assertNull(NearestName.of("", NAMES));
        assertNull(NearestName.of("x", List.of()));
        assertNull(NearestName.of("ab", List.of("cd")));
    }

    @Test
    void shouldHintAtNameOrListAll() {
        assertEquals("(did you mean 'ohlc'?)", NearestName.hint("ohlcv", NAMES));
        assertEquals(
                "(there are: aggregate, ohlc, card-velocity, ts)",
                NearestName.hint("windows", NAMES));
        assertEquals("(there are none)", NearestName.hint("x", List.of()));
    }

    @Test
    void shouldCountEdits() {
        assertEquals(3, NearestName.distance("kitten", "sitting"));
        assertEquals(0, NearestName.distance("", ""));
        assertEquals(4, NearestName.distance("", "four"));
    }
}
